"""Lint of connections: which flows may lead from what to what (BPMN 2.0.2, tables 7.3 and 7.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.bpmn.findings import found
from engine.bpmn.source import child, children, id_of, kind, text_of
from engine.bpmn.structure import (
    ACTIVITIES,
    FLOW_NODES,
    Structure,
    definitions_of,
    owner_process,
)
from engine.findings import Detail, Finding, detail

_ENDS: Final = ("sourceRef", "targetRef")
_NO_TARGETS: Final = {"startEvent": "BPMN-162", "boundaryEvent": "BPMN-163"}
#: what a message flow may leave, and what it may come to, besides pools and activities
_SPEAKING: Final = frozenset({"endEvent", "intermediateThrowEvent"})
_HEARING: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
_POOLS: Final = frozenset({"participant", "conversation", "subConversation", "callConversation"})


def sequence_flows(structure: Structure) -> Iterator[Finding]:
    """BPMN-022, BPMN-160, BPMN-161: a flow to or from nowhere, elsewhere, or no flow node."""
    for flow in structure.of("sequenceFlow"):
        for end in _ENDS:
            ref = flow.get(end)
            node = structure.by_id.get(str(ref))
            if node is None:
                told = (
                    detail("BPMN-022-1", end=end, ref=ref) if ref else detail("BPMN-022-2", end=end)
                )
                yield found("BPMN-022", structure.source, flow, told)
            elif kind(node) not in FLOW_NODES:
                message = detail("BPMN-161-1", kind=kind(node))
                yield found("BPMN-161", structure.source, flow, message)
            elif node.getparent() is not flow.getparent():
                yield found("BPMN-160", structure.source, flow, _border(node, end))


def _border(node: etree._Element, end: str) -> Detail:
    scope = node.getparent()
    where = (
        detail("BPMN-160-3")
        if scope is None
        else detail("BPMN-160-2", kind=kind(scope), id=id_of(scope))
    )
    return detail("BPMN-160-1", end=end, id=id_of(node), where=where)


def ends(structure: Structure) -> Iterator[Finding]:
    """BPMN-162 to BPMN-164: a flow into what begins, or out of what ends."""
    for flow in structure.of("sequenceFlow"):
        source, target = (
            structure.node(flow.get("sourceRef")),
            structure.node(flow.get("targetRef")),
        )
        if target is not None and kind(target) in _NO_TARGETS:
            message = detail("BPMN-162-1", kind=kind(target))
            yield found(_NO_TARGETS[str(kind(target))], structure.source, flow, message)
        if source is not None and kind(source) == "endEvent":
            yield found("BPMN-164", structure.source, flow, detail("BPMN-164-1"))


def defaults(structure: Structure) -> Iterator[Finding]:
    """BPMN-166: a default flow that does not leave its own element."""
    for node in structure.nodes:
        default = node.get("default")
        if default and not any(
            id_of(each) == default for each in structure.leaving.get(id_of(node), ())
        ):
            message = detail("BPMN-166-1", default=default)
            yield found("BPMN-166", structure.source, node, message, ref=default)


def message_flows(structure: Structure) -> Iterator[Finding]:
    """BPMN-191, BPMN-192, BPMN-195: a message flow inside a pool, at the wrong end, to nowhere."""
    pools = _pools(structure)
    for flow in structure.of("messageFlow"):
        nodes = [structure.by_id.get(str(flow.get(end) or "")) for end in _ENDS]
        for end, node in zip(_ENDS, nodes, strict=True):
            if node is None:
                told = (
                    detail("BPMN-195-1", end=end, ref=flow.get(end))
                    if flow.get(end)
                    else detail("BPMN-195-2", end=end)
                )
                yield found("BPMN-195", structure.source, flow, told)
            elif problem := _cannot(node, end):
                yield found("BPMN-192", structure.source, flow, problem)
        source, target = nodes
        if source is not None and target is not None:
            one, other = _pool(source, pools), _pool(target, pools)
            if one is not None and one == other:
                message = detail("BPMN-191-1")
                yield found("BPMN-191", structure.source, flow, message)


def _cannot(node: etree._Element, end: str) -> Detail | None:
    what, allowed = kind(node), _SPEAKING if end == "sourceRef" else _HEARING
    if what in _POOLS or what in ACTIVITIES or what in allowed:
        return None
    return detail("BPMN-192-1" if end == "sourceRef" else "BPMN-192-2", kind=what)


def _pools(structure: Structure) -> dict[str, str]:
    """Return the pool of each process."""
    return {
        str(each.get("processRef")): id_of(each)
        for each in structure.of("participant")
        if each.get("processRef")
    }


def _pool(node: etree._Element, pools: dict[str, str]) -> str | None:
    if kind(node) == "participant":
        return id_of(node)
    process = owner_process(node)
    return None if process is None else pools.get(id_of(process), f"of {id_of(process)}")


def listed(structure: Structure) -> Iterator[Finding]:
    """BPMN-165: an incoming or outgoing that its flow does not bear out."""
    for node in structure.nodes:
        for word, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            for each in children(node, word):
                ref = text_of(each).rpartition(":")[2]
                flow = structure.by_id.get(ref)
                if flow is None or kind(flow) != "sequenceFlow" or flow.get(end) != id_of(node):
                    message = detail(_UNTRUE[word], ref=ref)
                    yield found("BPMN-165", structure.source, node, message, ref=ref)


_UNTRUE: Final = {"incoming": "BPMN-165-1", "outgoing": "BPMN-165-2"}


def default_conditions(structure: Structure) -> Iterator[Finding]:
    """BPMN-167: a default flow with a condition, which nobody looks at."""
    for node in structure.nodes:
        for flow in structure.leaving.get(id_of(node), ()) if node.get("default") else ():
            if id_of(flow) == node.get("default") and _is_conditional(flow):
                message = detail("BPMN-167-1")
                yield found("BPMN-167", structure.source, flow, message)


def only_ways(structure: Structure) -> Iterator[Finding]:
    """BPMN-168, BPMN-178: ways out that may all be closed."""
    for node in structure.nodes:
        flows = structure.leaving.get(id_of(node), [])
        if not flows or node.get("default") or not all(map(_is_conditional, flows)):
            continue
        if kind(node) in ACTIVITIES and len(flows) == 1:
            message = detail("BPMN-168-1")
            yield found("BPMN-168", structure.source, node, message)
        elif kind(node) in ("exclusiveGateway", "inclusiveGateway"):
            message = detail("BPMN-178-1")
            yield found("BPMN-178", structure.source, node, message)


def twice(structure: Structure) -> Iterator[Finding]:
    """BPMN-170: two flows between the same elements that say the same."""
    seen: set[tuple[str, str, str]] = set()
    for flow in structure.of("sequenceFlow"):
        condition = text_of(child(flow, "conditionExpression"))
        key = (str(flow.get("sourceRef")), str(flow.get("targetRef")), condition)
        if key in seen:
            message = detail("BPMN-170-1", source=key[0], target=key[1])
            yield found("BPMN-170", structure.source, flow, message)
        seen.add(key)


def message_ends(structure: Structure) -> Iterator[Finding]:
    """BPMN-193: a message flow at an event that is no message event."""
    for flow in structure.of("messageFlow"):
        for end in _ENDS:
            node = structure.node(flow.get(end))
            if node is None or kind(node) not in _SPEAKING | _HEARING:
                continue
            if "message" not in definitions_of(node) and child(node, "eventDefinitionRef") is None:
                message = detail("BPMN-193-1", id=id_of(node))
                yield found("BPMN-193", structure.source, flow, message, event=id_of(node))


def _is_conditional(flow: etree._Element) -> bool:
    return bool(text_of(child(flow, "conditionExpression")))


REFUSING = (sequence_flows, ends, defaults, message_flows)
LOOKS = (listed, default_conditions, only_ways, twice, message_ends)
