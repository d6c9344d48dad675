"""The files of a bundle as one tree, whatever they are written in.

Counted is what a file says, not how it is written down: for diagrams and decisions see
`engine.bpmn.interchange.canonical`; of JSON and TOML the order of members, indentation and
comments say nothing. What is none of these is one fact, its text.

Facts of JSON and TOML are written as JSON (``"5"`` is a text, ``5`` a number), those of XML as
they stand. A member that is an object or a list is a part of its own, a list's tag ends in ``[]``.
"""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from engine.bpmn.interchange import tree
from engine.catalogue.bundle import Bundle
from engine.changes import Part

FILE: Final = "file"
ITEM: Final = "item"
ITEMS: Final = "[]"  #: what the tag of a list ends in
RAW: Final = "content"  #: the fact that is a whole file
DEEPEST: Final = 64  #: how far objects of a file may lie inside one another to be looked into

#: what an object in a list is known by, the first it has: fields of forms, columns, choices
_MARKS: Final = ("key", "id", "value")


def tree_of(bundle: Bundle, read: Mapping[str, Part] = MappingProxyType({})) -> Part:
    """Return all files of a bundle as one tree, a part for each.

    Args:
        read: files that need not be read once more, by name.
    """
    files = bundle.files.items()
    return Part(
        "bundle", parts=tuple(read.get(name) or file_tree(name, each) for name, each in files)
    )


def plain(fact: str | None) -> Any:
    """Return what a fact of JSON or TOML says; ``None`` too where there is none."""
    return None if fact is None else json.loads(fact, parse_float=Decimal)


def value_of(part: Part) -> Any:
    """Return what a part of JSON or TOML says, as the file's own reader would."""
    if part.tag.endswith(ITEMS):
        return [
            plain(each.facts[""]) if "" in each.facts else value_of(each) for each in part.parts
        ]
    facts = {name: plain(each) for name, each in part.facts.items()}
    return facts | {each.tag.removesuffix(ITEMS): value_of(each) for each in part.parts}


def file_tree(name: str, content: bytes) -> Part:
    """Return what a file says; one that cannot be read says its text."""
    try:
        return Part(FILE, name, parts=(_read(name, content),))
    except (ValueError, RecursionError):
        return Part(FILE, name, {RAW: _text(content)})


def _read(name: str, content: bytes) -> Part:
    """Return what a file says.

    Raises:
        ValueError: it is not what its name says, or in no form that is known.
    """
    if name.endswith((".bpmn", ".dmn")):
        return tree(content)
    if name.endswith((".form", ".json")):
        said = json.loads(content, parse_float=_Figure, parse_constant=_no_number)
    elif name.endswith(".toml"):
        said = tomllib.loads(content.decode(), parse_float=_Figure)
    else:
        raise _NoTree(name)
    if not isinstance(said, dict):
        raise _NoTree(f"{name} is no object")
    return _object("object", "", said, DEEPEST)


class _NoTree(ValueError):
    """A file is none that says things by name."""


class _Figure(str):
    """A number as it is written: 1.10 is not made 1.1."""

    __slots__ = ()


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def _object(tag: str, mark: str, members: Mapping[str, Any], depth: int) -> Part:
    facts, parts = {}, []
    for name in sorted(members):
        value = members[name]
        if isinstance(value, dict | list):
            parts.append(_inner(name, "", value, depth))
        else:
            facts[name] = _written(value)
    return Part(tag, mark, facts, tuple(parts))


def _inner(tag: str, mark: str, value: Any, depth: int) -> Part:
    if depth == 0:
        raise _NoTree("too deep")
    if isinstance(value, dict):
        return _object(tag, mark, value, depth - 1)
    return Part(f"{tag}{ITEMS}", parts=tuple(_item(each, depth - 1) for each in value))


def _item(value: Any, depth: int) -> Part:
    if isinstance(value, dict):
        name = next((each for each in _MARKS if isinstance(value.get(each), str)), None)
        return _inner(ITEM, value[name] if name else "", value, depth)
    if isinstance(value, list):
        return _inner(ITEM, "", value, depth)
    written = _written(value)
    return Part(ITEM, written, {"": written})


def _written(value: Any) -> str:
    if isinstance(value, _Figure):
        return str(value)
    if value is None or isinstance(value, str | int):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value.isoformat())  # a day or moment of TOML


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode()
