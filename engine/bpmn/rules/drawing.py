"""Lint of the drawing: whether all that is said is drawn, and all that is drawn is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.bpmn.findings import found
from engine.bpmn.source import children, id_of, kind
from engine.bpmn.structure import FLOW_NODES, SCOPES, Structure
from engine.findings import Detail, Finding, detail

DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_LINES: Final = frozenset({"sequenceFlow", "messageFlow", "association"})
_SHAPES: Final = FLOW_NODES | {"participant", "lane", "textAnnotation", "group"}
_EDGES: Final = _LINES | {"dataInputAssociation", "dataOutputAssociation", "conversationLink"}


def drawn(structure: Structure) -> Iterator[Finding]:
    """BPMN-150, BPMN-151: a file without a drawing, or an element that it leaves out."""
    if not structure.planes:
        message = detail("BPMN-150-1")
        yield Finding("BPMN-150", structure.source.file, None, None, message, refuses=False)
        return
    shown = {_meant(each) for each in _marks(structure)}
    hidden = _hidden(structure)
    for node in structure.of(*sorted(FLOW_NODES | _LINES)):
        scope = node.getparent()
        if id_of(node) in shown or not id_of(node):
            continue
        if scope is None or scope not in hidden:
            yield found("BPMN-151", structure.source, node, detail("BPMN-151-1", kind=kind(node)))


def _hidden(structure: Structure) -> set[etree._Element]:
    """Return the sub-processes whose inside nobody has to draw: those drawn closed."""
    closed = {
        _meant(each) for each in _marks(structure) if each.get("isExpanded") in (None, "false")
    }
    return {
        inner
        for each in structure.scopes
        if kind(each) != "process" and id_of(each) in closed
        for inner in each.iter("{*}*")
        if kind(inner) in SCOPES
    }


def meanings(structure: Structure) -> Iterator[Finding]:
    """BPMN-140, BPMN-152 to BPMN-156: marks of the drawing that stand for nothing, or amiss."""
    seen: set[str] = set()
    shown = {_meant(each) for each in _marks(structure)}
    for mark in _marks(structure):
        what, ref = etree.QName(mark).localname, _meant(mark)
        node = structure.by_id.get(ref)
        if mark.get("id") in structure.by_id or mark.get("id") in seen:
            message = detail("BPMN-140-1", id=mark.get("id"))
            yield found("BPMN-140", structure.source, mark, message)
        seen.add(str(mark.get("id")))
        if node is None:
            if ref and ":" not in ref:
                message = detail("BPMN-152-1", ref=ref)
                yield found("BPMN-152", structure.source, mark, message, ref=ref)
            continue
        right = _EDGES if what == "BPMNEdge" else _SHAPES
        if kind(node) in (_EDGES | _SHAPES) - right:
            message = detail("BPMN-156-1", kind=kind(node), what=what)
            yield found("BPMN-156", structure.source, mark, message)
        elif problem := _unplaced(mark, what):
            yield found("BPMN-155", structure.source, mark, problem)
        is_silent = kind(node) in SCOPES and mark.get("isExpanded") is None
        if is_silent and any(id_of(each) in shown for each in children(node, *FLOW_NODES)):
            message = detail("BPMN-154-1", ref=ref)
            yield found("BPMN-154", structure.source, mark, message)


def twice(structure: Structure) -> Iterator[Finding]:
    """BPMN-153: an element drawn twice in one diagram."""
    for diagram in structure.planes:
        seen: set[str] = set()
        for mark in diagram.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge"):
            ref = _meant(mark)
            if ref and ref in seen:
                message = detail("BPMN-153-1", ref=ref)
                yield found("BPMN-153", structure.source, mark, message, ref=ref)
            seen.add(ref)


def _unplaced(mark: etree._Element, what: str) -> Detail | None:
    inside = [etree.QName(each).localname for each in mark if isinstance(each.tag, str)]
    if what == "BPMNEdge" and inside.count("waypoint") < 2:
        return detail("BPMN-155-1")
    if what == "BPMNShape" and "Bounds" not in inside:
        return detail("BPMN-155-2")
    return None


def _marks(structure: Structure) -> Iterator[etree._Element]:
    for diagram in structure.planes:
        yield from diagram.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")


def _meant(mark: etree._Element) -> str:
    """Return the id a mark stands for, without the prefix of the file's own namespace."""
    ref = str(mark.get("bpmnElement") or "")
    prefix, colon, local = ref.partition(":")
    own = mark.getroottree().getroot().get("targetNamespace")
    return local if colon and mark.nsmap.get(prefix) == own else ref


REFUSING = ()
LOOKS = (drawn, meanings, twice)
