"""Event sub-processes, errors and escalations: the nearest catcher has it."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    ANY_ERROR,
    ANY_ESCALATION,
    ERROR,
    LATE,
    MESSAGE,
    NAMED,
    NOON,
    Case,
    condition,
    ended,
    inside,
    model,
    on,
    process,
    signal,
    thrown,
    timer,
    users,
)

BESIDE = 'isInterrupting="false"'
LOST = '<escalationEventDefinition escalationRef="lost"/>'


def event_sub(by: str, more: str = "", *, sub_id: str = "ev", task: str = "repair") -> str:
    arrows = f"{sub_id}_in -> {task}; {task} -> {sub_id}_out"
    return inside(sub_id, users(task), arrows, by=by, more=more)


@pytest.mark.parametrize(
    "by", [MESSAGE, signal(), timer("P1D"), condition("gone")], ids=lambda by: by[1:8]
)
def test_an_interrupting_event_sub_process_ends_what_ran_around_it(by):
    case = Case.of(
        model(
            users("a", "b") + '<parallelGateway id="f"/>' + event_sub(by),
            "s -> f; f -> a; f -> b; a -> e; b -> e",
            extra=NAMED,
        )
    )
    ran = {case.token("a"), case.token("b")}
    assert case.waiting == ["a", "b", "ev_in"]

    case.answer("ev_in")

    assert case.waiting == ["repair"]
    assert ran <= set(case.step.closed)
    assert case.answer("repair").step.finished


@pytest.mark.parametrize("by", [MESSAGE, signal()], ids=["message", "signal"])
def test_one_that_does_not_interrupt_runs_beside_and_may_come_again(by):
    case = Case.of(model(users("a") + event_sub(by, BESIDE), "s -> a; a -> e", extra=NAMED))

    case.answer("ev_in").answer("ev_in")
    assert case.waiting == ["a", "ev_in", "repair", "repair"]
    case.answer("a")
    assert case.waiting == ["ev_in", "repair", "repair"]
    case.answer("repair").answer("repair")

    assert (case.step.finished, case.step.end_id) == (True, "e")


def test_the_end_of_one_that_interrupts_is_the_end_of_the_case():
    case = Case.of(model(users("a") + event_sub(MESSAGE), "s -> a; a -> e", extra=NAMED))

    case.answer("ev_in").answer("repair")

    assert (case.step.finished, case.step.end_id) == (True, "ev")


def test_a_repeating_timer_beside_the_flow_fires_as_often_as_it_says():
    case = Case.of(
        model(users("a") + event_sub(timer("R2/P1D", "timeCycle"), BESIDE), "s -> a; a -> e")
    )

    case.later(days=1).answer("ev_in").later(days=1).answer("ev_in")

    assert case.waiting == ["a", "repair", "repair"]


def test_a_case_that_only_listens_is_over():
    case = Case.of(model(users("a") + event_sub(MESSAGE), "s -> a; a -> e", extra=NAMED))
    listening = case.token("ev_in")

    case.answer("a")

    assert case.step.finished
    assert (case.step.end_id, case.step.closed) == ("e", (listening,))


def test_what_listens_inside_a_sub_process_goes_with_it():
    case = Case.of(
        model(
            inside("sub", users("a") + event_sub(MESSAGE), "sub_in -> a; a -> sub_out")
            + users("after"),
            "s -> sub; sub -> after; after -> e",
            extra=NAMED,
        )
    )
    assert case.waiting == ["a", "ev_in"]

    assert case.answer("a").waiting == ["after"]


def test_an_event_inside_a_sub_process_ends_only_that():
    case = Case.of(
        model(
            inside("sub", users("a") + event_sub(MESSAGE), "sub_in -> a; a -> sub_out")
            + users("b", "after")
            + '<parallelGateway id="f"/>',
            "s -> f; f -> sub; f -> b; sub -> after; after -> e; b -> e",
            extra=NAMED,
        )
    )

    assert case.answer("ev_in").waiting == ["b", "repair"]
    assert case.answer("repair").waiting == ["after", "b"]


FAILING = inside(
    "sub",
    users("a", "b") + '<parallelGateway id="sf"/>' + ended("fail", ERROR),
    "sub_in -> sf; sf -> a; sf -> b; a -> fail; b -> sub_out",
)


def test_an_error_is_caught_inside_before_the_boundary_around():
    caught = FAILING.replace("</subProcess>", event_sub(ANY_ERROR) + "</subProcess>")
    case = Case.of(
        model(
            caught + on("outside", "sub", ERROR) + users("after"),
            "s -> sub; sub -> after; after -> e; outside -> e",
            extra=NAMED,
        )
    )

    assert case.answer("a").waiting == ["repair"]
    assert case.answer("repair").waiting == ["after"]


def test_an_event_sub_process_catches_the_error_a_boundary_does_not_name():
    other = '<errorEventDefinition errorRef="worse"/>'
    case = Case.of(
        model(
            FAILING + on("outside", "sub", other) + event_sub(ERROR),
            "s -> sub; sub -> e; outside -> e",
            extra=NAMED,
        )
    )

    assert case.answer("a").waiting == ["repair"]


def test_an_error_thrown_while_one_is_handled_goes_outwards():
    again = inside("ev", ended("again", ERROR), "ev_in -> again", by=ANY_ERROR).replace(
        '<endEvent id="ev_out"/>', ""
    )
    caught = FAILING.replace("</subProcess>", again + "</subProcess>")
    case = Case.of(
        model(
            caught + on("outside", "sub", ERROR) + users("after"),
            "s -> sub; sub -> e; outside -> after; after -> e",
            extra=NAMED,
        )
    )

    assert case.answer("a").waiting == ["after"]


def test_an_error_of_a_job_starts_the_event_sub_process_of_its_scope():
    case = Case.of(
        model(
            '<serviceTask id="a" camunda:topic="x"/>' + event_sub(ERROR),
            "s -> a; a -> e",
            extra=NAMED,
        )
    )

    assert case.throw("a", "BAD").waiting == ["repair"]


@pytest.mark.parametrize(
    ("catcher", "more", "left"),
    [
        pytest.param(LATE, "", [], id="named, interrupting"),
        pytest.param(ANY_ESCALATION, BESIDE, ["b"], id="any, beside"),
        pytest.param(LOST, "", ["b"], id="of another name"),
    ],
)
def test_an_escalation_goes_to_an_event_sub_process_of_its_scope(catcher, more, left):
    case = Case.of(
        model(
            users("a", "b") + thrown("t", LATE) + event_sub(catcher, more),
            "s -> a; a -> t; t -> b; b -> e",
            extra=NAMED,
        )
    )

    case.answer("a")

    caught = [] if catcher == LOST else ["repair"]
    assert case.waiting == [*left, *caught]


@pytest.mark.parametrize(("interrupting", "left"), [(True, []), (False, ["b"])])
def test_an_escalation_goes_to_the_boundary_around_and_no_further(interrupting, left):
    case = Case.of(
        model(
            inside(
                "sub",
                users("a", "b") + thrown("t", LATE),
                "sub_in -> a; a -> t; t -> b; b -> sub_out",
            )
            + on("known", "sub", LATE, interrupting=interrupting)
            + event_sub(ANY_ESCALATION)
            + users("told"),
            "s -> sub; sub -> e; known -> told; told -> e",
            extra=NAMED,
        )
    )

    case.answer("a")

    assert case.waiting == [*left, "told"]


def test_an_escalation_nobody_catches_changes_nothing():
    case = Case.of(model(users("a") + ended("t", LATE), "s -> a; a -> t", extra=NAMED))

    assert case.answer("a").step.finished
    assert (case.step.end_id, case.step.error_code) == ("t", None)


def test_an_escalation_of_a_called_process_is_caught_at_the_call():
    caller = process(
        '<startEvent id="s"/><endEvent id="e"/><callActivity id="call" calledElement="inner"/>'
        + on("known", "call", LATE, interrupting=False)
        + users("told"),
        "s -> call; call -> e; known -> told; told -> e",
        extra=NAMED,
    )
    inner = process(
        '<startEvent id="is"/>' + users("i") + ended("ie", LATE),
        "is -> i; i -> ie",
        process_id="inner",
        extra=NAMED,
    )
    both = bpmn.compile_model({"a.bpmn": caller, "b.bpmn": inner})
    case = Case(both, bpmn.start(both, "p", {}, at=NOON, seed="t"))

    assert case.answer("i").waiting == ["told"]


def test_interrupting_happens_at_the_throw_and_nothing_behind_it_runs():
    case = Case.of(
        model(
            users("a")
            + '<parallelGateway id="f"/>'
            + thrown("t", LATE)
            + '<scriptTask id="set" scriptFormat="feel" camunda:resultVariable="x">'
            "<script>1</script></scriptTask>" + event_sub(LATE),
            "s -> a; a -> f; f -> t; f -> set; t -> e; set -> e",
            extra=NAMED,
        )
    )

    case.answer("a")

    assert case.waiting == ["repair"]
    assert case.step.values == {}
