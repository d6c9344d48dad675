"""Lint of what belongs together without a flow: event sub-processes, undoing, links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.bpmn import connections, vendor
from engine.bpmn.findings import found
from engine.bpmn.graph import ACTIVITIES
from engine.bpmn.source import Source, child, children, id_of, kind, scopes
from engine.findings import Finding, detail


def event_sub_processes(source: Source) -> Iterator[Finding]:
    """BPMN-059: an event sub-process not begun by one event, with flows, or repeating."""
    for scope in _scopes(source):
        flows = _connected(scope)
        for sub in children(scope, "subProcess", "transaction"):
            if sub.get("triggeredByEvent") != "true":
                continue
            starts = list(children(sub, "startEvent"))
            if len(starts) != 1:
                problem = detail("BPMN-059-2" if starts else "BPMN-059-1")
                yield found("BPMN-059", source, sub, problem, refuses=not starts)
            if id_of(sub) in flows:
                yield found("BPMN-059", source, sub, detail("BPMN-059-3"))
            if vendor.loop_of(sub) or vendor.repeat_of(sub):
                yield found("BPMN-059", source, sub, detail("BPMN-059-4"))
            undoes = [
                each for each in starts if child(each, "compensateEventDefinition") is not None
            ]
            if undoes and (kind(scope) == "process" or len(starts) > 1):
                problem = detail("BPMN-058-1")
                yield found("BPMN-058", source, sub, problem)


def transactions(source: Source) -> Iterator[Finding]:
    """BPMN-058: a cancel event that is not a transaction's."""
    for scope in _scopes(source):
        known = {id_of(each): each for each in children(scope)}
        for event in children(scope, "boundaryEvent"):
            host = known.get(str(event.get("attachedToRef")))
            cancels = child(event, "cancelEventDefinition") is not None
            if cancels and (host is None or kind(host) != "transaction"):
                yield found("BPMN-058", source, event, detail("BPMN-058-2"))
            if cancels and event.get("cancelActivity") == "false":
                yield found("BPMN-058", source, event, detail("BPMN-058-3"))
        for event in children(scope, "endEvent"):
            if child(event, "cancelEventDefinition") is None:
                continue
            if kind(scope) != "transaction":
                yield found("BPMN-058", source, event, detail("BPMN-058-2"))
            elif not _has_cancel_boundary(scope):
                problem = detail("BPMN-058-4", id=id_of(scope))
                yield found("BPMN-058", source, event, problem)


def compensation(source: Source) -> Iterator[Finding]:
    """BPMN-058: undoing without a handler, handlers of nothing, undoing of the unknown."""
    for process in children(source.root, "process"):
        activities = {id_of(each) for each in process.iter("{*}*") if kind(each) in ACTIVITIES}
        for scope in scopes(process):
            yield from _handlers(source, scope)
            for event in children(scope, "intermediateThrowEvent", "endEvent"):
                undo = child(event, "compensateEventDefinition")
                activity = None if undo is None else undo.get("activityRef")
                if activity and activity not in activities:
                    problem = detail("BPMN-058-5", activity=activity)
                    yield found("BPMN-058", source, event, problem)


def _handlers(source: Source, scope: etree._Element) -> Iterator[Finding]:
    flows, handlers = _connected(scope), connections.handlers(scope)
    for event in children(scope, "boundaryEvent"):
        if child(event, "compensateEventDefinition") is None:
            continue
        if str(event.get("attachedToRef")) not in handlers:
            yield found("BPMN-058", source, event, detail("BPMN-058-6"), refuses=False)
        if id_of(event) in flows:
            yield found("BPMN-058", source, event, detail("BPMN-058-7"))
    for each in children(scope):
        if each.get("isForCompensation") != "true":
            continue
        if kind(each) not in ACTIVITIES or id_of(each) not in handlers.values():
            yield found("BPMN-058", source, each, detail("BPMN-058-8"))
        if id_of(each) in flows:
            yield found("BPMN-058", source, each, detail("BPMN-058-9"))


def links(source: Source) -> Iterator[Finding]:
    """BPMN-057: a link that leads nowhere, to two places, or has flows on its other side."""
    for scope in _scopes(source):
        incoming = {str(each.get("targetRef")) for each in children(scope, "sequenceFlow")}
        outgoing = {str(each.get("sourceRef")) for each in children(scope, "sequenceFlow")}
        caught = Counter(
            connections.link_name(each) for each in children(scope, "intermediateCatchEvent")
        )
        thrown = {connections.link_name(each) for each in children(scope, "intermediateThrowEvent")}
        for event in children(scope, "intermediateCatchEvent", "intermediateThrowEvent"):
            link, catches = connections.link_name(event), kind(event) == "intermediateCatchEvent"
            if link is None:
                continue
            if not link:
                yield found("BPMN-057", source, event, detail("BPMN-057-1"))
            elif caught[link] != 1:
                problem = detail("BPMN-057-2", link=link, n=caught[link])
                yield found("BPMN-057", source, event, problem)
            elif link not in thrown:
                problem = detail("BPMN-057-3", link=link)
                yield found("BPMN-057", source, event, problem, refuses=False)
            if id_of(event) in (incoming if catches else outgoing):
                yield found("BPMN-057", source, event, detail("BPMN-057-4"))


def _has_cancel_boundary(transaction: etree._Element) -> bool:
    parent = transaction.getparent()
    return parent is not None and any(
        each.get("attachedToRef") == id_of(transaction)
        and child(each, "cancelEventDefinition") is not None
        for each in children(parent, "boundaryEvent")
    )


def _connected(scope: etree._Element) -> set[str]:
    flows = list(children(scope, "sequenceFlow"))
    return {str(each.get(end)) for each in flows for end in ("sourceRef", "targetRef")}


def _scopes(source: Source) -> Iterator[etree._Element]:
    for process in children(source.root, "process"):
        yield from scopes(process)
