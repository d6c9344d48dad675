"""The cases of the bpmn.io token simulator that use what we run (MIT, Camunda Services GmbH).

The models say neither conditions nor times; here they get what each case tells: a chosen flow
becomes a FEEL condition, an empty timer an hour, an activity to wait at a user task, and a
conditional event, which the cases trigger from outside, a message.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON

FOLDER = Path(__file__).parents[4] / "shared" / "conformance" / "bpmn-js-token-simulation"
SPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
RUN = [
    "boundary-interrupting-sub-process",
    "boundary-non-interrupting-task",
    "end-event",
    "event-based-gateway",
    "exclusive-gateway-fork-join",
    "inclusive-gateway-default-flow",
    "inclusive-gateway-fork-join",
    "inclusive-gateway-multiple-elements",
    "inclusive-gateway-multiple-starts",
    "inclusive-gateway-single-incoming",
    "inclusive-gateway-sync",
    "message-flow-end-event-trigger-flow",
    "message-flow-task-trigger-flow",
    "message-flow-trigger-event-based-gateway",
    "message-flow-trigger-receive-task",
    "parallel-gateway",
    "simple",
    "task-join",
    "terminate-nested-scopes",
]


def tag(name: str) -> str:
    return f"{{{SPACE}}}{name}"


def executable(content: bytes, steps: list[dict[str, Any]]) -> bytes:
    """Return the model with all it needs to run."""
    root = etree.fromstring(content)
    chosen = {
        each["choose"]["gateway"]: each["choose"]["flows"] for each in steps if "choose" in each
    }
    waits = {each["waitAt"] for each in steps if "waitAt" in each}
    root.insert(0, etree.Element(tag("message"), {"id": "any_message", "name": "any"}))
    for process in root.iter(tag("process")):
        process.set("isExecutable", "true")
    for each in root.iter("{*}*"):
        complete(each, waits)
    for each in list(root.iter(tag("intermediateThrowEvent"), tag("endEvent"))):
        for event in each.findall(tag("messageEventDefinition")):
            each.remove(event)
    for kind in ("exclusiveGateway", "inclusiveGateway"):
        for gateway in root.iter(tag(kind)):
            decide(root, gateway, chosen)
    return etree.tostring(root)


def complete(each: Any, waits: set[str]) -> None:
    if each.get("id") in waits:
        each.tag = tag("userTask")
    if each.tag == tag("conditionalEventDefinition"):
        each.tag = tag("messageEventDefinition")
    if each.tag == tag("messageEventDefinition"):
        each.set("messageRef", "any_message")
    if each.tag == tag("sendTask"):
        each.tag = tag("task")
    if each.tag == tag("receiveTask"):
        each.set("messageRef", "any_message")
    if each.tag == tag("timerEventDefinition") and not len(each):
        etree.SubElement(each, tag("timeDuration")).text = "PT1H"


def decide(root: Any, gateway: Any, chosen: dict[str, list[str]]) -> None:
    flows = [
        each
        for each in root.iter(tag("sequenceFlow"))
        if each.get("sourceRef") == gateway.get("id")
    ]
    taken = chosen.get(gateway.get("id"), [flows[0].get("id")] if flows else [])
    for flow in flows if len(flows) > 1 else []:
        for old in flow.findall(tag("conditionExpression")):
            flow.remove(old)
        if flow.get("id") != gateway.get("default"):
            condition = etree.SubElement(flow, tag("conditionExpression"))
            condition.text = "true" if flow.get("id") in taken else "false"


def flows_taken(content: bytes, steps: list[dict[str, Any]]) -> dict[str, int]:
    ready = executable(content, steps)
    flows = {
        each.get("id"): each.get("targetRef")
        for each in etree.fromstring(ready).iter(tag("messageFlow"))
    }
    model = bpmn.compile_model({"case.bpmn": ready})
    process_id, process = next(iter(model.processes.items()))
    starts = {each.id for each in process.elements if each.kind == "startEvent"}
    cases: list[bpmn.Step] = []
    taken: Counter[str] = Counter()
    for each in steps:
        target = each.get("trigger") or flows.get(each.get("signal"))
        if target in starts:
            cases.append(bpmn.start(model, process_id, {}, at=NOON))
        elif target is not None:
            index, token = next(
                (index, wait.token)
                for index, case in enumerate(cases)
                for wait in case.waiting
                if wait.element_id == target
            )
            stored = cases[index].stored
            cases[index] = bpmn.answer(model, process_id, stored, token, {}, at=NOON)
        else:
            continue
        last = cases[-1] if target in starts else cases[index]
        for passed in last.passed:
            if passed.kind != "eventBasedGateway":
                taken.update(passed.flow_ids)
    return dict(taken)


@pytest.mark.skipif(not FOLDER.exists(), reason="the conformance data lies beside the repository")
@pytest.mark.parametrize("name", RUN)
def test_the_same_flows_are_taken_as_in_the_simulator(name):
    [case] = [
        each for each in json.loads((FOLDER / "cases.json").read_text()) if each["name"] == name
    ]

    taken = flows_taken((FOLDER / case["model"]).read_bytes(), case["steps"])

    assert taken == case["expect_sequence_flows_taken"]
