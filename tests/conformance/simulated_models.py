"""The token simulator's models, given what they need to run.

The models say neither conditions nor times, and messages go along the message flows that are
drawn. So every choice asks the variable `chosen`, every conditional event the variable
`triggered`, and a timer runs an hour. An activity with a message flow into it waits for the
message; what the simulator goes through at once is a plain task, or a user task where something
stands on its boundary. Errors and escalations that name none
get one: only what catches may leave it open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

Step = Mapping[str, Any]
SPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CHOOSING = ("exclusiveGateway", "inclusiveGateway", "complexGateway")
THROWING = ("intermediateThrowEvent", "endEvent")
MARKERS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
TASKS = (
    "userTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "manualTask",
    "sendTask",
    "receiveTask",
    "callActivity",
    "task",
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A model that runs, and what goes between its processes."""

    content: bytes
    targets: Mapping[str, str]  #: of each message flow
    sent: Mapping[str, Sequence[str]]  #: who gets a message when an element is passed
    paused: frozenset[str]  #: activities that stay until they are triggered
    usual: Mapping[str, Sequence[str]]  #: by gateway: the flows it chooses unless told otherwise


def prepared(content: bytes, steps: Sequence[Step]) -> Prepared:
    """Return the model of a case with all it needs to run."""
    root = etree.fromstring(content)
    flows = list(_all(root, "messageFlow"))
    paused = frozenset(str(each["waitAt"]) for each in steps if "waitAt" in each)
    awaited = {str(each.get("targetRef")) for each in flows}
    _declare(root)
    for process in _all(root, "process"):
        process.set("isExecutable", "true")
    for each in _all(root, *MARKERS):
        each.getparent().remove(each)
    for each in _all(root, *TASKS):
        _prepare_task(root, each, paused, awaited)
    for each in list(root.iter("{*}*")):
        if _kind(each).endswith("EventDefinition"):
            _prepare_definition(each)
    for each in _all(root, *THROWING):  # what is sent goes along the message flows
        for message in each.findall(_tag("messageEventDefinition")):
            each.remove(message)
    usual = {str(each.get("id")): _let_choose(root, each) for each in _all(root, *CHOOSING)}
    sent = defaultdict(list)
    for each in flows:
        sent[str(each.get("sourceRef"))].append(str(each.get("targetRef")))
    targets = {str(each.get("id")): str(each.get("targetRef")) for each in flows}
    return Prepared(etree.tostring(root), targets, sent, paused, usual)


def _declare(root: Any) -> None:
    for what in ("message", "signal"):
        root.insert(0, etree.Element(_tag(what), {"id": f"any_{what}", "name": "any"}))
    for what in ("error", "escalation"):
        code = {"id": f"any_{what}", f"{what}Code": "any"}
        root.insert(0, etree.Element(_tag(what), code))


def _prepare_task(root: Any, task: Any, paused: frozenset[str], awaited: set[str]) -> None:
    task_id = task.get("id")
    if task_id in paused:
        task.tag = _tag("userTask")
    elif _kind(task) == "receiveTask" or task_id in awaited:
        task.tag = _tag("receiveTask")
        task.set("messageRef", "any_message")
    elif any(
        each.get("attachedToRef") == task_id
        and each.find(_tag("compensateEventDefinition")) is None
        for each in _all(root, "boundaryEvent")
    ):
        task.tag = _tag("userTask")
    else:
        task.tag = _tag("task")


def _prepare_definition(definition: Any) -> None:
    event = definition.getparent()
    match _kind(definition).removesuffix("EventDefinition"):
        case "conditional":
            begins = _kind(event) == "startEvent" and _kind(event.getparent()) == "process"
            text = "true" if begins else f'triggered = "{event.get("id")}"'
            _replace(definition, "condition", text)
        case "timer":
            _replace(definition, "timeDuration", "PT1H")
        case "message":
            definition.set("messageRef", "any_message")
        case "signal" if not definition.get("signalRef"):
            definition.set("signalRef", "any_signal")
        case "link" if not event.get("name"):
            event.set("name", "any")
        case "error" | "escalation" as what:
            if _kind(event) in THROWING and not definition.get(f"{what}Ref"):
                definition.set(f"{what}Ref", f"any_{what}")


def _replace(definition: Any, what: str, text: str) -> None:
    for old in list(definition):
        definition.remove(old)
    etree.SubElement(definition, _tag(what)).text = text


def _let_choose(root: Any, gateway: Any) -> list[str]:
    """Let a gateway's flows ask `chosen`; return what it chooses as long as nobody tells."""
    gateway_id = gateway.get("id")
    flows = [each for each in _all(root, "sequenceFlow") if each.get("sourceRef") == gateway_id]
    for flow in flows if len(flows) > 1 else []:
        for old in flow.findall(_tag("conditionExpression")):
            flow.remove(old)
        if flow.get("id") != gateway.get("default"):
            condition = etree.SubElement(flow, _tag("conditionExpression"))
            condition.text = f'list contains(chosen, "{flow.get("id")}")'
    return [str(each.get("id")) for each in flows[:1]]


def _all(root: Any, *kinds: str) -> Iterator[Any]:
    yield from list(root.iter(*(_tag(each) for each in kinds)))


def _tag(name: str) -> str:
    return f"{{{SPACE}}}{name}"


def _kind(element: Any) -> str:
    return str(element.tag).removeprefix(f"{{{SPACE}}}")
