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
from engine.findings import Finding

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
                told = f"{end} {ref} is no element" if ref else f"it has no {end}"
                yield found("BPMN-022", structure.source, flow, told)
            elif kind(node) not in FLOW_NODES:
                message = f"no sequence flow leads to or from a {kind(node)}"
                yield found("BPMN-161", structure.source, flow, message)
            elif node.getparent() is not flow.getparent():
                yield found("BPMN-160", structure.source, flow, _border(node, end))


def _border(node: etree._Element, end: str) -> str:
    scope = node.getparent()
    where = "elsewhere" if scope is None else f"in {kind(scope)} {id_of(scope)}"
    return f"{end} {id_of(node)} is {where}: a flow stays in its own process or sub-process"


def ends(structure: Structure) -> Iterator[Finding]:
    """BPMN-162 to BPMN-164: a flow into what begins, or out of what ends."""
    for flow in structure.of("sequenceFlow"):
        source, target = (
            structure.node(flow.get("sourceRef")),
            structure.node(flow.get("targetRef")),
        )
        if target is not None and kind(target) in _NO_TARGETS:
            message = f"leads into a {kind(target)}"
            yield found(_NO_TARGETS[str(kind(target))], structure.source, flow, message)
        if source is not None and kind(source) == "endEvent":
            yield found("BPMN-164", structure.source, flow, "leads out of an end event")


def defaults(structure: Structure) -> Iterator[Finding]:
    """BPMN-166: a default flow that does not leave its own element."""
    for node in structure.nodes:
        default = node.get("default")
        if default and not any(
            id_of(each) == default for each in structure.leaving.get(id_of(node), ())
        ):
            message = f"its default {default} is no flow out of it"
            yield found("BPMN-166", structure.source, node, message, ref=default)


def message_flows(structure: Structure) -> Iterator[Finding]:
    """BPMN-191, BPMN-192, BPMN-195: a message flow inside a pool, at the wrong end, to nowhere."""
    pools = _pools(structure)
    for flow in structure.of("messageFlow"):
        nodes = [structure.by_id.get(str(flow.get(end) or "")) for end in _ENDS]
        for end, node in zip(_ENDS, nodes, strict=True):
            if node is None:
                told = f"{end} {flow.get(end)} leads nowhere" if flow.get(end) else f"has no {end}"
                yield found("BPMN-195", structure.source, flow, told)
            elif problem := _cannot(node, end):
                yield found("BPMN-192", structure.source, flow, problem)
        source, target = nodes
        if source is not None and target is not None:
            one, other = _pool(source, pools), _pool(target, pools)
            if one is not None and one == other:
                message = "both its ends are in one pool: a sequence flow leads there"
                yield found("BPMN-191", structure.source, flow, message)


def _cannot(node: etree._Element, end: str) -> str | None:
    what, allowed = kind(node), _SPEAKING if end == "sourceRef" else _HEARING
    if what in _POOLS or what in ACTIVITIES or what in allowed:
        return None
    word = "leaves" if end == "sourceRef" else "comes to"
    return f"no message flow {word} a {what}"


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
                    message = f"{word} {ref} is no flow that {_LEADS[word]} it"
                    yield found("BPMN-165", structure.source, node, message, ref=ref)


_LEADS: Final = {"incoming": "leads to", "outgoing": "leaves"}


def default_conditions(structure: Structure) -> Iterator[Finding]:
    """BPMN-167: a default flow with a condition, which nobody looks at."""
    for node in structure.nodes:
        for flow in structure.leaving.get(id_of(node), ()) if node.get("default") else ():
            if id_of(flow) == node.get("default") and _is_conditional(flow):
                message = "it is the default: its condition is not looked at"
                yield found("BPMN-167", structure.source, flow, message)


def only_ways(structure: Structure) -> Iterator[Finding]:
    """BPMN-168, BPMN-178: ways out that may all be closed."""
    for node in structure.nodes:
        flows = structure.leaving.get(id_of(node), [])
        if not flows or node.get("default") or not all(map(_is_conditional, flows)):
            continue
        if kind(node) in ACTIVITIES and len(flows) == 1:
            message = "its only way out has a condition: a case may end here"
            yield found("BPMN-168", structure.source, node, message)
        elif kind(node) in ("exclusiveGateway", "inclusiveGateway"):
            message = "no default flow: a case for which no condition holds fails here"
            yield found("BPMN-178", structure.source, node, message)


def twice(structure: Structure) -> Iterator[Finding]:
    """BPMN-170: two flows between the same elements that say the same."""
    seen: set[tuple[str, str, str]] = set()
    for flow in structure.of("sequenceFlow"):
        condition = text_of(child(flow, "conditionExpression"))
        key = (str(flow.get("sourceRef")), str(flow.get("targetRef")), condition)
        if key in seen:
            message = f"another flow leads from {key[0]} to {key[1]} in the same way"
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
                message = f"{id_of(node)} is no message event"
                yield found("BPMN-193", structure.source, flow, message, event=id_of(node))


def _is_conditional(flow: etree._Element) -> bool:
    return bool(text_of(child(flow, "conditionExpression")))


REFUSING = (sequence_flows, ends, defaults, message_flows)
LOOKS = (listed, default_conditions, only_ways, twice, message_ends)
