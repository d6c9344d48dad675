"""The cases of the bpmn.io token simulator (MIT, Camunda Services GmbH): which flows are taken.

The models say neither conditions nor times; here they get what each case tells: a chosen flow
becomes a FEEL condition, an empty timer an hour, an activity to wait at a user task, and the
condition of an event asks for its id, which the cases' trigger sets. Errors and escalations
that name none get one: here only what catches may leave it open.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from engine import bpmn

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"


@dataclass(frozen=True, slots=True)
class Simulated:
    """One case of a `cases.json`."""

    name: str
    model: Path
    steps: Sequence[Mapping[str, Any]]
    expected: Mapping[str, int]  #: how often each sequence flow is taken; others never


def cases_of(path: Path) -> Iterator[Simulated]:
    """Yield the cases of a `cases.json`.

    Raises:
        ValueError, TypeError, LookupError: the file does not hold a list of cases.
    """
    listed = json.loads(path.read_text(encoding="utf-8"))
    if type(listed) is not list:
        raise TypeError("no list")
    for each in listed:
        yield Simulated(
            each["name"],
            path.parent / each["model"],
            each["steps"],
            each["expect_sequence_flows_taken"],
        )


def difference(case: Simulated) -> str | None:
    """Run a case and return what differs from what the simulator does; nothing when all agrees."""
    try:
        taken = flows_taken(case.model.read_bytes(), case.steps)
    except bpmn.ModelRefused as refusal:
        return (
            f"refused: {'; '.join(f'{each.rule} {each.element_id}' for each in refusal.findings)}"
        )
    except bpmn.StepFailed as failure:
        return f"{type(failure).__name__}: {failure}"
    except NotWaiting as failure:
        return str(failure)
    wrong = sorted(
        f"{flow}: {taken.get(flow, 0)} times, expected {case.expected.get(flow, 0)}"
        for flow in taken.keys() | case.expected.keys()
        if taken.get(flow, 0) != case.expected.get(flow, 0)
    )
    return "; ".join(wrong) or None


class NotWaiting(Exception):
    """A case triggers what does not wait."""


def tag(name: str) -> str:
    return f"{{{SPACE}}}{name}"


THROWING = (tag("intermediateThrowEvent"), tag("endEvent"))


def executable(content: bytes, steps: Sequence[Mapping[str, Any]]) -> bytes:
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
        _complete(each, waits)
    for each in list(root.iter(tag("intermediateThrowEvent"), tag("endEvent"))):
        for event in each.findall(tag("messageEventDefinition")):
            each.remove(event)
    for kind in ("exclusiveGateway", "inclusiveGateway"):
        for gateway in root.iter(tag(kind)):
            _decide(root, gateway, chosen)
    return etree.tostring(root)


def _complete(each: Any, waits: set[str]) -> None:
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


def _decide(root: Any, gateway: Any, chosen: dict[str, list[str]]) -> None:
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


def flows_taken(content: bytes, steps: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how often each sequence flow is taken in all processes of a case together."""
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
            index, token = _waiting(cases, target)
            cases[index] = _triggered(model, process_id, cases[index], token, target)
        else:
            continue
        last = cases[-1] if target in starts else cases[index]
        for passed in last.passed:
            if passed.kind != "eventBasedGateway":
                taken.update(passed.flow_ids)
    return dict(taken)


def _waiting(cases: Sequence[bpmn.Step], target: str) -> tuple[int, str]:
    for index, case in enumerate(cases):
        for wait in case.waiting:
            if wait.element_id == target:
                return index, wait.token
    raise NotWaiting(f"nothing waits at {target}")


def _triggered(
    model: bpmn.Model, process_id: str, case: bpmn.Step, token: str, target: str
) -> bpmn.Step:
    [wait] = [each for each in case.waiting if each.token == token]
    if isinstance(wait, bpmn.ConditionWait):
        return bpmn.update(model, process_id, case.stored, {"triggered": target}, at=NOON)
    return bpmn.answer(model, process_id, case.stored, token, {}, at=NOON)
