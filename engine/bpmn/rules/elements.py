"""Lint of elements: whether the standard has them, there, in this order, with these attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.bpmn.findings import found
from engine.bpmn.grammar import OPEN, Child, grammar
from engine.bpmn.source import children, id_of, kind
from engine.bpmn.structure import Structure
from engine.findings import Detail, Finding, detail

_BOOLEANS: Final = frozenset({"true", "false", "1", "0"})
_NUMBER: Final = re.compile(r"\s*[+-]?\d{1,18}\s*", re.ASCII)
_NAME: Final = re.compile(r"[^\W\d][\w.\-·]*")
#: what other rules say better
_TOLD: Final = frozenset({"sourceRef", "targetRef", "attachedToRef", "loopMaximum"})
_COUNTED: Final = frozenset({"startQuantity", "completionQuantity", "loopMaximum"})


def known(structure: Structure) -> Iterator[Finding]:
    """BPMN-130, BPMN-131: an element the standard does not have, or does not have there."""
    for node in structure.elements:
        what = str(kind(node))
        if grammar(what) is None:
            yield found("BPMN-130", structure.source, node, detail("BPMN-130-1", what=what))
            continue
        parent = node.getparent()
        where = "" if parent is None else str(kind(parent))
        around = grammar(where)
        if around is not None and what not in around.children and where not in OPEN:
            message = detail("BPMN-131-1", what=what, where=where)
            yield found("BPMN-131", structure.source, node, message)


def counted(structure: Structure) -> Iterator[Finding]:
    """BPMN-135: more of a child than an element may have."""
    for node in structure.elements:
        told = grammar(str(kind(node)))
        if told is None or len(node) < 2:
            continue
        seen: dict[int, str] = {}
        for each in children(node):
            what = str(kind(each))
            place = told.children.get(what)
            if place is None or place.is_many:
                continue
            if seen.get(place.at) == what:  # markers of two kinds: BPMN-012
                message = detail("BPMN-135-1", kind=kind(node), what=what)
                yield found("BPMN-135", structure.source, node, message)
            seen[place.at] = what


def typed(structure: Structure) -> Iterator[Finding]:
    """BPMN-134: an attribute whose value is none of those it may have."""
    for node in structure.elements:
        told = grammar(str(kind(node)))
        if told is None:
            continue
        for key, text in node.attrib.items():
            attribute = told.attributes.get(str(key))
            if attribute is None or key in _COUNTED:
                continue
            problem = _bad_value(attribute.kind, str(text))
            if problem:
                yield found(
                    "BPMN-134",
                    structure.source,
                    node,
                    detail("BPMN-134-1", key=key, problem=problem),
                    text=str(text),
                )


def _bad_value(of_kind: str, text: str) -> Detail | None:
    if of_kind == "boolean" and text.strip() not in _BOOLEANS:
        return detail("BPMN-134-2", text=text)
    if of_kind == "integer" and _NUMBER.fullmatch(text) is None:
        return detail("BPMN-134-3", text=text)
    if "|" in of_kind and text not in of_kind.split("|"):
        return detail("BPMN-134-4", known=", ".join(of_kind.split("|")), text=text)
    return None


def ordered(structure: Structure) -> Iterator[Finding]:
    """BPMN-132: children in another order than the standard's."""
    for node in structure.elements:
        told = grammar(str(kind(node)))
        if told is None:
            continue
        last: Child | None = None
        for each in children(node):
            place = told.children.get(str(kind(each)))
            if place is None:
                continue
            if last is not None and place.at < last.at:
                message = detail(
                    "BPMN-132-1", kind=kind(node), first=kind(each), last=last.name.lstrip("@")
                )
                yield found("BPMN-132", structure.source, node, message)
                break
            last = place


def attributes(structure: Structure) -> Iterator[Finding]:
    """BPMN-133, BPMN-137: an attribute the standard does not have, or one that is missing."""
    for node in structure.elements:
        told = grammar(str(kind(node)))
        if told is None:
            continue
        for key in node.attrib:
            if not str(key).startswith("{") and key not in told.attributes:
                message = detail("BPMN-133-1", kind=kind(node), key=key)
                yield found("BPMN-133", structure.source, node, message, attribute=str(key))
        for key, attribute in told.attributes.items():
            if attribute.is_needed and key not in _TOLD and node.get(key) is None:
                message = detail("BPMN-137-1", kind=kind(node), key=key)
                yield found("BPMN-137", structure.source, node, message, attribute=key)


def complete(structure: Structure) -> Iterator[Finding]:
    """BPMN-136: a child that an element cannot be without."""
    for node in structure.elements:
        told = grammar(str(kind(node)))
        if told is None or not told.needed:
            continue
        inside = {str(kind(each)) for each in children(node)} & told.children.keys()
        for place in told.needed:
            if not any(told.children[each] is place for each in inside):
                message = detail("BPMN-136-1", kind=kind(node), child=place.name.lstrip("@"))
                yield found("BPMN-136", structure.source, node, message)


def foreign(structure: Structure) -> Iterator[Finding]:
    """BPMN-138: an element of another namespace that stands outside the extensions."""
    for node in structure.foreign:
        parent = node.getparent()
        around = node if parent is None else parent
        message = detail("BPMN-138-1", localname=etree.QName(node).localname)
        yield found("BPMN-138", structure.source, around, message)


def names(structure: Structure) -> Iterator[Finding]:
    """BPMN-141: an id that XML does not take for one."""
    for node in structure.elements:
        if id_of(node) and _NAME.fullmatch(id_of(node)) is None:
            message = detail("BPMN-141-1", id=id_of(node))
            yield found("BPMN-141", structure.source, node, message)


REFUSING = (known, counted, typed)
LOOKS = (ordered, attributes, complete, foreign, names)
