"""The components of a form as a list in lists, for the eye, the keyboard and a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
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


def outline(document: Document, found: Sequence[Wrong]) -> tuple[Line, ...]:
    """Return the lines of a form."""
    wrong = {each.at for each in found}
    return _lines(document.json, (), wrong)


def _lines(json: Json, before: Place, wrong: set[Place | None]) -> tuple[Line, ...]:
    return tuple(
        _line(each, (*before, number), wrong)
        for number, each in enumerate(components(json))
        if isinstance(each, dict)
    )


def _line(component: Json, at: Place, wrong: set[Place | None]) -> Line:
    kind = PAGE if is_page(component) else str(component.get("type", ""))
    is_container = component.get("type") in CONTAINERS
    return Line(
        at,
        kind,
        _said(component),
        str(component.get("key") or component.get("path") or ""),
        at in wrong,
        _lines(component, at, wrong) if is_container else None,
    )


def _said(component: Json) -> str:
    said: Any = next(
        (component[each] for each in ("label", "text", "alt") if component.get(each)), ""
    )
    text = " ".join(str(said).lstrip("#").split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
