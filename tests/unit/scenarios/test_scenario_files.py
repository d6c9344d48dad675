"""The file of a test: what is written is read back the same, and all that is wrong is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import scenarios
from engine.play import Answer, Fail, Message, Move, Signal, Start, Succeed
from engine.scenarios import Expectation, Scenario, ScenarioRefused, Step, Wait
from tests.unit.scenarios.values import LETTERS, TABLES, TEXTS

WHOLE = """\
title.fa = "صورت‌وضعیت بازگردانده و اصلاح می‌شود"
title.en = "A statement is returned and corrected"

[given]
at = "1405/05/03 09:00"
process = "interim"  # صورت‌وضعیت موقت
by = "contractor"

[given.values]
contract = "1404-D07-0417"

[given.expect]
open = ["enter"]  # تنظیم صورت‌وضعیت

[[step]]
note = "the contractor claims what was done"
answer = "enter"  # تنظیم صورت‌وضعیت
outcome = "submit"

[step.values]
site_materials = 1200000
mobilisation = 0.50

[step.values.lines]
020401 = { quantity = 2150.500, reason = "MEASURE" }

[step.expect.values]
statement_no = 1

[step.expect.open]
measure = "SUPERVISOR"

[[step]]
wait = "10 days"

[step.expect]
refused = ["STM-013 lines/020401/reason"]
running = true
"""
NAMES = {"interim": "صورت‌وضعیت موقت", "enter": "تنظیم صورت‌وضعیت"}


def test_a_file_is_read_and_written_to_the_letter():
    assert scenarios.written(scenarios.read(WHOLE), NAMES) == WHOLE


COMMENTED = (
    WHOLE.replace("[given]\n", "# Before the summer\n[given]\n")
    .replace("mobilisation = 0.50", "mobilisation = 0.50  # as # agreed")
    .replace('[[step]]\nwait = "10 days"', '# the law\'s ten days\n[[step]]\nwait = "10 days"')
    .replace("running = true\n", "running = true\n# nothing more\n")
)


def test_what_people_wrote_beside_it_is_kept_when_a_test_is_written_anew():
    assert scenarios.written(scenarios.read(COMMENTED), NAMES, COMMENTED) == COMMENTED
    found = scenarios.read(COMMENTED)
    start, claim, later = found.steps
    other = replace(found, steps=(start, later, replace(claim, note="")))

    text = scenarios.written(other, NAMES, COMMENTED)

    assert "# the law's ten days\n[[step]]\nwait" in text
    assert "mobilisation = 0.50  # as # agreed\n" in text
    less = scenarios.written(replace(found, steps=(start,)), NAMES, COMMENTED)
    assert less.endswith("# as # agreed\n# the law's ten days\n# nothing more\n")
    assert scenarios.read(less).steps == (start,)


def test_a_file_says_who_does_what_when_and_what_should_stand_then():
    found = scenarios.read(WHOLE)
    assert found.at == datetime(2026, 7, 25, 5, 30, tzinfo=UTC)
    start, claim, later = found.steps
    assert start.deed == Start("interim", {"contract": "1404-D07-0417"}, by="contractor")
    assert start.expect == Expectation(open={"enter": ""})
    assert claim.deed == Answer(
        "enter",
        {
            "site_materials": 1_200_000,
            "mobilisation": Decimal("0.5"),
            "lines": {"020401": {"quantity": Decimal("2150.5"), "reason": "MEASURE"}},
        },
        outcome="submit",
    )
    assert later.deed == Wait(timedelta(days=10))
    assert later.expect.ended == ""
    assert found.acts()[2] == Move(found.at + timedelta(days=10))


def test_all_that_is_wrong_is_told_at_once_each_with_its_line():
    wrong = """\
title.fa = ""
[given]
at = "1405/13/01"
proces = "interim"

[[step]]
answer = "enter"
number = "two"
[step.expect]
opened = ["x"]
refused = ["no"]

[[step]]
note = "nothing is done"

[[step]]
wait = "3 moons"
"""
    with pytest.raises(ScenarioRefused) as refused:
        scenarios.read(wrong)
    found = {(each.code, each.field, each.params.get("line")) for each in refused.value.problems}
    assert found == {
        ("TEST-003", "title", "1"),
        ("TEST-005", "given/at", "3"),
        ("TEST-002", "given/proces", "4"),
        ("TEST-004", "step/1/number", "8"),
        ("TEST-002", "step/1/expect/opened", "10"),
        ("TEST-012", "step/1/expect/refused", "11"),
        ("TEST-007", "step/2", "13"),
        ("TEST-006", "step/3/wait", "17"),
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("at = = 1", "TEST-001", id="no TOML"),
        pytest.param('title.fa = "x"', "TEST-003", id="nothing is given"),
        pytest.param(b"\xff", "TEST-001", id="no text"),
        pytest.param("x = " + "[" * 5_000, "TEST-008", id="nested without end"),
        pytest.param("# " + "x" * 600_000, "TEST-009", id="too large"),
    ],
)
def test_what_is_no_test_is_refused(text, code):
    with pytest.raises(ScenarioRefused) as refused:
        scenarios.read(text)
    assert code in [each.code for each in refused.value.problems]


def test_a_place_is_found_in_tables_of_tables_and_never_within_long_texts():
    text = 'title.fa = "x"\n[given]\nat = "1405/01/01"\nnote = """\nbogus = 1\n"""\nbogus = 2\n'
    with pytest.raises(ScenarioRefused) as refused:
        scenarios.read(text)
    places = {each.field: each.params["line"] for each in refused.value.problems}
    assert places["given/bogus"] == "7"


IDS = st.text(st.sampled_from("abcxyz_09-ب ."), min_size=1, max_size=8).filter(str.strip)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2070, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
LISTS = st.lists(IDS, max_size=3, unique=True).map(tuple)
BY_ELEMENT = st.dictionaries(IDS, IDS | st.just(""), max_size=3)
MAYBE = st.none() | IDS
COUNTS = st.integers(1, 5)
NOTED = st.builds(
    Expectation,
    case=COUNTS,
    open=st.none() | BY_ELEMENT,
    held=st.none() | LISTS,
    ended=st.none() | st.just("") | IDS,
    values=TABLES,
    empty=LISTS,
    decided=TABLES,
    passed=LISTS,
    not_passed=LISTS,
    timers=st.dictionaries(IDS, st.sampled_from(["", "1405/05/03 09:00"]), max_size=2),
    due=st.dictionaries(IDS, st.just("1405/05/03"), max_size=2),
    refused=st.lists(st.sampled_from(["STM-013", "GEN-403 x/y"]), unique=True).map(tuple),
    failed=LISTS,
)
DEEDS = st.one_of(
    st.builds(Start, IDS, TABLES, MAYBE, MAYBE, MAYBE),
    st.builds(Answer, IDS, TABLES, MAYBE, MAYBE, COUNTS),
    st.builds(Move, MOMENTS),
    st.builds(Wait, st.integers(1, 10**9).map(lambda each: timedelta(seconds=each))),
    st.builds(Succeed, IDS, TABLES, COUNTS),
    st.builds(Fail, IDS, MAYBE, TEXTS, COUNTS),
    st.builds(Message, IDS, MAYBE | st.integers(), TABLES),
    st.builds(Signal, IDS, TABLES),
)
SENTENCES = st.text(LETTERS, min_size=1, max_size=20).map(lambda text: " ".join(text.split()))
SCENARIOS = st.builds(
    Scenario,
    title=st.dictionaries(st.sampled_from(["fa", "en"]), SENTENCES.filter(bool), min_size=1),
    at=MOMENTS,
    steps=st.lists(st.builds(Step, DEEDS, TEXTS, NOTED), min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=50)
@given(SCENARIOS, st.dictionaries(IDS, TEXTS, max_size=3))
def test_what_is_written_is_read_back_the_same_and_written_the_same(scenario, names):
    text = scenarios.written(scenario, names)
    assert scenarios.read(text) == scenario
    assert scenarios.written(scenarios.read(text), names) == text
    assert scenarios.written(scenario, names, text) == text
    assert scenarios.read(scenarios.written(scenario, names, WHOLE)) == scenario


@given(MOMENTS, st.integers(0, 10**9))
def test_moments_and_spans_are_read_as_they_are_written(at, seconds):
    assert scenarios.moment_from(scenarios.moment_text(at)) == at
    span = timedelta(seconds=seconds)
    assert scenarios.span_from(scenarios.span_text(span)) == span
