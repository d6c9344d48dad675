"""The table of the standard, read: which attributes and children an element may have.

`standard.json` is made of BPMN20.xsd and Semantic.xsd (formal/2013-12-09, clause 15.3), and held to
them by a test. There an attribute is written ``name``, with ``:kind`` unless it is text, with ``!``
when it must be there; a child as in a grammar: ``?`` at most one, ``*`` any number, ``+`` at least
one, ``@group`` for every element of a group, and ``incoming:ref`` for a reference as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

#: elements that hold whatever their author likes
OPEN: Final = frozenset({"extensionElements", "documentation", "text", "script"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an attribute may be."""

    kind: str  #: id, ref, boolean, integer, text, or its values with bars between them
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Child:
    """What may stand at a place inside an element."""

    at: int  #: its place in the order of the standard
    name: str  #: of the element, or of its group after @
    is_needed: bool
    is_many: bool
    is_reference: bool


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the standard says of one element."""

    attributes: Mapping[str, Attribute]
    children: Mapping[str, Child]  #: by the name of the element that may stand there
    needed: tuple[Child, ...]


@cache
def table() -> Any:
    """Return the table as it is kept: groups, attributes and children, by name."""
    return json.loads(resources.files(__package__).joinpath("standard.json").read_bytes())


def grammar(kind: str) -> Grammar | None:
    """Return what the standard says of an element, ``None`` when it has none of the name."""
    return _grammar(kind) if kind in table()["attributes"] else None


@cache
def _grammar(kind: str) -> Grammar:
    places = [_child(at, text) for at, text in enumerate(table()["children"][kind].split())]
    children = {name: place for place in places for name in _names(place)}
    needed = tuple(each for each in places if each.is_needed)
    attributes = dict(map(_attribute, table()["attributes"][kind].split()))
    return Grammar(attributes, children, needed)


@cache
def members(group: str) -> frozenset[str]:
    """Return the elements of a group, such as flowNode."""
    return frozenset(table()["groups"].get(group, group).split())


def _names(place: Child) -> frozenset[str]:
    return members(place.name[1:]) if place.name.startswith("@") else frozenset({place.name})


def _child(at: int, text: str) -> Child:
    mark = text[-1] if text[-1] in "?*+" else ""
    name, _, reference = text.removesuffix(mark).partition(":")
    return Child(at, name, mark in ("", "+"), mark in ("*", "+"), reference == "ref")


def _attribute(text: str) -> tuple[str, Attribute]:
    name, _, kind = text.removesuffix("!").partition(":")
    return name, Attribute(kind or "text", text.endswith("!"))
