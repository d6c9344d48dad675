"""Lint of data: associations whose ends or expressions lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.associations import Association, associations
from engine.bpmn.findings import found
from engine.bpmn.graph import ACTIVITIES
from engine.bpmn.places import places_of
from engine.bpmn.rules.shapes import not_feel
from engine.bpmn.source import Source, flow_nodes, kind, processes, scopes
from engine.findings import Finding, detail


def data_associations(source: Source) -> Iterator[Finding]:
    """BPMN-120 to BPMN-122: an association that cannot do what it says."""
    for process in processes(source):
        places = places_of(process)
        for node in nodes_of(process):
            for each in associations(node, places):
                yield from _ends(source, node, each)
                yield from _expressions(source, node, each)
                yield from _stores(source, node, each)


def nodes_of(process: etree._Element) -> Iterator[etree._Element]:
    """Yield the flow nodes of one process."""
    return (each for scope in scopes(process) for each in flow_nodes(scope))


def _ends(source: Source, node: etree._Element, each: Association) -> Iterator[Finding]:
    for end in each.unknown if each.says else ():
        told = detail("BPMN-121-1", end=end)
        yield found("BPMN-121", source, node, told, end=end)
    if each.says and not each.target.is_said and not each.source.is_said:
        told = detail("BPMN-121-2")
        yield found("BPMN-121", source, node, told, end="")


def _expressions(source: Source, node: etree._Element, each: Association) -> Iterator[Finding]:
    texts = [each.transformation] if each.transformation else []
    texts += [text for text, _ in each.assignments]
    for text in texts:
        if problem := not_feel(text):
            told = detail("BPMN-120-1", problem=problem)
            yield found("BPMN-120", source, node, told, text=text)
    for _, to in each.assignments:
        if not to:
            told = detail("BPMN-121-3")
            yield found("BPMN-121", source, node, told, end="")


def _stores(source: Source, node: etree._Element, each: Association) -> Iterator[Finding]:
    reads = each.says and each.source.kind == "store"
    if reads and not each.transformation:
        told = detail("BPMN-122-1")
        yield found("BPMN-122", source, node, told, store=each.source.store)
    if reads and kind(node) not in ACTIVITIES:
        told = detail("BPMN-122-2")
        yield found("BPMN-122", source, node, told, store=each.source.store)
