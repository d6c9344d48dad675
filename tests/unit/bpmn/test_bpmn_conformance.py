"""The cases of the bpmn.io token simulator that use what we run (MIT, Camunda Services GmbH).

The models say neither conditions nor times; here they get what each case tells: a chosen flow
becomes a FEEL condition, an empty timer an hour, an activity to wait at a user task, and the
condition of an event asks for its id, which the cases' trigger sets. Errors and escalations
that name none get one: here only what catches may leave it open.
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
    "collapsed-event-sub-process",
    "collapsed-sub-process-event-sub-process",
    "compensation-after-error-recovery",
    "compensation-booking",
    "compensation-error",
    "compensation-intermediate-throw",
    "compensation-nested-event-sub-process",
    "compensation-once",
    "end-event",
    "error-catch-all-boundary-ref",
    "error-catch-all-inner-event-sub-ref",
    "error-nested-trigger-boundary",
    "error-rethrow",
    "error-trigger-event-sub-process",
    "escalation-catch-all-boundary-ref",
    "escalation-catch-all-inner-event-sub-ref",
    "escalation-catch-all-outer-event-sub-ref",
    "escalation-no-catch",
    "escalation-trigger-boundary-event",
    "event-based-gateway",
    "event-sub-process-cancelation",
    "event-sub-process-nested-cancelation-rethrow",
    "event-sub-process-nested-cancelation-throws-escalation",
    "exclusive-gateway-fork-join",
    "inclusive-gateway-default-flow",
    "inclusive-gateway-fork-join",
    "inclusive-gateway-link-collapsed-subprocess",
    "inclusive-gateway-multiple-elements",
    "inclusive-gateway-multiple-starts",
    "inclusive-gateway-single-incoming",
    "inclusive-gateway-sync",
    "message-flow-end-event-trigger-flow",
    "message-flow-task-trigger-flow",
    "message-flow-trigger-event-based-gateway",
    "message-flow-trigger-receive-task",
    "parallel-gateway",
    "signal-end-event-trigger-event-sub-process-interrupting",
    "signal-madness",
    "signal-trigger-boundary-event",
    "signal-trigger-event-sub-process",
    "simple",
    "task-join",
    "terminate-nested-scopes",
    "transaction-cancel-trigger-cancel-boundary",
    "transaction-compensation-multiple",
]
#: what the simulator lets pass, by the rule that refuses it here
REFUSED = {
    "event-sub-process-multiple-starts": "BPMN-059",
    "exclusive-gateway-no-outgoings": "BPMN-023",
    "inclusive-gateway-link-missing": "BPMN-057",
    "link-event": "BPMN-057",
    "process-implicit-start-collaboration": "BPMN-020",
    "process-implicit-start-none-event": "BPMN-021",
    "process-multiple-starts": "BPMN-020",
    "sub-process-empty-continuation": "BPMN-010",
    "transaction-no-compensate-activity": "BPMN-058",
}
#: what goes from one process to another is not the executor's: messages and signals are
BETWEEN = [
    "message-flow-send-receive-tasks",
    "message-flow-trigger-start-multiple-events",
    "signal-trigger-multiple-start-events",
]


def tag(name: str) -> str:
    return f"{{{SPACE}}}{name}"


THROWING = (tag("intermediateThrowEvent"), tag("endEvent"))


def executable(content: bytes, steps: list[dict[str, Any]]) -> bytes:
    """Return the model with all it needs to run."""
    root = etree.fromstring(content)
    chosen = {
        each["choose"]["gateway"]: each["choose"]["flows"] for each in steps if "choose" in each
    }
    waits = {each["waitAt"] for each in steps if "waitAt" in each}
    for what in ("message", "signal"):
        root.insert(0, etree.Element(tag(what), {"id": f"any_{what}", "name": "any"}))
    for what in ("error", "escalation"):
        code = {"id": f"any_{what}", f"{what}Code": "any"}
        root.insert(0, etree.Element(tag(what), code))
    for process in root.iter(tag("process")):
        process.set("isExecutable", "true")
    for each in list(root.iter("{*}*")):
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
        for old in each.findall(tag("condition")):
            each.remove(old)
        condition = etree.SubElement(each, tag("condition"))
        condition.text = f'triggered = "{each.getparent().get("id")}"'
    if each.tag == tag("messageEventDefinition"):
        each.set("messageRef", "any_message")
    if each.tag == tag("signalEventDefinition") and not each.get("signalRef"):
        each.set("signalRef", "any_signal")
    if each.tag == tag("linkEventDefinition") and not each.getparent().get("name"):
        each.set("name", "any")
    throws = each.getparent() is not None and each.getparent().tag in THROWING
    for what in ("error", "escalation"):
        if throws and each.tag == tag(f"{what}EventDefinition") and not each.get(f"{what}Ref"):
            each.set(f"{what}Ref", f"any_{what}")
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
            cases[index] = triggered(model, process_id, cases[index], token, target)
        else:
            continue
        last = cases[-1] if target in starts else cases[index]
        for passed in last.passed:
            if passed.kind != "eventBasedGateway":
                taken.update(passed.flow_ids)
    return dict(taken)


def triggered(
    model: bpmn.Model, process_id: str, case: bpmn.Step, token: str, target: str
) -> bpmn.Step:
    [wait] = [each for each in case.waiting if each.token == token]
    if isinstance(wait, bpmn.ConditionWait):
        return bpmn.update(model, process_id, case.stored, {"triggered": target}, at=NOON)
    return bpmn.answer(model, process_id, case.stored, token, {}, at=NOON)


BESIDE = pytest.mark.skipif(
    not FOLDER.exists(), reason="the conformance data lies beside the repository"
)


def cases() -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads((FOLDER / "cases.json").read_text())}


@BESIDE
@pytest.mark.parametrize("name", RUN)
def test_the_same_flows_are_taken_as_in_the_simulator(name):
    case = cases()[name]

    taken = flows_taken((FOLDER / case["model"]).read_bytes(), case["steps"])

    assert taken == case["expect_sequence_flows_taken"]


@BESIDE
@pytest.mark.parametrize(("name", "rule"), REFUSED.items())
def test_what_is_not_run_is_refused_by_a_rule_and_not_by_a_crash(name, rule):
    case = cases()[name]
    ready = executable((FOLDER / case["model"]).read_bytes(), case["steps"])

    assert rule in {each.rule for each in bpmn.lint({"case.bpmn": ready})}


@BESIDE
def test_no_case_is_left_out():
    assert sorted([*RUN, *REFUSED, *BETWEEN]) == sorted(cases())


OTHERS = sorted(
    each
    for folder in ("bpmn-elements", "bpmn-miwg")
    for each in (FOLDER.parent / folder).rglob("*.bpmn")
)


@pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.stem)
def test_files_of_other_tools_compile_or_are_refused_by_rule_and_element(file):
    files = {file.name: file.read_bytes()}

    findings = bpmn.lint(files)

    assert all(each.rule != "BPMN-090" and each.message for each in findings)
    assert all(each.element_id for each in findings if each.rule not in ("BPMN-001", "BPMN-002"))
    if not findings:
        assert bpmn.compile_model(files).processes
