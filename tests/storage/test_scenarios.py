"""Tests beside the model, run by the real engine: what holds, and what was seen instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine import scenarios
from engine.bpmn import ModelRefused
from engine.catalogue.bundle import Bundle
from engine.play import Stage
from engine.scenarios import Outcome
from tests.storage.conftest import CONFIG, ORDER

MODEL = {"order.bpmn": ORDER.encode(), "process.toml": CONFIG.encode()}
DRAFT = Bundle(MODEL)
HEAD = """title.en = "An order"
[given]
at = "1405/08/30 12:00"
process = "order"
unit = "D07"
values.amount = 5
"""
PREPARED = '[[step]]\nanswer = "prepare"\noutcome = "approve"\n'
PRICED = '[[step]]\nsucceed = "price"\nvalues.price = 10\n'


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage(lambda _database, _at: None)
    yield made
    made.close()


@pytest.fixture
def run(stage: Stage):
    def outcome(*parts: str) -> Outcome:
        return scenarios.run_scenario(stage, DRAFT, scenarios.read(HEAD + "\n".join(parts)))

    return outcome


def broken(outcome: Outcome) -> list[tuple[int, str, Any, Any]]:
    return [
        (step.number, check.kind, check.expected, check.seen)
        for step in outcome.steps
        for check in step.checks
        if not check.held
    ]


def test_everything_that_can_be_expected_holds_where_it_stands(run):
    outcome = run(
        '[given.expect]\nrunning = true\nopen.prepare = "CLERK"\nvalues.amount = 5\n'
        'empty = ["price"]\npassed = ["start", "f1"]\nnot_passed = ["price"]',
        PREPARED + '[step.expect]\nheld = ["price"]\nopen = []',
        PRICED + '[step.expect]\nopen = ["approve"]\ntimers.late = "1405/09/02 12:00"\nheld = []\n'
        "values.price = 10.0",
        '[[step]]\nwait = "2 days"\nexpect.passed = ["late"]',
        '[[step]]\nanswer = "approve"\nexpect.ended = "done"',
    )
    assert broken(outcome) == []
    assert outcome.is_green
    assert outcome.expectations == 15


def test_what_does_not_hold_is_told_with_what_was_seen(run):
    outcome = run(
        '[given.expect]\nended = "done"\nopen.approve = ""\nvalues.amount = 6\nempty = ["amount"]',
        PREPARED + '[step.expect]\nheld = []\npassed = ["approve"]\nnot_passed = ["f2"]',
    )
    assert broken(outcome) == [
        (1, "open", {"approve": ""}, {"prepare": "CLERK@D07"}),
        (1, "ended", "done", ""),
        (1, "values", 6, 5),
        (1, "empty", None, 5),
        (2, "held", [], ["price"]),
        (2, "passed", True, False),
        (2, "not_passed", False, True),
    ]


def test_a_refusal_and_a_failure_that_nobody_expected_break_a_test(run):
    failed = '[[step]]\nfail = "price"\nwhy = "no answer"\n'
    outcome = run('[[step]]\nanswer = "approve"', PREPARED, failed)
    [refused, failure] = broken(outcome)
    assert refused == (2, "refused", [], ["PLAY-001"])
    assert failure[:3] == (4, "failed", [])
    assert "no answer" in failure[3]["price"]
    assert run(
        '[[step]]\nanswer = "approve"\nexpect.refused = ["PLAY-001"]',
        PREPARED,
        failed + 'expect.failed = ["price"]',
        PRICED,
    ).is_green


def test_a_refusal_that_does_not_come_breaks_a_test(run):
    assert broken(run(PREPARED + 'expect.refused = ["GEN-403"]')) == [
        (2, "refused", ["GEN-403"], [])
    ]


def test_all_tests_of_an_area_are_run_and_files_that_are_none_are_told(stage: Stage):
    bundle = Bundle(
        MODEL
        | {
            "tests/green.test.toml": HEAD.encode(),
            "tests/no.test.toml": b"nothing = 1",
            "tests/red.test.toml": (HEAD + 'expect.ended = "done"').encode(),
        }
    )
    results = scenarios.run_all(stage, bundle)
    assert not results.are_green
    assert [each.name for each in results.broken] == ["tests/no.test.toml", "tests/red.test.toml"]
    assert [each.code for each in results.broken[0].problems] == [
        "TEST-003",
        "TEST-003",
        "TEST-002",
    ]


def test_a_model_that_cannot_run_is_refused_with_everything_that_is_wrong(stage: Stage):
    without = Bundle(MODEL | {"order.bpmn": ORDER.replace('targetRef="done"', "").encode()})
    with pytest.raises(ModelRefused):
        scenarios.run_scenario(stage, without, scenarios.read(HEAD))


def test_coverage_counts_tests_and_names_what_none_reaches(run):
    whole = run(PREPARED, PRICED, '[[step]]\nanswer = "approve"')
    [order] = scenarios.coverage(DRAFT, [whole, run()])
    counts = {each.id: each.tests for each in order.parts}
    assert (counts["start"], counts["f1"], counts["done"]) == (2, 2, 1)
    missed = {each.id for each in order.missed}
    assert {"withdrawal", "late", "note", "refused", "f3", "f4"} <= missed
    assert order.percent == 100 * (len(order.parts) - len(missed)) // len(order.parts)
    parts = {each.id: each for each in order.parts}
    assert parts["prepare"].name == "آماده‌سازی"
    assert (parts["f2"].source, parts["f2"].target) == ("prepare", "price")
    assert scenarios.names_of(DRAFT)["prepare"] == "آماده‌سازی"
