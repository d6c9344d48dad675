"""Lint of ids and flows: that everything is connected and every choice is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.begins import instantiates, without_incoming
from engine.bpmn.connections import link_name
from engine.bpmn.findings import found
from engine.bpmn.rules.shapes import GATEWAYS, not_feel
from engine.bpmn.source import (
    Source,
    child,
    children,
    flow_nodes,
    id_of,
    kind,
    processes,
    scopes,
    text_of,
)
from engine.findings import Finding, detail

_UNCONDITIONAL = frozenset(
    {"parallelGateway", "eventBasedGateway", "startEvent"}
    | {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def ids(source: Source) -> Iterator[Finding]:
    """BPMN-004: an element without an id."""
    for process in processes(source):
        if not id_of(process):
            yield found("BPMN-004", source, process, detail("BPMN-004-1"))
        for scope in scopes(process):
            for each in [*flow_nodes(scope), *children(scope, "sequenceFlow")]:
                if not id_of(each):
                    yield found("BPMN-004", source, each, detail("BPMN-004-2", kind=kind(each)))


def gateways(source: Source) -> Iterator[Finding]:
    """BPMN-023: a gateway with no way out.

    A gateway that no flow leaves ends a way as an end event would, unless it waits for one.
    """
    for scope in _scopes(source):
        known = {id_of(each): each for each in flow_nodes(scope)}
        leaving = Counter(str(each.get("sourceRef")) for each in children(scope, "sequenceFlow"))
        for node_id, node in known.items():
            if kind(node) in GATEWAYS and not leaving[node_id]:
                waits = kind(node) == "eventBasedGateway"
                problem = detail("BPMN-023-1" if waits else "BPMN-023-2")
                yield found("BPMN-023", source, node, problem, refuses=waits)


def unreachable(source: Source) -> Iterator[Finding]:
    """BPMN-021: an element that no token can come to.

    Beside a start event everything else needs a flow into it; without one, what has none begins.
    """
    for scope in _scopes(source):
        known = {id_of(each): each for each in flow_nodes(scope)}
        behind: dict[str, list[str]] = {}
        for flow in children(scope, "sequenceFlow"):
            behind.setdefault(str(flow.get("sourceRef")), []).append(str(flow.get("targetRef")))
        for node in known.values():
            if kind(node) == "boundaryEvent":
                behind.setdefault(str(node.get("attachedToRef")), []).append(id_of(node))
        todo = [key for key, each in known.items() if _begins(each)]
        if child(scope, "startEvent") is None:
            todo += [id_of(each) for each in without_incoming(scope)]
        seen = set(todo)
        while todo:
            ahead = [each for each in behind.get(todo.pop(), []) if each not in seen]
            seen.update(ahead)
            todo.extend(ahead)
        if seen:
            for node_id in known.keys() - seen:
                yield found("BPMN-021", source, known[node_id], detail("BPMN-021-1"))


def _begins(node: etree._Element) -> bool:
    """Tell whether no flow has to lead to it: an event, an undoing or a link does."""
    return (
        kind(node) == "startEvent"
        or node.get("triggeredByEvent") == "true"
        or node.get("isForCompensation") == "true"
        or (kind(node) == "intermediateCatchEvent" and link_name(node) is not None)
        or instantiates(node)
    )


def conditions(source: Source) -> Iterator[Finding]:
    """BPMN-040 to BPMN-043: choices without a condition, conditions that are not FEEL."""
    for scope in _scopes(source):
        known = {id_of(each): each for each in flow_nodes(scope)}
        leaving = Counter(str(each.get("sourceRef")) for each in children(scope, "sequenceFlow"))
        for flow in children(scope, "sequenceFlow"):
            origin = known.get(str(flow.get("sourceRef")))
            if origin is not None:
                yield from _condition(source, flow, origin, leaving[id_of(origin)])


def _condition(
    source: Source, flow: etree._Element, origin: etree._Element, siblings: int
) -> Iterator[Finding]:
    condition = child(flow, "conditionExpression")
    text = text_of(condition)
    is_default = origin.get("default") == id_of(flow)
    if kind(origin) in _CHOOSING and siblings > 1 and not text and not is_default:
        yield found(
            "BPMN-040",
            source,
            flow,
            detail("BPMN-040-1", id=id_of(origin)),
            gateway=id_of(origin),
        )
    if condition is None or not text:
        return
    spoken = str(condition.get("language") or "feel").lower()
    if "feel" not in spoken:
        yield found("BPMN-041", source, flow, detail("BPMN-041-1", spoken=spoken), language=spoken)
    elif problem := not_feel(text):
        yield found("BPMN-042", source, flow, problem, text=text)
    if kind(origin) in _UNCONDITIONAL:
        yield found(
            "BPMN-043",
            source,
            flow,
            detail("BPMN-043-1", kind=kind(origin)),
        )


def _scopes(source: Source) -> Iterator[etree._Element]:
    for process in processes(source):
        yield from scopes(process)
