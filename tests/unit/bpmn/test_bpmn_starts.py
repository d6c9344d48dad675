"""When a process begins by itself, and when again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bpmn
from engine.bpmn import timers
from engine.bpmn.timers import later
from tests.unit.bpmn.diagrams import process

SIX = datetime(2026, 1, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "fired_at", "again_at"),
    [
        ("P1D", SIX, SIX + timedelta(days=1)),
        ("P1D", SIX + timedelta(minutes=3), SIX + timedelta(days=1)),
        ("P1D", SIX + timedelta(days=2, hours=12), SIX + timedelta(days=3)),
        ("P1D", SIX + timedelta(days=2), SIX + timedelta(days=3)),
        ("PT1S", SIX + timedelta(days=9), SIX + timedelta(days=9, seconds=1)),
        ("P1M", SIX + timedelta(days=45), datetime(2026, 3, 1, 6, tzinfo=UTC)),
        ("P1Y", SIX + timedelta(days=3650), datetime(2036, 1, 1, 6, tzinfo=UTC)),
    ],
)
def test_a_timer_of_every_morning_goes_on_in_the_morning_whenever_it_was_looked_at(
    every, fired_at, again_at
):
    assert bpmn.Due(SIX, every, None).next(fired_at) == bpmn.Due(again_at, every, None)


@given(
    st.sampled_from(["PT7M", "PT1H", "P1D", "P1W", "P1M", "P3M", "P1Y"]),
    st.timedeltas(timedelta(), timedelta(days=4000)),
)
def test_the_next_turn_is_the_first_one_that_lies_ahead(every, late):
    fired_at = SIX + late

    following = bpmn.Due(SIX, every, 3).next(fired_at)

    assert following is not None
    assert following.at > fired_at
    assert later(fired_at, every) >= following.at or every.endswith(("M", "Y"))
    assert following.repeats == 2


def _begins(definition: str) -> bpmn.Model:
    start = f'<startEvent id="s">{definition}</startEvent><endEvent id="e"/>'
    return bpmn.compile_model(
        {"p.bpmn": process(start, "s -> e", extra='<message id="m" name="opened"/>')}
    )


def _timer(form: str, text: str) -> bpmn.Model:
    return _begins(f"<timerEventDefinition><{form}>{text}</{form}></timerEventDefinition>")


def test_the_start_events_of_a_process_are_known_by_what_sets_them_off():
    [event] = bpmn.start_events(_begins('<messageEventDefinition messageRef="m"/>'), "p")

    assert (event.element_id, event.kind, event.name) == ("s", "message", "opened")
    assert bpmn.first_due(event, SIX) is None
    assert bpmn.start_events(_begins(""), "p") == ()


@pytest.mark.parametrize(
    ("form", "text", "first"),
    [
        ("timeDate", "2026-01-02T06:00:00Z", SIX + timedelta(days=1)),
        ("timeDate", "2025-12-02T06:00:00Z", None),
        ("timeDuration", "PT2H", SIX + timedelta(hours=2)),
        ("timeCycle", "R/PT2H", SIX + timedelta(hours=2)),
        ("timeCycle", "R/2025-01-01T05:00:00Z/P1D", SIX + timedelta(hours=23)),
        ("timeCycle", "R/2026-02-01T05:00:00Z/P1D", datetime(2026, 2, 1, 5, tzinfo=UTC)),
        (
            "timeCycle",
            "R/2026-02-01T05:00:00Z/2026-02-01T08:00:00Z",
            datetime(2026, 2, 1, 5, tzinfo=UTC),
        ),
        ("timeCycle", "R/2026-01-01T05:00:00Z/2026-01-01T08:00:00Z", SIX + timedelta(hours=2)),
        ("timeCycle", "R3/PT1H/2026-01-01T09:30:00Z", SIX + timedelta(minutes=90)),
        ("timeCycle", "R2/P1M/2026-03-31T06:00:00Z", datetime(2026, 2, 28, 6, tzinfo=UTC)),
        ("timeCycle", "R/PT1H/2026-01-01T05:30:00Z", None),
        ("timeCycle", '="R/PT" + string(1 + 1) + "H"', SIX + timedelta(hours=2)),
    ],
)
def test_a_timer_start_is_due_first_after_its_deployment(form, text, first):
    [event] = bpmn.start_events(_timer(form, text), "p")

    due = bpmn.first_due(event, SIX)

    assert (due.at if due else None) == first


@pytest.mark.parametrize(
    ("text", "firings"),
    [
        ("R3/PT1H", [1, 2, 3]),
        ("R2/2026-01-01T08:00:00Z/PT1H", [2, 3]),
        ("R2/2026-01-01T08:00:00Z/2026-01-01T10:00:00Z", [2, 4]),
        ("R3/PT1H/2026-01-01T09:00:00Z", [1, 2, 3]),
        ("R9/PT1H/2026-01-01T08:00:00Z", [1, 2]),
        ("R/PT1H/2026-01-01T08:30:00Z", [0.5, 1.5, 2.5]),
    ],
)
def test_a_cycle_fires_as_often_as_its_form_says(text, firings):
    due: bpmn.Due | None = timers.due(timers.compile_timer("cycle", text), "t", {}, SIX)

    found = []
    while due is not None:
        found.append((due.at - SIX) / timedelta(hours=1))
        due = due.next(due.at)

    assert found == firings


@pytest.mark.parametrize(
    "text",
    [
        "R0/PT1H",
        "R/PT0S",
        "R/2026-01-01T08:00:00Z",
        "R/2026-01-01T08:00:00Z/2026-01-01T08:00:00Z",
        "R/2026-01-01T09:00:00Z/2026-01-01T08:00:00Z",
        "R/PT1H/PT2H",
        "R/PT1H/soon",
        "R3",
        "0 0 9 * * ?",
        "PT1H",
    ],
)
def test_what_is_no_repeating_interval_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        timers.compile_timer("cycle", text)
