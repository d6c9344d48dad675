"""Processes that begin when a condition over the moment begins to hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import bpmn
from engine.jobs import run_due
from engine.model.instance import instance_table
from engine.model.job import JobState
from tests.storage.events import END, deploy, heard, jobs, process, rows

pytestmark = pytest.mark.both_databases

EVENING = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  #: half past eleven at night in Tehran
MINUTE = timedelta(minutes=1)
TITLED = "[daily]\ntitle = 'x'\n"


def _begins(condition: str) -> str:
    event = (
        "<conditionalEventDefinition><condition>"
        f"{condition}</condition></conditionalEventDefinition>"
    )
    return process("daily", f'<startEvent id="dawn">{event}</startEvent>', END)


def _started(database) -> list[datetime]:
    return [each.started_at for each in rows(database, instance_table)]


def _run(database, moment: datetime) -> None:
    run_due(database, lambda: moment)


def test_a_case_begins_each_time_the_condition_begins_to_hold(database):
    condition = 'day of week(today()) = "Sunday"'
    deploy(database, _begins(condition), config=TITLED, at=EVENING)
    midnight = EVENING + timedelta(minutes=30)
    week = timedelta(days=7)

    for moment in (EVENING + MINUTE, midnight, midnight + MINUTE, midnight + 2 * MINUTE):
        _run(database, moment)
    assert _started(database) == [midnight]
    for moment in (midnight + week - MINUTE, midnight + week, midnight + week + MINUTE):
        _run(database, moment)

    assert _started(database) == [midnight, midnight + week]
    assert {each.element_id for each in heard(database, "started")} == {"dawn"}
    [ready] = jobs(database, kind="start", state=JobState.READY.value)
    assert ready.run_at == midnight + week + 2 * MINUTE


def test_a_condition_that_holds_already_begins_one_case_when_it_is_looked_at_first(database):
    deploy(database, _begins("today() &gt; date(2020, 1, 1)"), config=TITLED, at=EVENING)

    for minutes in (1, 2, 3):
        _run(database, EVENING + minutes * MINUTE)

    assert _started(database) == [EVENING + MINUTE]


def test_a_newer_version_looks_at_its_own_condition_alone(database):
    deploy(database, _begins("true"), config=TITLED, at=EVENING)
    deploy(database, _begins("false"), config=TITLED, at=EVENING)

    _run(database, EVENING + MINUTE)

    assert _started(database) == []


def test_a_condition_cannot_ask_for_a_case_that_is_not_there_yet(database):
    with pytest.raises(bpmn.ModelRefused, match="BPMN-107"):
        deploy(database, _begins("amount &gt; 3"), config=TITLED, at=EVENING)
