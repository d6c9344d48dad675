"""Listeners: FEEL where an element begins and ends, and jobs before and after it."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, ended, inside, model, on, users
from tests.unit.bpmn.mapped import camunda, ext, hears, job, local, task, zeebe


def test_listeners_in_feel_set_variables_when_an_element_begins_and_ends():
    marks = (
        hears("start", "{begun: net}"),
        hears("end", "{ended: begun + 1, both: [begun, answer]}"),
    )
    case = Case.of(model(task(*marks), "s -> t; t -> e"), net=4)

    assert case.step.values == {"net": 4, "begun": 4}
    assert case.answer("t", {"answer": 7}).step.values["both"] == [4, 7]
    assert case.step.values["ended"] == 5


def test_a_listener_that_sets_one_variable_is_translated():
    expression = "${execution.setVariable('seen', net)}"
    mark = f'<camunda:executionListener event="start" expression="{expression}"/>'
    case = Case.of(model(task(mark), "s -> t; t -> e"), net=4)

    assert case.step.values["seen"] == 4


def test_a_start_listener_changes_the_input_that_it_sees():
    marks = (camunda(takes="sum: ${net}"), hears("start", "{sum: sum * 2, other: sum}"))
    case = Case.of(model(task(*marks), "s -> t; t -> e"), net=4)

    assert local(case) == {"sum": 8}
    assert case.step.values == {"net": 4, "other": 8}


def test_task_listeners_hear_a_task_created_and_completed():
    marks = (
        hears("create", "{created: true}", kind="taskListener"),
        hears("complete", "{completed: answer}", kind="taskListener"),
        camunda(gives="out: ${completed}"),
    )
    case = Case.of(model(task(*marks), "s -> t; t -> e"))

    assert case.step.values == {"created": True}
    assert case.answer("t", {"answer": 1}).step.values["out"] == 1


def test_a_flow_tells_who_listens_that_it_was_taken():
    flow = '<sequenceFlow id="f" sourceRef="g" targetRef="e">' + ext(hears("take", "{way: 1}"))
    other = '<sequenceFlow id="o" sourceRef="g" targetRef="t">' + ext(hears("take", "{way: 2}"))
    condition = "<conditionExpression>{}</conditionExpression></sequenceFlow>"
    body = '<exclusiveGateway id="g"/>' + users("t") + flow + condition.format("net = 4")
    body += other + condition.format("net != 4")

    assert Case.of(model(body, "s -> g; t -> e"), net=4).step.values["way"] == 1
    assert Case.of(model(body, "s -> g; t -> e"), net=5).step.values["way"] == 2


def test_a_process_tells_who_listens_of_its_begin_and_end():
    marks = ext(hears("start", "{a: 1}"), hears("end", "{b: a + 1}"))
    case = Case.of(model(marks + users("t"), "s -> t; t -> e"))

    assert case.step.values == {"a": 1}
    assert case.answer("t").step.values == {"a": 1, "b": 2}


@pytest.mark.parametrize("kind", ["exclusiveGateway", "parallelGateway"])
def test_a_gateway_tells_who_listens(kind):
    body = f'<{kind} id="g">{ext(hears("start", "{a: 1}"), hears("end", "{b: a + 1}"))}</{kind}>'

    assert Case.of(model(body, "s -> g; g -> e")).step.values == {"a": 1, "b": 2}


@pytest.mark.parametrize("definition", ["", "<terminateEventDefinition/>"])
def test_an_end_event_tells_who_listens(definition):
    body = ended("x", ext(hears("start", "{a: 1}"), hears("end", "{b: a + 1}")) + definition)

    assert Case.of(model(body, "s -> x")).step.values == {"a": 1, "b": 2}


def test_a_listener_that_names_no_variable_is_told_by_element_and_expression():
    with pytest.raises(bpmn.ExpressionFailed, match=r"t: the listener net \+ 1 gives 5"):
        Case.of(model(task(hears("start", "net + 1")), "s -> t; t -> e"), net=4)


def test_a_listener_may_find_nothing_to_set():
    assert Case.of(model(task(hears("start", "null")), "s -> t; t -> e")).step.values == {}


def test_a_boundary_condition_is_woken_by_a_listener():
    watch = "<conditionalEventDefinition><condition>a = 1</condition></conditionalEventDefinition>"
    body = on("b", "both", watch) + '<parallelGateway id="f"/>'
    body += users("both", "after") + task(hears("end", "{a: 1}"), task_id="x")
    case = Case.of(
        model(body, "s -> f; f -> both; f -> x; both -> e; x -> e; b -> after; after -> e")
    )

    assert case.answer("x").waiting == ["after"]


def test_a_listener_that_is_a_job_runs_before_its_element_and_another_after_it():
    marks = (job("start", more='retries="5"'), job("end", job_type="y"))
    case = Case.of(model(task(*marks), "s -> t; t -> e"))

    first = case.wait("t")
    assert isinstance(first, bpmn.ServiceWait)
    assert (first.topic, first.retries, first.listens) == ("x", "R5/PT0S", True)
    assert isinstance(case.answer("t", {"checked": 1}).wait("t"), bpmn.HumanWait)

    last = case.answer("t", {"answer": 2}).wait("t")
    assert isinstance(last, bpmn.ServiceWait)
    assert last.topic == "y"
    assert case.answer("t", {"told": 3}).step.finished
    assert case.step.values == {"checked": 1, "answer": 2, "told": 3}


def test_jobs_of_a_human_task_run_before_it_opens_and_before_its_outputs():
    marks = (
        zeebe(takes="sum: net", gives="total: sum + more"),
        job("creating", kind="task"),
        job("completing", kind="task", job_type="y"),
    )
    case = Case.of(model(task(*marks), "s -> t; t -> e"), net=4)

    assert local(case) == {"sum": 4}
    case.answer("t", {"sum": 5})
    assert isinstance(case.wait("t"), bpmn.HumanWait)
    case.answer("t")
    case.answer("t", {"more": 1})

    assert case.step.values == {"net": 4, "total": 6}


def test_an_error_of_a_listener_is_caught_around_its_element():
    body = task(job("start")) + on("bad", "t", "<errorEventDefinition/>") + users("after")
    case = Case.of(model(body, "s -> t; t -> e; bad -> after; after -> e"))

    assert case.throw("t", "BAD").waiting == ["after"]


def test_each_item_has_its_own_listeners():
    marker = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    case = Case.of(model(task(job("start"), job("end"), inner=marker), "s -> t; t -> e"))

    for _ in range(6):
        assert not case.step.finished
        case.answer("t")

    assert case.step.finished


def test_a_sub_process_begins_when_its_listener_is_done_and_ends_with_the_other():
    sub = inside("sub", ext(job("start"), job("end")) + users("a"), "sub_in -> a; a -> sub_out")
    case = Case.of(model(sub, "s -> sub; sub -> e"))

    assert case.answer("sub").waiting == ["a"]
    assert case.answer("a").waiting == ["sub"]
    assert case.answer("sub").step.finished


def test_a_decision_is_told_although_a_listener_comes_after_it():
    script = (
        '<scriptTask id="t" scriptFormat="feel" camunda:resultVariable="out">'
        f"{ext(job('end'))}<script>1 + 1</script></scriptTask>"
    )
    case = Case.of(model(script, "s -> t; t -> e"))

    assert case.step.values == {"out": 2}
    assert case.answer("t").step.finished


def test_one_that_waits_for_a_listener_migrates_only_where_the_same_listener_is():
    before = model(task(job("start")), "s -> t; t -> e")
    case = Case.of(before)
    same = model(task(job("start"), job("end", job_type="y")), "s -> t; t -> e")
    plan = bpmn.propose(before, same)

    step = bpmn.migrate(before, same, "p", case.step.stored, plan, at=NOON)
    assert [type(each) for each in step.waiting] == [bpmn.ServiceWait]
    other = model(task(job("start", job_type="z")), "s -> t; t -> e")
    with pytest.raises(bpmn.MigrationRefused, match="done before or after"):
        bpmn.migrate(before, other, "p", case.step.stored, plan, at=NOON)


def test_cancelling_one_that_waits_for_a_listener_cancels_its_element():
    case = Case.of(model(task(job("start")) + users("after"), "s -> t; t -> after; after -> e"))
    moves: list[bpmn.Instruction] = [bpmn.StartBefore("after"), bpmn.CancelAll("t")]

    case.step = bpmn.modify(case.model, "p", case.step.stored, moves, at=NOON)

    assert case.waiting == ["after"]
    assert case.answer("after").step.finished
