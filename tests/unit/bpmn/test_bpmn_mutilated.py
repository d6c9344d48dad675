"""Whatever is left of a file, lint answers; and what lint lets through starts."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    LATE,
    MESSAGE,
    NAMED,
    NOON,
    UNDO,
    catch,
    condition,
    ended,
    inside,
    on,
    process,
    signal,
    thrown,
    users,
)

WHOLE = process(
    '<laneSet id="ls"><lane id="l"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    '<startEvent id="s"/><endEvent id="e"><terminateEventDefinition/></endEvent>'
    '<parallelGateway id="fork"/><parallelGateway id="join"/>'
    '<exclusiveGateway id="x" default="x_e"/><eventBasedGateway id="g"/>'
    '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><receiveTask id="r" messageRef="m"/>'
    '<boundaryEvent id="b" attachedToRef="sub" cancelActivity="false"><timerEventDefinition>'
    "<timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>"
    '<boundaryEvent id="f" attachedToRef="a"><errorEventDefinition errorRef="bad"/></boundaryEvent>'
    '<scriptTask id="sum" scriptFormat="feel" camunda:resultVariable="n"><script>1 + 1</script>'
    '</scriptTask><serviceTask id="job" camunda:topic="compute"><multiInstanceLoopCharacteristics'
    ' camunda:collection="=[1]" camunda:elementVariable="i"/></serviceTask>'
    '<subProcess id="sub"><startEvent id="ss"/><userTask id="in"/><endEvent id="se">'
    '<errorEventDefinition errorRef="bad"/></endEvent><sequenceFlow id="f1" sourceRef="ss"'
    ' targetRef="in"/><sequenceFlow id="f2" sourceRef="in" targetRef="se"/></subProcess>'
    '<callActivity id="call" calledElement="p"/>'
    + users("a", "c", "d", "h")
    + inside("ev", users("rr"), "ev_in -> rr; rr -> ev_out", by=LATE, more='isInterrupting="false"')
    + inside("ew", thrown("ewt", UNDO), "ew_in -> ewt; ewt -> ew_out", by=condition("n > 7"))
    + inside(
        "deal",
        users("pay") + on("pb", "pay", UNDO) + '<userTask id="unpay" isForCompensation="true"/>'
        '<association id="pa" sourceRef="pb" targetRef="unpay"/>'
        '<exclusiveGateway id="px" default="px_deal_out"/>'
        + ended("stop", "<cancelEventDefinition/>"),
        "deal_in -> pay; pay -> px; px -> stop [n > 3]; px -> deal_out",
        kind="transaction",
    )
    + on("gone", "deal", "<cancelEventDefinition/>")
    + on("sb", "d", signal(), interrupting=False)
    + thrown("st", signal())
    + thrown("lt", '<linkEventDefinition name="there"/>')
    + catch("lc", '<linkEventDefinition name="there"/>')
    + thrown("et", LATE)
    + thrown("mt", MESSAGE)
    + '<task id="again"><standardLoopCharacteristics loopMaximum="2"/></task>',
    "s -> fork; fork -> a; fork -> sub; a -> join; f -> c; sub -> join; b -> c;"
    "join -> x; x -> g [n > 3]; x -> e; g -> t; g -> r; t -> job; r -> sum; job -> call;"
    "sum -> call; call -> e; c -> d; d -> st; st -> lt; lc -> et; et -> deal; deal -> mt;"
    "mt -> again; gone -> h; again -> e; h -> e; sb -> e",
    extra='<message id="m" name="signed"/>' + NAMED,
)


_BOTH = (
    '<signalEventDefinition signalRef="w"/>'
    "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
)
#: what counts tokens, and waits for several things
COUNTING = process(
    '<startEvent id="s"/><endEvent id="e"/><userTask id="a" name="a" completionQuantity="2"/>'
    '<userTask id="b" name="b"/><userTask id="c" name="c" startQuantity="2"/>'
    '<userTask id="d" name="d"/><parallelGateway id="f"/><complexGateway id="g" default="g_d">'
    "<activationCondition>activationCount &gt;= 2</activationCondition></complexGateway>"
    '<adHocSubProcess id="v" ordering="Sequential" name="v"><userTask id="x" name="x"/>'
    '<userTask id="y" name="y"/><userTask id="z" name="z"/>'
    '<sequenceFlow id="x_z" sourceRef="x" targetRef="z"/>'
    "<completionCondition>n &gt; 6</completionCondition></adHocSubProcess>"
    '<boundaryEvent id="t" name="t" attachedToRef="v" cancelActivity="false">'
    + _BOTH
    + '</boundaryEvent><intermediateCatchEvent id="k" name="k" parallelMultiple="true">'
    + _BOTH
    + '</intermediateCatchEvent><subProcess id="h" name="h"><userTask id="i" name="i"/>'
    '<task id="j" name="j"/></subProcess>',
    "s -> f; f -> a; f -> b; f -> k; a -> g; b -> g; k -> g; g -> v [waitingForStart]; g -> d;"
    "v -> h; h -> c; t -> c; c -> e; d -> e",
    extra='<signal id="w" name="wave"/>',
)


def mutilated(seed: int, cuts: int) -> bytes:
    choice = random.Random(seed)
    root = etree.fromstring(choice.choice([WHOLE, COUNTING]))
    for _ in range(cuts):
        each = choice.choice(list(root.iter("{*}*")))
        parent, keys = each.getparent(), sorted(str(key) for key in each.attrib)
        act = choice.choice(["drop", "cut", "swap", "empty", "move", "rename"])
        if act == "drop" and keys:
            del each.attrib[choice.choice(keys)]
        elif act == "swap" and keys:
            each.set(choice.choice(keys), choice.choice(["a", "e", "sub", "", "true", "x_g", "p"]))
        elif act == "empty":
            each.text = None
        elif act == "cut" and parent is not None:
            parent.remove(each)
        elif act == "move" and parent is not None and (above := parent.getparent()) is not None:
            above.append(each)
        elif act == "rename" and parent is not None:
            each.tag = choice.choice(list(root.iter("{*}*"))).tag
    return etree.tostring(root)


def walk(model: bpmn.Model, process_id: str, choice: random.Random) -> None:
    """Answer what waits, whatever it is, for a while."""
    step = bpmn.start(model, process_id, {"n": 5}, at=NOON)
    for turn in range(30):
        assert step.finished or step.waiting, "a case that stands still in silence"
        if step.finished:
            return
        token = choice.choice(step.waiting).token
        step = bpmn.answer(model, process_id, step.stored, token, {"n": turn}, at=NOON)


@pytest.mark.parametrize("file", [WHOLE, COUNTING], ids=["whole", "counting"])
def test_the_whole_file_is_in_order(file):
    assert [each for each in bpmn.lint({"p.bpmn": file}) if each.refuses] == []


@given(seed=st.integers(0, 1_000_000), cuts=st.integers(1, 6))
@example(seed=0, cuts=1)
@settings(max_examples=200, deadline=None)
def test_lint_answers_and_what_it_lets_through_starts(seed, cuts):
    files = {"p.bpmn": mutilated(seed, cuts)}

    findings = bpmn.lint(files)

    assert all(each.rule and each.message for each in findings)
    if not any(each.refuses for each in findings):
        model = bpmn.compile_model(files)
        for process_id in model.processes:
            try:
                walk(model, process_id, random.Random(seed))
            except bpmn.StepFailed as failure:
                assert failure.element_id  # noqa: PT017 - the model may fail, but by name
