"""Lint of mappings and listeners: where they stand, and what they are written in."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import vendor
from engine.bpmn.exchanges import wraps_itself
from engine.bpmn.findings import found
from engine.bpmn.graph import ACTIVITIES
from engine.bpmn.rules.shapes import nodes, not_feel
from engine.bpmn.source import Source, flow_nodes, kind, processes, scopes, tag
from engine.findings import Finding

_CATCHING = frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent"})
#: by what a listener is of: the points of its life that are heard here
_HEARD = {"execution": ("start", "end", "take"), "task": ("create", "complete")}
_ADVICE = {
    "assign": "who claims a task is told in the history",
    "assignment": "who claims a task is told in the history",
    "update": "draw a conditional event",
    "delete": "draw a boundary event where the task is cancelled",
    "timeout": "draw a boundary timer event",
}


def mappings(source: Source) -> Iterator[Finding]:
    """BPMN-123: an input or output where it would have no effect."""
    for node in nodes(source):
        if vendor.is_silent(node):
            continue
        said = vendor.said_of(node)
        if not said.inputs and not said.outputs:
            continue
        for problem in _misplaced(node, said):
            yield found("BPMN-123", source, node, problem)
        for each in (*said.inputs, *said.outputs):
            if not all(part.strip() for part in each.target.split(".")):
                told = f"a mapping does not say which variable gets {each.value}"
                yield found("BPMN-123", source, node, told)


def _misplaced(node: etree._Element, said: vendor.Said) -> Iterator[str]:
    its_kind = str(kind(node))
    if its_kind.endswith("Gateway"):
        yield "a gateway has no inputs and outputs: map them at the activity before it"
    elif node.get("triggeredByEvent") == "true":
        yield "an event sub-process has no inputs and outputs: map them at its start event"
    elif said.inputs and not wraps_itself(node):
        yield f"nothing sees the inputs of this {its_kind}: map outputs, or use an activity"


def listeners(source: Source) -> Iterator[Finding]:
    """BPMN-124, BPMN-125: a listener in another language, or for what is not heard here."""
    for process in processes(source):
        heard = [process, *process.iter(tag("sequenceFlow"))]
        for node in (*heard, *(each for scope in scopes(process) for each in flow_nodes(scope))):
            if vendor.is_silent(node):
                continue
            for each in vendor.said_of(node).listeners:
                yield from _listener(source, node, each)


def _listener(source: Source, node: etree._Element, each: vendor.Listener) -> Iterator[Finding]:
    if each.event not in _HEARD[each.of]:
        advice = _ADVICE.get(each.event, "listen for start or end")
        told = f"a {each.of} listener for {each.event!r} is not heard: {advice}"
        yield found("BPMN-125", source, node, told, event=each.event)
    elif each.topic is not None:
        if kind(node) not in ACTIVITIES or not wraps_itself(node) or each.topic.startswith("="):
            told = f"the job {each.topic!r} cannot run here: draw a service task of that type"
            yield found("BPMN-125", source, node, told, event=each.event)
    elif each.value is None:
        told = (
            f"the {each.event} listener names {each.code!r}: write a script in FEEL that gives "
            "the variables to set as a context, or draw a service task"
        )
        yield found("BPMN-124", source, node, told, event=each.event)
    elif problem := not_feel(each.value) if kind(node) in ("process", "sequenceFlow") else None:
        yield found("BPMN-124", source, node, f"{each.event} listener: {problem}", event=each.event)


def beside_nodes(source: Source) -> Iterator[Finding]:
    """BPMN-081: a mapping or listener of something that no token ever comes to."""
    for process in processes(source):
        for extensions in process.iter(tag("extensionElements")):
            owner = extensions.getparent()
            if owner is None or _is_heard(owner, process):
                continue
            for each in extensions:
                if vendor.is_heard_by_tokens(each):
                    what = etree.QName(each).localname
                    told = f"{what} has no effect on a {kind(owner)}: say it at an activity"
                    yield found("BPMN-081", source, owner, told, element=what)


def _is_heard(owner: etree._Element, process: etree._Element) -> bool:
    its_kind = str(kind(owner))
    if owner is process or its_kind == "sequenceFlow" or its_kind in ACTIVITIES:
        return True
    return its_kind.endswith(("Event", "Gateway")) or its_kind == "adHocSubProcess"
