"""A form file as it is edited: its JSON with everything in it, and its texts in another language.

Nothing here needs the file to be right: what is no list of components has none, and what the
editor does not know stays where it is.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

Json = dict[str, Any]
#: Where a component stands: its number, below that its number in the group, and so on.
Place = tuple[int, ...]
#: A text of another language by its way: ``("options", "kind", "goods")``, the form left out.
Words = Mapping[tuple[str, ...], str]

DEEPEST: Final = 60  #: objects and lists inside one another; a form has at most 12 components so
CONTAINERS: Final = frozenset({"group", "dynamiclist"})
#: Only shown, and found by an id or by their number
_VIEWS: Final = frozenset({"table", "image", "documentPreview", "separator", "spacer"})


class Unreadable(ValueError):
    """A file is no form that could be edited component by component."""


@dataclass(frozen=True)
class Document:
    """A form that is being edited. Its JSON is never changed, only replaced."""

    json: Json
    words: Words = field(default_factory=dict)

    @property
    def places(self) -> Iterator[tuple[Place, Json]]:
        """Yield every component with its place, in the order of the file."""
        yield from _places(self.json, ())

    @property
    def paths(self) -> dict[Place, str]:
        """The path of each component, by which its texts in another language are found."""
        return dict(_paths(self.json, (), "", "", _Count()))

    def inside(self, place: Place) -> list[Any]:
        """Return what stands in a container, or in the form itself."""
        return components(self.json if not place else self.at(place) or {})

    def at(self, place: Place) -> Json | None:
        """Return the component at a place."""
        found = self.json
        for number in place:
            inner = components(found)
            if number >= len(inner) or not isinstance(inner[number], dict):
                return None
            found = inner[number]
        return found if place else None

    def with_words(self, changed: Mapping[tuple[str, ...], str]) -> Document:
        """Return it with some texts of the other language; an empty one goes."""
        words = {**self.words, **changed}
        return replace(self, words={way: text for way, text in words.items() if text})


def components(json: Json) -> list[Any]:
    """Return what a form or a container holds; nothing where it is no list."""
    found = json.get("components")
    return found if isinstance(found, list) else []


def read(text: str, words: Words | None = None) -> Document:
    """Read a form file to edit it.

    Raises:
        Unreadable: it is no JSON object, or nested so deep that nobody could.
    """
    try:
        json_ = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    if not isinstance(json_, dict):
        raise Unreadable("no object")
    _must_be_plain(json_, DEEPEST)
    return Document(json_, dict(words or {}))


def _must_be_plain(value: Any, deeper: int) -> None:
    if not deeper:
        raise Unreadable("too deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise Unreadable(f"{value} is no number of JSON")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        _must_be_plain(each, deeper - 1)


def written(document: Document, before: str) -> str:
    """Return the text of a form file, in the manner of the one it was; of the same, the same."""
    try:
        if before and json.loads(before) == document.json:
            return before
    except (ValueError, RecursionError):
        pass
    indent = _INDENT.search(before)
    text = json.dumps(
        document.json,
        ensure_ascii="\\u" in before and before.isascii(),
        indent=indent[1] if indent else 2,
    )
    return text + "\n" * (before.endswith("\n") or not before)


_INDENT: Final = re.compile(r"^\{\s*?\n([ \t]+)\"")


def _places(json_: Json, before: Place) -> Iterator[tuple[Place, Json]]:
    for number, each in enumerate(components(json_)):
        if isinstance(each, dict):
            yield (*before, number), each
            if each.get("type") in CONTAINERS:
                yield from _places(each, (*before, number))


@dataclass
class _Count:
    """How many components without a name came before, as the parser counts them."""

    nameless: int = 0

    def name(self, kind: str) -> str:
        self.nameless += 1
        return f"{kind}{self.nameless}"


def _paths(
    json_: Json, place: Place, before: str, path: str, count: _Count
) -> Iterator[tuple[Place, str]]:
    """Yield the paths of `forms.schema.Form.changed`.

    Args:
        before: what paths in this list begin with; ``path``: of the groups around, in it.
    """
    for number, each in enumerate(components(json_)):
        if not isinstance(each, dict):
            continue
        here, kind = (*place, number), each.get("type")
        name = str(each.get("key") or each.get("id") or "")
        if kind == "group":
            name = name or count.name("group")
            yield here, before + name
            inner = each.get("path")
            inside = f"{path}{inner}." if isinstance(inner, str) and inner else path
            yield from _paths(each, here, before, inside, count)
        elif kind == "dynamiclist":
            name = path + str(each.get("path") or each.get("key") or "")
            yield here, before + name
            yield from _paths(each, here, f"{before}{name}/", "", count)
        elif kind == "text":
            yield here, before + str(each.get("id") or name)
        elif kind in _VIEWS:
            yield here, before + (name or count.name("view"))
        elif kind != "button":
            yield here, before + path + str(each.get("key") or "")
