"""Events of several definitions: any of them is enough, or all have to come; all are thrown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    ERROR,
    LATE,
    MESSAGE,
    NAMED,
    NOON,
    UNDO,
    Case,
    catch,
    condition,
    inside,
    model,
    process,
    signal,
    timer,
    users,
)

ALL_FOUR = MESSAGE + signal() + timer("PT1H") + condition("ripe")
LINE = "s -> m; m -> a; a -> e"
ENDS = '<startEvent id="s"/><endEvent id="e"/>'
KINDS = [bpmn.MessageWait, bpmn.SignalWait, bpmn.TimerWait, bpmn.ConditionWait]


def event(kind: str, event_id: str, definitions: str, marks: str = "") -> str:
    return f'<{kind} id="{event_id}" {marks}>{definitions}</{kind}>'


def together(event_id: str, definitions: str) -> str:
    return event("intermediateCatchEvent", event_id, definitions, 'parallelMultiple="true"')


def boundary(definitions: str, *, interrupting: bool, parallel: bool = False) -> str:
    marks = f'attachedToRef="a" cancelActivity="{str(interrupting).lower()}"'
    if parallel:
        marks += ' parallelMultiple="true"'
    return event("boundaryEvent", "on", definitions, marks)


def around(end: str, sub_id: str = "sub") -> str:
    """Return a sub-process that comes to ``end`` at once."""
    flow = '<sequenceFlow id="in_all" sourceRef="in" targetRef="all"/>'
    return f'<subProcess id="{sub_id}"><startEvent id="in"/>{end}{flow}</subProcess>'


def begun(there: bpmn.Model, **values: object) -> Case:
    return Case.of(there, **{"contract": "C-1", "ripe": False, **values})


def come(case: Case, kind: type) -> Case:
    """Let a definition of this kind come."""
    if kind is bpmn.ConditionWait:
        return case.update(ripe=True)
    token = next(each.token for each in case.step.waiting if isinstance(each, kind))
    return case.answer_token(token, {})


def rules(body: str, arrows: str) -> set[tuple[str, str | None, bool]]:
    found = bpmn.lint({"p.bpmn": process(ENDS + body, arrows, extra=NAMED)})
    return {(each.rule, each.element_id, each.refuses) for each in found}


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_of_several_definitions_is_enough(kind):
    case = begun(model(catch("m", ALL_FOUR) + users("a"), LINE, extra=NAMED))

    assert case.waiting == ["m"] * 4
    assert come(case, kind).waiting == ["a"]
    assert case.passed == ["m"]


@given(st.permutations(KINDS))
def test_all_of_them_have_to_come_in_any_order_where_the_event_says_so(order):
    case = begun(model(together("m", ALL_FOUR) + users("a"), LINE, extra=NAMED))

    for kind in order[:-1]:
        come(case, kind)
    assert set(case.waiting) == {"m"}
    assert come(case, order[-1]).waiting == ["a"]


def test_two_of_the_same_kind_are_told_apart():
    body = catch("m", timer("PT1H") + timer("PT2H")) + users("a")
    case = begun(model(body, LINE))

    waits = [each for each in case.step.waiting if isinstance(each, bpmn.TimerWait)]
    assert [each.due_at - NOON for each in waits] == [timedelta(hours=1), timedelta(hours=2)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_interrupting_boundary_of_several_ends_its_activity_at_the_first(kind):
    body = users("a", "b") + boundary(ALL_FOUR, interrupting=True)
    case = begun(model(body, "s -> a; a -> e; on -> b; b -> e", extra=NAMED))

    assert case.waiting == ["a", "on", "on", "on", "on"]
    assert come(case, kind).waiting == ["b"]


def test_a_boundary_of_several_that_does_not_interrupt_happens_for_each_and_stays():
    body = users("a", "b") + boundary(MESSAGE + timer("R/PT1H", "timeCycle"), interrupting=False)
    case = begun(model(body, "s -> a; a -> e; on -> b; b -> e", extra=NAMED))

    assert come(case, bpmn.MessageWait).waiting == ["a", "b", "on", "on"]
    assert come(case, bpmn.MessageWait).waiting == ["a", "b", "b", "on", "on"]
    first = next(each for each in case.step.waiting if isinstance(each, bpmn.TimerWait))
    assert first.due_at == NOON + timedelta(hours=1)
    come(case.later(hours=1), bpmn.TimerWait)
    [second] = [each for each in case.step.waiting if isinstance(each, bpmn.TimerWait)]
    assert second.due_at == NOON + timedelta(hours=2)
    assert case.answer("a").waiting == ["b", "b", "b"]


def test_a_condition_of_several_happens_when_it_begins_to_hold():
    body = users("a", "b") + boundary(MESSAGE + condition("ripe"), interrupting=False)
    case = begun(model(body, "s -> a; a -> e; on -> b; b -> e", extra=NAMED))

    assert case.update(ripe=True).update(ripe=True).waiting.count("b") == 1
    assert case.update(ripe=False).update(ripe=True).waiting.count("b") == 2


def test_a_boundary_that_needs_all_of_them_begins_anew_when_all_have_come():
    body = users("a", "b") + boundary(MESSAGE + signal(), interrupting=False, parallel=True)
    case = begun(model(body, "s -> a; a -> e; on -> b; b -> e", extra=NAMED))

    assert come(case, bpmn.SignalWait).waiting == ["a", "on"]
    assert come(case, bpmn.MessageWait).waiting == ["a", "b", "on", "on"]
    come(case, bpmn.MessageWait)
    assert come(case, bpmn.SignalWait).waiting == ["a", "b", "b", "on", "on"]


def test_an_interrupting_boundary_waits_for_all_where_it_says_so():
    body = users("a", "b") + boundary(MESSAGE + signal(), interrupting=True, parallel=True)
    case = begun(model(body, "s -> a; a -> e; on -> b; b -> e", extra=NAMED))

    assert come(case, bpmn.SignalWait).waiting == ["a", "on"]
    assert come(case, bpmn.MessageWait).waiting == ["b"]


@pytest.mark.parametrize("code", ["BAD", "LATE"])
def test_errors_and_escalations_are_caught_among_others(code):
    definition = ERROR if code == "BAD" else LATE
    sub = around(event("endEvent", "all", definition), "a")
    body = sub + boundary(MESSAGE + ERROR + LATE, interrupting=True) + users("b")
    case = begun(model(body, "s -> a; a -> e; on -> b; b -> e", extra=NAMED))

    assert case.waiting == ["b"]


@pytest.mark.parametrize("parallel", [False, True])
def test_an_event_sub_process_begins_by_one_of_several_or_by_all(parallel):
    marks = 'isInterrupting="false"' + (' parallelMultiple="true"' if parallel else "")
    sub = inside("ev", users("x"), "ev_in -> x; x -> ev_out", by=MESSAGE + signal(), more=marks)
    case = begun(model(sub + users("a"), "s -> a; a -> e", extra=NAMED))

    assert come(case, bpmn.SignalWait).waiting.count("x") == (0 if parallel else 1)
    assert come(case, bpmn.MessageWait).waiting.count("x") == (1 if parallel else 2)
    assert case.waiting.count("ev_in") == 2
    while "x" in case.waiting:
        case.answer("x")
    assert case.answer("a").step.finished


def test_an_interrupting_event_sub_process_ends_what_ran_at_the_first():
    sub = inside("ev", users("x"), "ev_in -> x; x -> ev_out", by=MESSAGE + signal())
    case = begun(model(sub + users("a"), "s -> a; a -> e", extra=NAMED))

    assert come(case, bpmn.SignalWait).waiting == ["x"]


@pytest.mark.parametrize("kind", KINDS)
def test_behind_an_event_gateway_the_first_of_all_definitions_wins(kind):
    body = '<eventBasedGateway id="g"/>' + catch("m", ALL_FOUR) + catch("t", timer("PT9H"))
    arrows = "s -> g; g -> m; g -> t; m -> a; t -> b; a -> e; b -> e"
    case = begun(model(body + users("a", "b"), arrows, extra=NAMED))

    assert come(case, kind).waiting == ["a"]
    assert [each.flow_ids for each in case.step.passed] == [("g_m",), ("m_a",)]


def test_behind_an_event_gateway_an_event_may_need_all_of_them():
    body = '<eventBasedGateway id="g"/>' + together("m", MESSAGE + signal())
    arrows = "s -> g; g -> m; g -> t; m -> a; t -> b; a -> e; b -> e"
    there = model(body + catch("t", timer("PT9H")) + users("a", "b"), arrows, extra=NAMED)

    assert come(come(begun(there), bpmn.SignalWait), bpmn.MessageWait).waiting == ["a"]
    assert come(come(begun(there), bpmn.SignalWait), bpmn.TimerWait).waiting == ["b"]


def starts(definitions: str, marks: str = "") -> bpmn.Model:
    body = event("startEvent", "by", definitions, marks) + users("a")
    return bpmn.compile_model({"p.bpmn": process(body, "by -> a", extra=NAMED)})


def test_each_definition_of_a_start_event_begins_a_case():
    there = starts(MESSAGE + signal() + timer("R/P1D", "timeCycle"))

    planned = bpmn.start_events(there, "p")

    assert [(each.element_id, each.kind) for each in planned] == [
        ("by", "message"),
        ("by", "signal"),
        ("by", "timer"),
    ]
    step = bpmn.start(there, "p", {}, at=NOON, element_id="by")
    assert [each.element_id for each in step.waiting] == ["a"]


def test_a_start_event_that_needs_all_begins_a_case_that_waits_for_the_others():
    there = starts(MESSAGE + signal(), 'parallelMultiple="true"')
    first, second = bpmn.start_events(there, "p")

    step = bpmn.start(there, "p", {"contract": "C"}, at=NOON, element_id=first.element_id)
    case = Case(there, step)

    assert (first.kind, second.kind) == ("message", "signal")
    assert (case.waiting, case.step.passed) == (["by"], ())
    assert come(case, bpmn.SignalWait).waiting == ["a"]


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "endEvent"])
def test_all_of_several_definitions_are_thrown(kind):
    sub = around(event(kind, "all", MESSAGE + signal() + LATE))
    body = (
        sub
        + users("b")
        + event("boundaryEvent", "on", LATE, 'attachedToRef="sub" cancelActivity="false"')
    )
    case = begun(model(body, "s -> sub; sub -> e; on -> b; b -> e", extra=NAMED))

    assert [(each.kind, each.element_id) for each in case.step.thrown] == [
        ("message", "all"),
        ("signal", "all"),
    ]
    assert case.waiting == ["b"]
    assert case.passed.count("all") == 1


def test_what_ends_more_than_its_own_way_is_thrown_last():
    sub = around(event("endEvent", "all", ERROR + signal()))
    on = event("boundaryEvent", "on", ERROR, 'attachedToRef="sub"')
    case = begun(model(sub + on + users("b"), "s -> sub; sub -> e; on -> b; b -> e", extra=NAMED))

    assert [each.kind for each in case.step.thrown] == ["signal"]
    assert case.waiting == ["b"]


def test_what_was_done_is_undone_before_the_event_is_left():
    body = (
        users("a", "undo").replace('id="undo"', 'id="undo" isForCompensation="true"')
        + event("boundaryEvent", "undone", UNDO, 'attachedToRef="a"')
        + '<association id="x" sourceRef="undone" targetRef="undo"/>'
        + event("intermediateThrowEvent", "all", UNDO + signal())
        + users("b")
    )
    case = begun(model(body, "s -> a; a -> all; all -> b; b -> e", extra=NAMED))

    assert case.answer("a").waiting == ["undo"]
    assert [each.kind for each in case.step.thrown] == ["signal"]
    assert case.answer("undo").waiting == ["b"]


def test_a_definition_may_be_shared_by_all_events_of_the_file():
    shared = (
        '<timerEventDefinition id="hour"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    )
    body = catch("m", "<eventDefinitionRef>hour</eventDefinitionRef>") + users("a")
    case = begun(model(body, LINE, extra=shared))

    assert isinstance(case.wait("m"), bpmn.TimerWait)
    assert case.answer("m").waiting == ["a"]


@pytest.mark.parametrize(
    ("body", "element_id"),
    [
        (catch("m", MESSAGE + '<linkEventDefinition name="on"/>'), "m"),
        (catch("m", "<eventDefinitionRef>nothing</eventDefinitionRef>"), "m"),
        (users("m") + event("boundaryEvent", "on", MESSAGE + UNDO, 'attachedToRef="m"'), "on"),
        (
            users("m")
            + event(
                "boundaryEvent", "on", MESSAGE + ERROR, 'attachedToRef="m" parallelMultiple="true"'
            ),
            "on",
        ),
        (users("m") + event("endEvent", "x", ERROR + "<terminateEventDefinition/>"), "x"),
    ],
)
def test_definitions_that_cannot_stand_together_are_refused(body, element_id):
    arrows = "s -> m; m -> x" if element_id == "x" else "s -> m; m -> e"
    arrows += "; on -> e" if element_id == "on" else ""

    assert ("BPMN-011", element_id, True) in rules(body, arrows)


@pytest.mark.parametrize("second", [timer("soon"), timer("= 1 +")])
def test_every_definition_is_looked_at_not_only_the_first(second):
    assert ("BPMN-050", "m", True) in rules(catch("m", timer("PT1H") + second), "s -> m; m -> e")
    bare = "<messageEventDefinition/>"
    assert ("BPMN-051", "m", True) in rules(catch("m", MESSAGE + bare), "s -> m; m -> e")


def both(*definitions: str) -> bpmn.Model:
    body = users("a", "b") + event(
        "boundaryEvent",
        "on",
        "".join(definitions),
        'attachedToRef="a" cancelActivity="false"',
    )
    return model(body, "s -> a; a -> e; on -> b; b -> e", extra=NAMED)


def test_what_waits_for_several_survives_a_migration():
    old, new = both(MESSAGE, signal()), both(MESSAGE, signal(), timer("PT1H"))
    case = begun(old)
    tokens = {each.token for each in case.step.waiting}

    case.step = bpmn.migrate(old, new, "p", case.step.stored, bpmn.propose(old, new), at=NOON)
    case.model = new

    assert tokens < {each.token for each in case.step.waiting}
    assert case.waiting == ["a", "on", "on", "on"]
    back = bpmn.migrate(new, old, "p", case.step.stored, bpmn.propose(new, old), at=NOON)
    assert sorted(each.element_id for each in back.waiting) == ["a", "on", "on"]


def test_definitions_in_another_order_do_not_take_over_from_one_another():
    old, new = both(MESSAGE, signal()), both(signal(), MESSAGE)

    with pytest.raises(bpmn.MigrationRefused):
        bpmn.migrate(old, new, "p", begun(old).step.stored, bpmn.propose(old, new), at=NOON)


def test_a_hand_ends_and_begins_what_waits_for_several():
    there = model(catch("m", ALL_FOUR) + users("a"), LINE, extra=NAMED)
    case = begun(there)
    acts: list[bpmn.Instruction] = [bpmn.CancelAll("m"), bpmn.StartBefore("m")]

    case.step = bpmn.modify(there, "p", case.step.stored, acts, at=NOON)

    assert case.waiting == ["m"] * 4
    assert come(case, bpmn.TimerWait).waiting == ["a"]


@pytest.mark.parametrize("act", [bpmn.StartBefore, bpmn.StartAfter, bpmn.CancelAll])
def test_a_hand_moves_no_single_definition(act):
    there = model(catch("m", ALL_FOUR) + users("a"), LINE, extra=NAMED)

    with pytest.raises(bpmn.ModificationRefused):
        bpmn.modify(there, "p", begun(there).step.stored, [act("m#1")], at=NOON)


def test_no_page_lists_a_definition_as_an_element():
    there = model(catch("m", ALL_FOUR) + users("a"), LINE, extra=NAMED)

    assert [each.id for each in there.processes["p"].elements] == ["s", "m", "a", "e"]
