"""What the data associations of a process connect: data objects, inputs, outputs, stores.

A data object is a variable of the process or sub-process it stands in, under its own name,
the name of a reference to it, or its id, whichever FEEL can say first (BPMN 2.0.2, 10.4.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from engine import feel
from engine.bpmn.source import Source, child, children, id_of, kind, name, tag

#: what modelers draw as the end of an arrow that nobody gave a meaning
PLACEHOLDER = "__targetRef_placeholder"
_OBJECTS = ("dataObject", "property")


@dataclass(frozen=True, slots=True)
class Place:
    """One end of a data association."""

    kind: Literal["variable", "own", "store", "drawn"]
    name: str  #: of the variable
    store: str = ""  #: id of the data store

    @property
    def is_said(self) -> bool:
        """Tell whether it is more than a drawing."""
        return self.kind != "drawn"


def places_of(process: etree._Element) -> Mapping[str, Place]:
    """Return all places of a process by id."""
    found: dict[str, Place] = {}
    references = list(process.iter(tag("dataObjectReference")))
    named = {str(each.get("dataObjectRef")): each for each in reversed(references) if name(each)}
    for each in process.iter(*(tag(one) for one in _OBJECTS)):
        found[id_of(each)] = _variable(each, named.get(id_of(each)))
    for each in references:
        known = found.get(str(each.get("dataObjectRef")))
        found[id_of(each)] = known or _variable(each, None)
    for each in process.iter(tag("dataStoreReference")):
        store = str(each.get("dataStoreRef") or id_of(each))
        found[id_of(each)] = Place("store", name_of(each), store)
    for each in process.iter(tag("dataInput"), tag("dataOutput")):
        found[id_of(each)] = _parameter(each, process)
    return found


def objects_of(scope: etree._Element, places: Mapping[str, Place]) -> tuple[str, ...]:
    """Return the variables that belong to a sub-process: its data objects and properties."""
    found = (places[id_of(each)] for each in children(scope, *_OBJECTS))
    return tuple(dict.fromkeys(each.name for each in found if each.kind == "variable"))


def name_of(node: etree._Element) -> str:
    """Return what the variable of an element is called: its name, if FEEL can say it."""
    told = name(node)
    return told if told and _can_say(told) else id_of(node)


def stores_of(source: Source) -> Iterator[tuple[etree._Element, str]]:
    """Yield the data store references of a file with the stores they mean."""
    for each in source.root.iter(tag("dataStoreReference")):
        yield each, str(each.get("dataStoreRef") or id_of(each))


def _variable(node: etree._Element, reference: etree._Element | None) -> Place:
    if name(node) == PLACEHOLDER:
        return Place("drawn", PLACEHOLDER)
    told = name_of(node)
    if told == id_of(node) and reference is not None:
        said = name_of(reference)
        told = said if said != id_of(reference) else told
    return Place("variable", told)


def _parameter(node: etree._Element, process: etree._Element) -> Place:
    """Return an input or output: of the process a variable, of an activity its own."""
    if not name(node):
        return Place("drawn", id_of(node))
    group = node.getparent()
    owner = None if group is None else group.getparent()
    is_of_process = owner is process and group is child(process, "ioSpecification")
    return Place("variable" if is_of_process else "own", name_of(node))


def _can_say(text: str) -> bool:
    try:
        return feel.compile_expression(text).names == {text}
    except feel.FeelSyntaxError:
        return False


def is_association(node: etree._Element) -> bool:
    """Tell whether an element is a data association."""
    return kind(node) in ("dataInputAssociation", "dataOutputAssociation")
