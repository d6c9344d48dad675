"""Each fault that SpiffWorkflow 3.2 was seen to have, as the smallest model that shows it.

The library parses our files and nothing more; these are what an executor on top of its engine
would have to live with (docs/adr/0003-bpmn-executor.md).
"""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    ANY_ERROR,
    ERROR,
    LATE,
    MESSAGE,
    NAMED,
    NOON,
    UNDO,
    Case,
    catch,
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

ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def script(script_id: str, text: str, result: str) -> str:
    return (
        f'<scriptTask id="{script_id}" scriptFormat="feel" camunda:resultVariable="{result}">'
        f"<script>{text}</script></scriptTask>"
    )


def event_sub(by: str, more: str = "") -> str:
    return inside("ev", users("repair"), "ev_in -> repair; repair -> ev_out", by=by, more=more)


def turned(task: str) -> bpmn.Model:
    return model(
        task + '<exclusiveGateway id="g" default="g_e"/>',
        "s -> a; a -> g; g -> a [n < 334]; g -> e",
    )


def test_tree_depth_a_script_loop_of_334_turns_ends_after_334_and_not_silently_before():
    case = Case.of(turned(script("a", "n + 1", "n")), n=0)

    assert (case.step.finished, case.step.values["n"]) == (True, 334)


def test_tree_depth_3000_turns_with_a_task_go_on_with_a_state_that_does_not_grow():
    case = Case.of(turned(users("a")), n=0)
    size = len(case.answer("a").step.snapshot)

    for _ in range(2_999):
        case.answer("a")
        assert case.waiting == ["a"]

    assert len(case.step.snapshot) <= size + 24  # numbers of tokens that have more digits
    assert case.answer("a", {"n": 334}).step.finished


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_join_in_a_loop_fork_and_join_for_five_turns_in_random_orders(seed):
    loop = model(
        users("a", "b", "c")
        + '<parallelGateway id="f"/><parallelGateway id="j"/>'
        + '<exclusiveGateway id="g" default="g_e"/><exclusiveGateway id="m"/>',
        "s -> m; m -> f; f -> a; f -> b; a -> j; b -> j; j -> c; c -> g; g -> m [again]; g -> e",
    )
    choice, case = random.Random(seed), Case.of(loop)

    for turn in range(5):
        for each in choice.sample(["a", "b"], 2):
            case.answer(each, {each: turn})
        assert case.waiting == ["c"]
        case.answer("c", {"again": turn < 4})

    assert case.step.finished
    assert case.step.values == {"a": 4, "b": 4, "again": False}


def test_join_loses_data_what_both_branches_wrote_is_there_behind_the_join():
    both = model(
        users("a", "b", "c") + '<parallelGateway id="f"/><parallelGateway id="j"/>',
        "s -> f; f -> a; f -> b; a -> j; b -> j; j -> c; c -> e",
    )

    case = Case.of(both).answer("b", {"b": 2}).answer("a", {"a": 1})

    assert case.step.values == {"a": 1, "b": 2}


def test_aliasing_parallel_branches_never_share_a_nested_object():
    both = model(
        users("a", "b") + '<parallelGateway id="f"/>', "s -> f; f -> a; f -> b; a -> e; b -> e"
    )
    given_lines = {"lines": [{"claimed": 1}]}
    case = Case.of(both, lines=given_lines["lines"])

    given_lines["lines"][0]["claimed"] = 99
    answer = {"mine": [{"n": 1}]}
    case.answer("a", answer)
    answer["mine"][0]["n"] = 99

    assert case.step.values == {"lines": [{"claimed": 1}], "mine": [{"n": 1}]}


@pytest.mark.parametrize(
    "poison",
    [
        {"typename": "UUID", "value": "not one"},
        {"typename": "BpmnWorkflow"},
        {"__type__": "datetime"},
    ],
)
def test_type_tags_data_that_looks_like_one_is_stored_and_loaded_as_data(poison):
    case = Case.of(model(users("a", "b"), "s -> a; a -> b; b -> e"), kept=poison)

    assert case.answer("a", {"more": [poison]}).step.values == {"kept": poison, "more": [poison]}


def test_parser_recursion_a_thousand_nodes_in_a_row_deploy_with_the_usual_limit():
    count, limit = 1_000, sys.getrecursionlimit()
    body = "".join(f'<task id="t{n}"/>' for n in range(count))
    arrows = "s -> t0;" + "".join(f"t{n} -> t{n + 1};" for n in range(count - 1))

    assert Case.of(model(body, f"{arrows} t{count - 1} -> e")).step.finished
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize("reserved", ["Start", "End", "Root"])
def test_reserved_ids_are_free(reserved):
    files = {"p.bpmn": process(ENDS + users(reserved), f"s -> {reserved}; {reserved} -> e")}

    assert Case.of(bpmn.compile_model(files)).waiting == [reserved]


def test_call_service_a_service_task_waits_for_its_job_and_completes():
    case = Case.of(model('<serviceTask id="a" camunda:topic="x"/>', "s -> a; a -> e"))

    assert case.answer("a", {"n": 1}).step.finished


def test_messageless_a_receive_task_without_a_message_is_refused_not_passed():
    files = {"p.bpmn": process(ENDS + '<receiveTask id="a"/>', "s -> a; a -> e")}

    assert [each.rule for each in bpmn.lint(files)] == ["BPMN-051"]


def test_split_tasks_may_have_several_and_conditional_flows():
    split = model(
        users("a", "b", "c").replace('"a"', '"a" default="a_c"'),
        "s -> a; a -> b [x > 1]; a -> c; b -> e; c -> e",
    )

    assert Case.of(split, x=2).answer("a").waiting == ["b"]
    assert Case.of(split, x=1).answer("a").waiting == ["c"]


def test_durations_plain_iso_8601_text_is_a_duration_and_not_an_expression():
    case = Case.of(model(catch("t", timer("PT5M")), "s -> t; t -> e"))

    waits = case.wait("t")
    assert isinstance(waits, bpmn.TimerWait)
    assert (waits.due_at - NOON).total_seconds() == 300


def test_cycles_an_interrupting_boundary_fires_once():
    case = Case.of(
        model(
            users("a", "b") + on("t", "a", timer("R3/PT1H", "timeCycle")),
            "s -> a; a -> e; t -> b; b -> e",
        )
    )

    assert case.answer("t").waiting == ["b"]


def test_clock_a_timer_fires_when_answered_and_never_by_the_clock():
    case = Case.of(
        model(
            users("a") + catch("t", timer("PT1S")) + '<parallelGateway id="f"/>',
            "s -> f; f -> t; f -> a; t -> e; a -> e",
        )
    )

    assert case.later(days=400).answer("a").waiting == ["t"]


def test_error_boundary_a_failing_job_triggers_it():
    case = Case.of(
        model(
            '<serviceTask id="a" camunda:topic="x"/>' + users("b") + on("c", "a", ERROR),
            "s -> a; a -> e; c -> b; b -> e",
            extra=NAMED,
        )
    )

    assert case.throw("a", "BAD").waiting == ["b"]


def test_error_boundary_one_that_does_not_interrupt_is_refused():
    body = users("a") + on("c", "a", ANY_ERROR, interrupting=False)

    findings = bpmn.lint({"p.bpmn": process(ENDS + body, "s -> a; a -> e; c -> e")})

    assert "BPMN-052" in {each.rule for each in findings}


def test_error_end_unhandled_in_a_sub_process_ends_the_case_and_the_parent_does_not_go_on():
    failing = inside("sub", ended("fail", ERROR), "sub_in -> fail").replace(
        '<endEvent id="sub_out"/>', ""
    )

    case = Case.of(model(failing + users("b"), "s -> sub; sub -> b; b -> e", extra=NAMED))

    assert (case.step.finished, case.step.error_code) == (True, "BAD")


def test_conditional_catch_is_woken_by_a_sibling_branch_and_from_outside():
    both = model(
        catch("c", condition("ok")) + users("a", "b") + '<parallelGateway id="f"/>',
        "s -> f; f -> c; f -> a; a -> e; c -> b; b -> e",
    )

    assert Case.of(both).answer("a", {"ok": True}).waiting == ["b"]
    assert Case.of(both).update(ok=True).waiting == ["a", "b"]


def test_signal_end_is_thrown_and_heard():
    case = Case.of(
        model(
            '<parallelGateway id="f"/>' + ended("t", signal()) + catch("c", signal()) + users("b"),
            "s -> f; f -> c; f -> t; c -> b; b -> e",
            extra=NAMED,
        )
    )

    assert case.waiting == ["b"]
    assert [each.name for each in case.step.thrown] == ["stop"]


def test_links_jump():
    link = '<linkEventDefinition name="there"/>'

    case = Case.of(
        model(thrown("t", link) + catch("c", link) + users("b"), "s -> t; c -> b; b -> e")
    )

    assert case.waiting == ["b"]


def test_compensation_happens():
    undone = (
        users("a") + on("x", "a", UNDO) + '<userTask id="undo" isForCompensation="true"/>'
        '<association id="as" sourceRef="x" targetRef="undo"/>' + ended("t", UNDO)
    )

    assert Case.of(model(undone, "s -> a; a -> t")).answer("a").waiting == ["undo"]


def test_transaction_is_undone_when_it_is_cancelled():
    undone = (
        users("a") + on("x", "a", UNDO) + '<userTask id="undo" isForCompensation="true"/>'
        '<association id="as" sourceRef="x" targetRef="undo"/>'
    )
    deal = inside(
        "deal",
        undone + ended("stop", "<cancelEventDefinition/>"),
        "deal_in -> a; a -> stop",
        kind="transaction",
    ).replace('<endEvent id="deal_out"/>', "")
    case = Case.of(
        model(
            deal + on("gone", "deal", "<cancelEventDefinition/>") + users("b"),
            "s -> deal; deal -> e; gone -> b; b -> e",
        )
    )

    assert case.answer("a").waiting == ["undo"]
    assert case.answer("undo").waiting == ["b"]


@pytest.mark.parametrize(
    "by", [MESSAGE, signal(), timer("P1D")], ids=["message", "signal", "timer"]
)
def test_event_sub_process_interrupting_cancels_the_main_flow(by):
    case = Case.of(model(users("a") + event_sub(by), "s -> a; a -> e", extra=NAMED))

    assert case.answer("ev_in").waiting == ["repair"]


@pytest.mark.parametrize("by", [ERROR, LATE], ids=["error", "escalation"])
def test_event_sub_process_of_an_error_or_escalation_does_not_run_at_the_start(by):
    case = Case.of(model(users("a") + event_sub(by), "s -> a; a -> e", extra=NAMED))

    assert case.waiting == ["a"]
    assert case.answer("a").step.finished


def test_event_sub_process_cancels_at_the_throw_so_that_nothing_behind_it_runs():
    case = Case.of(
        model(
            '<parallelGateway id="f"/>'
            + thrown("t", LATE)
            + script("x", "1", "ran")
            + event_sub(LATE),
            "s -> f; f -> t; f -> x; t -> e; x -> e",
            extra=NAMED,
        )
    )

    assert (case.waiting, case.step.values) == (["repair"], {})


def test_multiple_event_definitions_all_wait_and_the_first_wins():
    both = catch("a", timer("PT1H") + signal()) + users("b")

    case = Case.of(model(both, "s -> a; a -> b; b -> e", extra=NAMED))

    assert case.waiting == ["a", "a"]
    assert case.answer("a").waiting == ["b"]


def test_ad_hoc_sub_processes_open_what_is_inside():
    body = f'<adHocSubProcess id="a">{users("b")}</adHocSubProcess>'

    case = Case.of(model(body, "s -> a; a -> e"))

    assert case.waiting == ["b"]
    assert case.answer("b").step.finished


def test_self_call_is_stopped():
    body = '<callActivity id="a" calledElement="p"/>'
    calls = bpmn.compile_model({"p.bpmn": process(ENDS + body, "s -> a; a -> e")})

    with pytest.raises(bpmn.StepsExceeded):
        Case.of(calls)


def test_multi_instance_items_that_the_completion_condition_cancels_never_run():
    some = script("m", "append(ran, loopCounter)", "ran").replace(
        "<script>",
        "<multiInstanceLoopCharacteristics><loopCardinality>5</loopCardinality>"
        "<completionCondition>nrOfCompletedInstances = 2</completionCondition>"
        "</multiInstanceLoopCharacteristics><script>",
    )

    assert Case.of(model(some, "s -> m; m -> e"), ran=[]).step.values == {"ran": [1, 2]}


def test_start_events_several_are_told_apart_and_none_is_no_fault():
    several = model(
        f'<startEvent id="s2">{MESSAGE}</startEvent>' + users("a", "b"),
        "s -> a; s2 -> b; a -> e; b -> e",
        extra=NAMED,
    )
    none = bpmn.compile_model({"p.bpmn": process('<endEvent id="e"/>' + users("a"), "a -> e")})

    step = bpmn.start(several, "p", {}, at=NOON, element_id="s2")

    assert [each.element_id for each in step.waiting] == ["b"]
    assert [each.element_id for each in bpmn.start(none, "p", {}, at=NOON).waiting] == ["a"]


def test_unreachable_nodes_are_refused_not_dropped():
    [finding] = bpmn.lint({"p.bpmn": process(ENDS + users("a"), "s -> e; a -> e")})

    assert (finding.rule, finding.element_id) == ("BPMN-021", "a")


def test_no_end_event_the_variables_are_there_all_the_same():
    case = Case.of(model(users("a"), "s -> a"))

    assert case.answer("a", {"n": 1}).step.finished
    assert case.step.values == {"n": 1}


@pytest.mark.parametrize(
    ("mark", "rule"),
    [
        ("<camunda:connector/>", "BPMN-081"),
        ('<camunda:executionListener event="start" class="x"/>', "BPMN-124"),
        ('<camunda:taskListener event="create" class="x"/>', "BPMN-124"),
    ],
)
def test_vendor_marks_that_change_what_runs_are_refused_not_ignored(mark, rule):
    body = f'<userTask id="a"><extensionElements>{mark}</extensionElements></userTask>'

    assert [
        each.rule for each in bpmn.lint({"p.bpmn": process(ENDS + body, "s -> a; a -> e")})
    ] == [rule]


@pytest.mark.parametrize(
    "text", ["${limits.check(amount)}", "__import__('os').getcwd()", "().__class__"]
)
def test_eval_python_and_juel_in_a_condition_are_refused(text):
    arrows = f"s -> g; g -> a [{text}]; g -> e; a -> e"
    body = users("a") + '<exclusiveGateway id="g" default="g_e"/>'

    findings = bpmn.lint({"p.bpmn": process(ENDS + body, arrows)})

    assert [each.rule for each in findings] == ["BPMN-042"]


def test_migration_that_removes_a_live_step_is_refused_and_the_case_still_loads():
    old = model(users("a", "b"), "s -> a; a -> b; b -> e")
    new = model(users("b"), "s -> b; b -> e")
    case = Case.of(old)
    plan = bpmn.propose(old, new)

    with pytest.raises(bpmn.MigrationRefused) as refusal:
        bpmn.migrate(old, new, "p", case.step.stored, plan, at=NOON)

    assert [each.element_id for each in refusal.value.obstacles] == ["a"]
    assert case.answer("a").waiting == ["b"]
