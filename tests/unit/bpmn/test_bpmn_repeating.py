"""Completion conditions, standard loops, and timers that repeat where they cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, catch, inside, model, on, timer, users


def each_of(kind: str, marker: str, inner: str = "") -> str:
    return f'<{kind} id="m">{marker}{inner}</{kind}>'


def until(text: str, more: str = "") -> str:
    return (
        f"<multiInstanceLoopCharacteristics {more}><loopCardinality>4</loopCardinality>"
        f"<completionCondition>{text}</completionCondition></multiInstanceLoopCharacteristics>"
    )


def while_(text: str = "", more: str = "") -> str:
    condition = f"<loopCondition>{text}</loopCondition>" if text else ""
    return f"<standardLoopCharacteristics {more}>{condition}</standardLoopCharacteristics>"


SCRIPT = (
    '<scriptTask id="m" scriptFormat="feel" camunda:resultVariable="ran">{marker}'
    "<script>append(ran, loopCounter)</script></scriptTask>"
)


#: as Camunda 7 counts, and as the standard and Camunda 8 do
HALF = (
    "nrOfCompletedInstances / nrOfInstances >= 0.5",
    "numberOfCompletedInstances / numberOfInstances >= 0.5",
    "numberOfCompletedInstances - numberOfTerminatedInstances = 2",
    "numberOfActiveInstances + numberOfCompletedInstances > 1 and nrOfCompletedInstances = 2",
)


@pytest.mark.parametrize("half", HALF)
@pytest.mark.parametrize("more", ["", 'isSequential="true"'])
def test_enough_items_done_cancel_the_others(more, half):
    enough = until(half, more)
    case = Case.of(
        model(each_of("userTask", enough) + users("after"), "s -> m; m -> after; after -> e")
    )

    case.answer("m")
    assert "after" not in case.waiting
    case.answer("m")

    assert case.waiting == ["after"]


@pytest.mark.parametrize("more", ["", 'isSequential="true"'])
def test_items_that_are_cancelled_never_run(more):
    script = SCRIPT.format(marker=until("nrOfCompletedInstances = 2", more))
    case = Case.of(model(script, "s -> m; m -> e"), ran=[])

    assert case.step.finished
    assert case.step.values["ran"] == [1, 2]


def test_a_completion_condition_sees_the_item_and_how_many_are_left():
    case = Case.of(
        model(
            each_of("userTask", until("decision = &quot;no&quot; and nrOfActiveInstances = 2"))
            + users("after"),
            "s -> m; m -> after; after -> e",
        )
    )

    case.answer("m", {"decision": "no"})
    assert case.waiting == ["m", "m", "m"]
    assert case.answer("m").waiting == ["after"]


def test_sub_processes_that_are_cancelled_are_gone_with_all_inside():
    body = inside("m", users("a", "b"), "m_in -> a; a -> b; b -> m_out").replace(
        "</subProcess>", until("nrOfCompletedInstances = 1") + "</subProcess>"
    )
    case = Case.of(model(body + users("after"), "s -> m; m -> after; after -> e"))

    case.answer("a")
    assert case.waiting == ["a", "a", "a", "b"]
    case.answer("b")

    assert case.waiting == ["after"]
    assert len(case.step.closed) == 3


def test_a_standard_loop_goes_on_while_its_condition_holds():
    case = Case.of(
        model(
            each_of("userTask", while_("not(ok)")) + users("after"),
            "s -> m; m -> after; after -> e",
        )
    )
    counters = []
    for ok in (False, False, True):
        wait = case.wait("m")
        assert isinstance(wait, bpmn.HumanWait)
        counters.append(wait.local["loopCounter"])
        case.answer("m", {"ok": ok})

    assert counters == [1, 2, 3]
    assert case.waiting == ["after"]


def test_a_standard_loop_stops_at_its_maximum():
    script = SCRIPT.format(marker=while_("true", 'loopMaximum="3"'))

    assert Case.of(model(script, "s -> m; m -> e"), ran=[]).step.values["ran"] == [1, 2, 3]


@pytest.mark.parametrize(("before", "ran"), [("true", []), ("false", [1])])
def test_a_standard_loop_may_test_before_its_first_turn(before, ran):
    script = SCRIPT.format(marker=while_("false", f'testBefore="{before}"'))

    assert Case.of(model(script, "s -> m; m -> e"), ran=[]).step.values["ran"] == ran


def test_a_standard_loop_without_end_is_stopped():
    script = SCRIPT.format(marker=while_("true")).replace("append(ran, loopCounter)", "1")

    with pytest.raises(bpmn.StepsExceeded) as stopped:
        Case.of(model(script, "s -> m; m -> e"))

    assert stopped.value.element_id == "m"


def test_an_interrupting_boundary_with_a_cycle_fires_once():
    case = Case.of(
        model(
            users("a", "late") + on("b", "a", timer("R3/P1D", "timeCycle")),
            "s -> a; a -> e; b -> late; late -> e",
        )
    )
    wait = case.wait("b")
    assert isinstance(wait, bpmn.TimerWait)
    assert (wait.due_at, wait.repeats) == (NOON + timedelta(days=1), 0)

    assert case.later(days=1).answer("b").waiting == ["late"]


def test_a_cycle_in_the_flow_goes_on_at_its_first_firing():
    case = Case.of(model(catch("c", timer("R/PT1H", "timeCycle")), "s -> c; c -> e"))

    [wait] = case.step.waiting

    assert isinstance(wait, bpmn.TimerWait)
    assert (wait.due_at, wait.repeats) == (NOON + timedelta(hours=1), 0)
    assert case.later(hours=1).answer("c").step.finished
