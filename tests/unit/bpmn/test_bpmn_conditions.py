"""Conditional events: every change of the variables looks at them."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    NOON,
    Case,
    catch,
    condition,
    inside,
    model,
    on,
    process,
    users,
)

WAITS = model(
    '<parallelGateway id="f"/>' + catch("c", condition("amount > 100")) + users("a", "b"),
    "s -> f; f -> c; f -> a; a -> e; c -> b; b -> e",
)


def test_a_condition_that_holds_on_entry_is_passed_at_once():
    assert Case.of(WAITS, amount=200).waiting == ["a", "b"]


def test_a_condition_is_awaited_and_woken_by_a_sibling_branch():
    case = Case.of(WAITS, amount=5)
    wait = case.wait("c")
    assert wait == bpmn.ConditionWait(wait.token, "p", "c", None)

    case.answer("a", {"amount": 101})

    assert case.waiting == ["b"]


def test_a_condition_is_woken_by_a_change_from_outside():
    case = Case.of(WAITS, amount=5)

    assert case.update(amount=50).waiting == ["a", "c"]
    assert case.update(amount=500).waiting == ["a", "b"]
    assert case.step.values == {"amount": 500}


def test_a_condition_over_the_moment_is_looked_at_when_asked():
    case = Case.of(
        model(
            catch("c", condition('now() > date and time("2026-11-22T00:00:00Z")')), "s -> c; c -> e"
        )
    )

    assert case.update().waiting == ["c"]
    assert case.later(days=1).update().step.finished


def test_an_interrupting_boundary_condition_ends_its_task():
    case = Case.of(
        model(
            users("a", "big") + on("grew", "a", condition("amount > 100")),
            "s -> a; a -> e; grew -> big; big -> e",
        ),
        amount=5,
    )
    task = case.token("a")

    case.update(amount=500)

    assert case.waiting == ["big"]
    assert task in case.step.closed


def test_a_condition_that_does_not_interrupt_happens_when_it_becomes_true_and_not_while_it_is():
    case = Case.of(
        model(
            users("a", "note") + on("grew", "a", condition("amount > 100"), interrupting=False),
            "s -> a; a -> e; grew -> note; note -> e",
        ),
        amount=5,
    )
    notes = []
    for amount in (200, 300, 50, 400):
        case.update(amount=amount)
        notes.append(case.waiting.count("note"))

    assert notes == [1, 1, 1, 2]
    assert "grew" in case.waiting


@pytest.mark.parametrize(("more", "left"), [("", []), ('isInterrupting="false"', ["a"])])
def test_a_condition_starts_an_event_sub_process(more, left):
    case = Case.of(
        model(
            users("a")
            + inside(
                "ev",
                users("big"),
                "ev_in -> big; big -> ev_out",
                more=more,
                by=condition("amount > 100"),
            ),
            "s -> a; a -> e",
        ),
        amount=5,
    )

    case.update(amount=500)

    assert [each for each in case.waiting if each != "ev_in"] == [*left, "big"]


def test_what_a_called_process_gives_back_is_a_change_too():
    caller = process(
        '<startEvent id="s"/><endEvent id="e"/><parallelGateway id="f"/>'
        '<callActivity id="call" calledElement="inner"/>' + catch("c", condition("done")),
        "s -> f; f -> call; f -> c; c -> e",
    )
    inner = process(
        '<startEvent id="is"/><endEvent id="ie"/>' + users("i"),
        "is -> i; i -> ie",
        process_id="inner",
    )
    both = bpmn.compile_model({"a.bpmn": caller, "b.bpmn": inner})
    case = Case(both, bpmn.start(both, "p", {}, at=NOON, seed="t"))

    assert case.answer("i", {"done": True}).step.finished


def test_a_condition_without_a_boolean_is_an_error_that_names_the_event():
    with pytest.raises(bpmn.ExpressionFailed) as failure:
        Case.of(model(catch("c", condition("amount + 1")), "s -> c; c -> e"), amount=1)

    assert failure.value.element_id == "c"
