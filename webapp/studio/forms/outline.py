"""The components of a form as a list in lists, for the eye, the keyboard and a screen reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from forms.document import CONTAINERS, Document, Json, Place, components
from forms.editing import is_page
from webapp.studio.forms.panel import Wrong
from webapp.studio.forms.words import PAGE

LONGEST: Final = 60  #: characters of a label that a line shows


@dataclass(frozen=True, slots=True)
class Line:
    """One component."""

    at: Place
    kind: str
    label: str
    key: str
    is_wrong: bool
    inside: tuple[Line, ...] | None  #: of a container what it holds; ``None``: it holds nothing


def outline(document: Document, found: Sequence[Wrong], language: str) -> tuple[Line, ...]:
    """Return the lines of a form, called as readers of a language know them."""
    wrong = {each.at for each in found}
    paths = document.paths.items() if language == "en" else ()
    english = {at: document.words.get(("forms", path), "") for at, path in paths}
    return _lines(document.json, (), wrong, english)


def _lines(
    json: Json, before: Place, wrong: set[Place | None], english: Mapping[Place, str]
) -> tuple[Line, ...]:
    return tuple(
        _line(each, (*before, number), wrong, english)
        for number, each in enumerate(components(json))
        if isinstance(each, dict)
    )


def _line(
    component: Json, at: Place, wrong: set[Place | None], english: Mapping[Place, str]
) -> Line:
    kind = PAGE if is_page(component) else str(component.get("type", ""))
    is_container = component.get("type") in CONTAINERS
    return Line(
        at,
        kind,
        _short(english.get(at) or _said(component)),
        str(component.get("key") or component.get("path") or ""),
        at in wrong,
        _lines(component, at, wrong, english) if is_container else None,
    )


def _said(component: Json) -> str:
    said: Any = next(
        (component[each] for each in ("label", "text", "alt") if component.get(each)), ""
    )
    return str(said)


def _short(said: str) -> str:
    text = " ".join(said.lstrip("#").split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
