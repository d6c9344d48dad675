"""Lint of the ways a token may take: where it would wait for ever, run twice, or never end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.bpmn.connections import links
from engine.bpmn.findings import found
from engine.bpmn.source import children, id_of, kind
from engine.bpmn.structure import FLOW_NODES, Structure
from engine.findings import Finding, detail

_ONE: Final = frozenset({"exclusiveGateway", "eventBasedGateway"})


def joins(structure: Structure) -> Iterator[Finding]:
    """BPMN-175, BPMN-186: a choice that a join waits for whole; parallel ways nobody joins."""
    for gateway in structure.of("parallelGateway", "exclusiveGateway"):
        flows = structure.coming.get(id_of(gateway), [])
        if len(flows) < 2:
            continue
        splits = [each for each in (_split(structure, flow) for flow in flows) if each is not None]
        wanted = _ONE if kind(gateway) == "parallelGateway" else frozenset({"parallelGateway"})
        for split in dict.fromkeys(splits):
            if splits.count(split) < 2 or kind(structure.by_id[split]) not in wanted:
                continue
            if kind(gateway) == "parallelGateway":
                message = detail("BPMN-175-1", split=split)
                yield found("BPMN-175", structure.source, gateway, message, split=split)
            else:
                message = detail("BPMN-186-1", split=split)
                yield found("BPMN-186", structure.source, gateway, message, split=split)


def _split(structure: Structure, flow: etree._Element) -> str | None:
    """Return where a way began: the first element behind it with several ways out."""
    seen: set[str] = set()
    while True:
        node = structure.node(flow.get("sourceRef"))
        if node is None or id_of(node) in seen:
            return None
        seen.add(id_of(node))
        if len(structure.leaving.get(id_of(node), ())) > 1:
            return id_of(node)
        coming = structure.coming.get(id_of(node), [])
        if len(coming) != 1 or kind(node) == "boundaryEvent":
            return None
        flow = coming[0]


def endless(structure: Structure) -> Iterator[Finding]:
    """BPMN-177: elements from which no way leads to an end."""
    for scope in structure.scopes:
        nodes = [each for each in children(scope) if kind(each) in FLOW_NODES]
        behind = _behind(structure, scope, nodes)
        linked = links(scope)
        todo = [
            id_of(each)
            for each in nodes
            if id_of(each) not in structure.leaving and id_of(each) not in linked
        ]
        seen = set(todo)
        while todo:
            before = [each for each in behind.get(todo.pop(), ()) if each not in seen]
            seen.update(before)
            todo.extend(before)
        caught = [each for each in nodes if id_of(each) and id_of(each) not in seen]
        if caught:
            message = detail("BPMN-177-1")
            yield found("BPMN-177", structure.source, caught[0], message)


def _behind(
    structure: Structure, scope: etree._Element, nodes: list[etree._Element]
) -> dict[str, list[str]]:
    """Return from where a token may come to each element."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for flow in structure.coming.get(id_of(node), ()):
            found.setdefault(id_of(node), []).append(str(flow.get("sourceRef")))
        if kind(node) == "boundaryEvent":
            found.setdefault(id_of(node), []).append(str(node.get("attachedToRef")))
    for thrown, caught in links(scope).items():
        found.setdefault(caught, []).append(thrown)
    return found


REFUSING = ()
LOOKS = (joins, endless)
