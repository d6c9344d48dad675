"""Whatever is left of a file, lint answers; and what lint lets through starts."""

from __future__ import annotations

import random

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, process, users

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
    '<callActivity id="call" calledElement="p"/>' + users("a", "c"),
    "s -> fork; fork -> a; fork -> sub; a -> join; f -> c; c -> join; sub -> join; b -> c;"
    "join -> x; x -> g [n > 3]; x -> e; g -> t; g -> r; t -> job; r -> sum; job -> call;"
    "sum -> call; call -> e",
    extra='<message id="m" name="signed"/><error id="bad" errorCode="STM-012"/>',
)


def mutilated(seed: int, cuts: int) -> bytes:
    choice = random.Random(seed)
    root = etree.fromstring(WHOLE)
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


def test_the_whole_file_is_in_order():
    assert bpmn.lint({"p.bpmn": WHOLE}) == []


@given(seed=st.integers(0, 1_000_000), cuts=st.integers(1, 6))
@example(seed=0, cuts=1)
@settings(max_examples=400, deadline=None)
def test_lint_answers_and_what_it_lets_through_starts(seed, cuts):
    files = {"p.bpmn": mutilated(seed, cuts)}

    findings = bpmn.lint(files)

    assert all(each.rule and each.message for each in findings)
    if not findings:
        model = bpmn.compile_model(files)
        for process_id in model.processes:
            try:
                step = bpmn.start(model, process_id, {"n": 5}, at=NOON)
                assert step.finished or step.waiting, "a case that stands still in silence"
            except bpmn.StepFailed as failure:
                assert failure.element_id  # noqa: PT017 - the model may fail, but by name
