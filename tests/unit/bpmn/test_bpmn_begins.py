"""Where a process begins: one of several starts, no start at all, a message to a task."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    ANY_ESCALATION,
    LATE,
    MESSAGE,
    NAMED,
    NOON,
    UNDO,
    Case,
    catch,
    flows,
    model,
    on,
    process,
    signal,
    thrown,
    users,
)

RECEIVE = '<receiveTask id="{}" messageRef="msg" instantiate="{}"/>'


def compiled(body: str, arrows: str) -> bpmn.Model:
    return bpmn.compile_model({"p.bpmn": process(body, arrows, extra=NAMED)})


def begun(there: bpmn.Model, element_id: str | None = None) -> Case:
    step = bpmn.start(there, "p", {"contract": "C-1"}, at=NOON, element_id=element_id, seed="t")
    return Case(there, step)


def rules(body: str, arrows: str) -> set[tuple[str, bool]]:
    found = bpmn.lint({"p.bpmn": process(body, arrows, extra=NAMED)})
    return {(each.rule, each.refuses) for each in found}


TWO = '<startEvent id="one"/><startEvent id="two"/><endEvent id="e"/>' + users("a", "b")


@pytest.mark.parametrize(("said", "there"), [("one", "a"), ("two", "b"), (None, "a")])
def test_each_of_several_plain_starts_begins_a_case_of_its_own(said, there):
    case = begun(compiled(TWO, "one -> a; two -> b; a -> e; b -> e"), said)

    assert case.waiting == [there]


def test_without_a_start_event_everything_begins_that_no_flow_leads_to():
    there = compiled(
        users("a", "b", "c", "undo").replace('id="undo"', 'id="undo" isForCompensation="true"')
        + on("undone", "a", UNDO)
        + '<association id="x" sourceRef="undone" targetRef="undo"/>'
        + catch("jumped", '<linkEventDefinition name="on"/>')
        + thrown("jump", '<linkEventDefinition name="on"/>'),
        "a -> c; b -> jump; jumped -> c",
    )

    case = begun(there)

    assert case.waiting == ["a", "b"]
    assert case.answer("a").answer("b").waiting == ["c", "c"]
    assert not case.answer("c").step.finished
    assert case.answer("c").step.finished


def test_a_start_event_is_where_it_begins_and_nothing_else_is():
    assert ("BPMN-021", True) in rules(
        '<startEvent id="s"/><endEvent id="e"/>' + users("a"), "s -> e; a -> e"
    )


def test_a_loop_that_nothing_leads_into_begins_nothing():
    assert ("BPMN-020", True) in rules(users("a", "b"), "a -> b; b -> a")


@pytest.mark.parametrize("kind", ["subProcess", "transaction"])
def test_an_empty_sub_process_is_passed_through(kind):
    case = Case.of(model(f'<{kind} id="sub"/>' + users("a"), "s -> sub; sub -> a; a -> e"))

    assert case.waiting == ["a"]
    assert [each.element_id for each in case.step.passed] == ["s", "sub"]


def test_a_sub_process_without_a_start_event_begins_with_all_its_branches_and_ends_with_them():
    sub = f'<subProcess id="sub">{users("x", "y", "z")}{flows("x -> z")}</subProcess>'
    case = Case.of(model(sub + users("a"), "s -> sub; sub -> a; a -> e"))

    assert case.waiting == ["x", "y"]
    assert case.answer("x").answer("z").waiting == ["y"]
    assert case.answer("y").waiting == ["a"]


def test_a_sub_process_with_two_start_events_or_a_trigger_is_refused():
    two = '<subProcess id="sub"><startEvent id="i"/><startEvent id="j"/><endEvent id="o"/>'
    by_message = f'<subProcess id="sub"><startEvent id="i">{MESSAGE}</startEvent><endEvent id="o"/>'
    ends = '<startEvent id="s"/><endEvent id="e"/>'

    assert ("BPMN-020", True) in rules(
        f"{ends}{two}{flows('i -> o; j -> o')}</subProcess>", "s -> sub; sub -> e"
    )
    assert ("BPMN-180", True) in rules(
        f"{ends}{by_message}{flows('i -> o')}</subProcess>", "s -> sub; sub -> e"
    )


def test_an_event_sub_process_with_two_starts_runs_for_each_and_says_that_one_is_due():
    sub = (
        '<subProcess id="esp" triggeredByEvent="true">'
        f'<startEvent id="i" isInterrupting="false">{ANY_ESCALATION}</startEvent>'
        f'<startEvent id="j" isInterrupting="false">{signal()}</startEvent>'
        f'<endEvent id="o"/>{users("x", "y")}{flows("i -> x; x -> o; j -> y; y -> o")}</subProcess>'
    )
    body = sub + thrown("loud", LATE) + thrown("wave", signal()) + users("a")
    case = Case.of(model(body, "s -> loud; loud -> wave; wave -> a; a -> e", extra=NAMED))

    assert case.waiting == ["a", "j", "x", "y"]
    assert case.answer("a").answer("x").answer("y").step.finished
    drawn = '<startEvent id="s"/><endEvent id="e"/>' + body
    assert ("BPMN-059", False) in rules(drawn, "s -> loud; loud -> wave; wave -> a; a -> e")


def test_an_instantiating_receive_task_is_behind_us_when_its_message_began_the_case():
    there = compiled(RECEIVE.format("r", "true") + users("a"), "r -> a")

    [planned] = bpmn.start_events(there, "p")
    case = begun(there, planned.element_id)

    assert (planned.kind, planned.name) == ("message", "paid")
    assert case.waiting == ["a"]
    assert [each.element_id for each in case.step.passed] == ["r"]


def test_begun_by_hand_an_instantiating_receive_task_waits_for_its_message():
    case = begun(compiled(RECEIVE.format("r", "true") + users("a"), "r -> a"))

    assert case.waiting == ["r"]
    assert case.answer("r").waiting == ["a"]


GATEWAY = '<eventBasedGateway id="g" instantiate="true" eventGatewayType="{}"/>'


def test_the_event_that_came_first_begins_the_case_behind_an_exclusive_gateway():
    there = compiled(
        GATEWAY.format("Exclusive") + catch("m", MESSAGE) + catch("w", signal()) + users("a", "b"),
        "g -> m; g -> w; m -> a; w -> b",
    )

    planned = {each.element_id: each.kind for each in bpmn.start_events(there, "p")}
    case = begun(there, "w")

    assert planned == {"m": "message", "w": "signal"}
    assert case.waiting == ["b"]
    assert [each.flow_ids for each in case.step.passed] == [("g_w",), ("w_b",)]


def test_a_parallel_gateway_that_begins_a_case_waits_for_all_the_others_too():
    there = compiled(
        GATEWAY.format("Parallel") + catch("m", MESSAGE) + catch("w", signal()) + users("a", "b"),
        "g -> m; g -> w; m -> a; w -> b",
    )

    case = begun(there, "m")

    assert case.waiting == ["a", "w"]
    assert not case.answer("a").step.finished
    assert case.answer("w").answer("b").step.finished


@pytest.mark.parametrize(
    ("body", "arrows"),
    [
        pytest.param(
            RECEIVE.format("r", "true") + users("s"), "s -> r", id="a flow from a task leads to it"
        ),
        pytest.param(
            users("a").replace("/>", ' instantiate="true"/>'), "", id="a task of another kind"
        ),
        pytest.param(
            f'<subProcess id="sub">{RECEIVE.format("r", "true")}</subProcess>', "", id="inside"
        ),
    ],
)
def test_what_cannot_begin_a_case_is_refused(body, arrows):
    assert ("BPMN-100", True) in rules(body, arrows)


def test_a_gateway_that_waits_for_all_begins_a_case_or_is_refused():
    body = (
        '<startEvent id="s"/><eventBasedGateway id="g" eventGatewayType="Parallel"/>'
        + catch("m", MESSAGE)
        + catch("w", signal())
    )

    assert ("BPMN-055", True) in rules(body, "s -> g; g -> m; g -> w")


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway", "parallelGateway"])
def test_a_gateway_that_no_flow_leaves_ends_the_way_and_says_so(kind):
    body = f'<{kind} id="g"/>' + users("a")

    case = Case.of(model(body, "s -> a; a -> g"))

    assert case.answer("a").step.finished
    assert case.step.end_id == "g"
    assert ("BPMN-023", False) in rules('<startEvent id="s"/>' + body, "s -> a; a -> g")


def test_no_case_begins_at_what_does_not_begin_one():
    there = compiled(TWO, "one -> a; two -> b; a -> e; b -> e")

    with pytest.raises(bpmn.ProcessNotFound):
        begun(there, "a")


def test_a_plain_start_before_a_gateway_that_begins_cases_is_for_those_who_begin_by_hand():
    there = compiled(
        '<startEvent id="s"/>'
        + GATEWAY.format("Exclusive")
        + catch("m", MESSAGE)
        + catch("w", signal())
        + users("a", "b"),
        "s -> g; g -> m; g -> w; m -> a; w -> b",
    )

    assert begun(there).waiting == ["m", "w"]
    assert begun(there, "m").waiting == ["a"]


def test_a_link_is_thrown_from_several_places_and_caught_in_one():
    jump = '<linkEventDefinition name="on"/>'
    there = model(
        '<parallelGateway id="f"/>'
        + thrown("one", jump)
        + thrown("two", jump)
        + catch("there", jump)
        + users("a"),
        "s -> f; f -> one; f -> two; there -> a; a -> e",
    )

    assert Case.of(there).waiting == ["a", "a"]
