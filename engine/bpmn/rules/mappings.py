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
from engine.findings import Detail, Finding, detail

_CATCHING = frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent"})
#: by what a listener is of: the points of its life that are heard here
_HEARD = {"execution": ("start", "end", "take"), "task": ("create", "complete")}
_ADVICE = {
    "assign": detail("BPMN-125-5"),
    "assignment": detail("BPMN-125-5"),
    "update": detail("BPMN-125-6"),
    "delete": detail("BPMN-125-7"),
    "timeout": detail("BPMN-125-8"),
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
                told = detail("BPMN-123-1", value=each.value)
                yield found("BPMN-123", source, node, told)


def _misplaced(node: etree._Element, said: vendor.Said) -> Iterator[Detail]:
    its_kind = str(kind(node))
    if its_kind.endswith("Gateway"):
        yield detail("BPMN-123-2")
    elif node.get("triggeredByEvent") == "true":
        yield detail("BPMN-123-3")
    elif said.inputs and not wraps_itself(node):
        yield detail("BPMN-123-4", kind=its_kind)


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
        advice = _ADVICE.get(each.event, detail("BPMN-125-9"))
        told = detail("BPMN-125-1", of=each.of, event=each.event, advice=advice)
        yield found("BPMN-125", source, node, told, event=each.event)
    elif each.topic is not None:
        if kind(node) not in ACTIVITIES or not wraps_itself(node) or each.topic.startswith("="):
            told = detail("BPMN-125-2", topic=each.topic)
            yield found("BPMN-125", source, node, told, event=each.event)
    elif each.value is None:
        told = detail("BPMN-124-1", event=each.event, code=each.code)
        yield found("BPMN-124", source, node, told, event=each.event)
    elif problem := not_feel(each.value) if kind(node) in ("process", "sequenceFlow") else None:
        yield found(
            "BPMN-124",
            source,
            node,
            detail("BPMN-124-2", event=each.event, problem=problem),
            event=each.event,
        )


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
                    told = detail("BPMN-081-3", what=what, kind=kind(owner))
                    yield found("BPMN-081", source, owner, told, element=what)


def _is_heard(owner: etree._Element, process: etree._Element) -> bool:
    its_kind = str(kind(owner))
    if owner is process or its_kind == "sequenceFlow" or its_kind in ACTIVITIES:
        return True
    return its_kind.endswith(("Event", "Gateway")) or its_kind == "adHocSubProcess"
