"""Signals and messages: thrown inside a case, heard in it, and what of them leaves it."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    MESSAGE,
    NAMED,
    Case,
    catch,
    ended,
    inside,
    model,
    on,
    signal,
    thrown,
    users,
)

BOTH = '<parallelGateway id="f"/>'


def carried(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def test_a_signal_is_awaited_by_name_and_answered_from_outside():
    case = Case.of(model(catch("c", signal()), "s -> c; c -> e", extra=NAMED))

    [wait] = case.step.waiting
    assert wait == bpmn.SignalWait(wait.token, "p", "c", "stop", None)
    assert case.answer("c", {"why": "flood"}).step.values == {"why": "flood"}
    assert case.step.finished


def test_a_signal_reaches_every_catcher_of_its_name_in_the_case_and_then_leaves_it():
    case = Case.of(
        model(
            BOTH
            + catch("c", signal())
            + catch("d", signal())
            + catch("o", signal("other"))
            + users("a", "b")
            + thrown("t", signal()),
            "s -> f; f -> c; f -> d; f -> o; f -> a; a -> t; t -> b; b -> e; c -> e; d -> e;o -> e",
            extra=NAMED,
        )
    )

    case.answer("a")

    assert case.waiting == ["b", "o"]
    assert case.step.thrown == (bpmn.Thrown("signal", "stop", "t"),)


def test_a_signal_nobody_waits_for_only_leaves_the_case():
    case = Case.of(model(ended("t", signal()) + users("a"), "s -> a; a -> t", extra=NAMED))

    case.answer("a")

    assert (case.step.finished, case.step.end_id) == (True, "t")
    assert [each.name for each in case.step.thrown] == ["stop"]


def test_a_signal_thrown_inside_what_it_interrupts_goes_no_further():
    case = Case.of(
        model(
            inside(
                "sub",
                users("a", "b") + thrown("t", signal()),
                "sub_in -> a; a -> t; t -> b; b -> sub_out",
            )
            + on("stopped", "sub", signal())
            + users("clear"),
            "s -> sub; sub -> e; stopped -> clear; clear -> e",
            extra=NAMED,
        )
    )

    case.answer("a")

    assert case.waiting == ["clear"]
    assert [
        (each.element_id, each.flow_ids) for each in case.step.passed if each.element_id == "t"
    ] == [("t", ())]


def test_a_boundary_signal_that_does_not_interrupt_may_come_again():
    case = Case.of(
        model(
            users("a", "note") + on("heard", "a", signal(), interrupting=False),
            "s -> a; a -> e; heard -> note; note -> e",
            extra=NAMED,
        )
    )

    case.answer("heard").answer("heard")

    assert case.waiting == ["a", "heard", "note", "note"]


def test_behind_an_event_gateway_a_signal_may_win():
    case = Case.of(
        model(
            '<eventBasedGateway id="g"/>' + catch("c", signal()) + catch("d", signal("other")),
            "s -> g; g -> c; g -> d; c -> e; d -> e",
            extra=NAMED,
        )
    )

    assert case.answer("d").step.finished


@pytest.mark.parametrize(
    ("inner", "values"),
    [
        pytest.param("", {}, id="nothing by default"),
        pytest.param(
            '<camunda:in source="amount" target="paid"/>'
            '<camunda:in sourceExpression="amount * 2" target="twice"/>',
            {"paid": 5, "twice": 10},
            id="what the model names",
        ),
        pytest.param(
            '<camunda:in variables="all"/>', {"amount": 5, "contract": "312"}, id="everything"
        ),
    ],
)
def test_a_signal_carries_what_the_model_says(inner, values):
    case = Case.of(
        model(ended("t", signal("sig", carried(inner))), "s -> t", extra=NAMED),
        amount=5,
        contract="312",
    )

    assert case.step.thrown == (bpmn.Thrown("signal", "stop", "t", {}, values),)


def test_what_a_signal_carries_reaches_the_case_that_threw_it():
    carry = carried('<camunda:in sourceExpression="amount + 1" target="more"/>')
    case = Case.of(
        model(
            BOTH + catch("c", signal()) + thrown("t", signal("sig", carry)) + users("a"),
            "s -> f; f -> c; f -> t; t -> e; c -> a; a -> e",
            extra=NAMED,
        ),
        amount=5,
    )

    assert case.step.values == {"amount": 5, "more": 6}


@pytest.mark.parametrize(
    "thrower",
    [
        thrown("t", MESSAGE),
        ended("t", MESSAGE),
        '<sendTask id="t" messageRef="msg"/>',
    ],
    ids=["throw", "end", "send task"],
)
def test_a_message_without_a_topic_leaves_the_case_with_its_key(thrower):
    arrows = "s -> a; a -> t" + ("" if "endEvent" in thrower else "; t -> e")
    case = Case.of(model(users("a") + thrower, arrows, extra=NAMED), contract="312")

    case.answer("a")

    assert case.step.finished
    assert case.step.thrown == (bpmn.Thrown("message", "paid", "t", {"correlationKey": "312"}),)


def test_a_message_thrown_inside_a_case_waits_for_somebody_to_deliver_it():
    case = Case.of(
        model(
            BOTH + catch("c", MESSAGE) + thrown("t", MESSAGE),
            "s -> f; f -> c; f -> t; t -> e; c -> e",
            extra=NAMED,
        ),
        contract="312",
    )

    assert case.waiting == ["c"]
    assert len(case.step.thrown) == 1


@pytest.mark.parametrize("contract", [None, ""])
def test_a_message_whose_key_has_no_value_reaches_nobody_elses_case(contract):
    with pytest.raises(bpmn.ExpressionFailed, match="contract has no value") as failure:
        Case.of(model(thrown("t", MESSAGE), "s -> t; t -> e", extra=NAMED), contract=contract)

    assert failure.value.element_id == "t"


def test_a_case_begins_at_the_start_event_it_is_told():
    several = model(
        '<startEvent id="paid"><messageEventDefinition messageRef="msg"/></startEvent>'
        + users("a", "b"),
        "s -> a; a -> e; paid -> b; b -> e",
        extra=NAMED,
    )

    assert Case.of(several).waiting == ["a"]
    step = bpmn.start(several, "p", {}, at=Case.of(several).at, element_id="paid")
    assert [each.element_id for each in step.waiting] == ["b"]
    with pytest.raises(bpmn.ProcessNotFound):
        bpmn.start(several, "p", {}, at=Case.of(several).at, element_id="a")
