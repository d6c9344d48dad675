"""What a press of a button in the form editor does to the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from forms import editing
from forms.document import Document, Place
from forms.editing import Done
from forms.filling import filled
from forms.fresh import fresh
from forms.vocabulary import COMPONENTS
from webapp.studio.forms.words import PAGE, kind_name
from webapp.texts import texts_in

DEEPEST: Final = 20

_MOVES: Final[Mapping[str, Callable[[Document, Place], Done]]] = {
    "up": editing.raised,
    "down": editing.lowered,
    "into": editing.entered,
    "out": editing.left,
    "twin": editing.duplicated,
    "remove": editing.removed,
}


def place_of(text: str) -> Place:
    """Return the place that an address names: ``0.2``; the form itself where it names none."""
    numbers = text.split(".")[:DEEPEST] if text else []
    if not all(each.isascii() and each.isdigit() and len(each) < 6 for each in numbers):
        return ()
    return tuple(map(int, numbers))


def named(at: Place) -> str:
    """Return a place as addresses name it."""
    return ".".join(map(str, at))


def done(document: Document, at: Place, act: str, posted: Mapping[str, str]) -> Done:
    """Take what was typed for the component looked at, then do what was pressed.

    Args:
        act: ``add:rial``, ``add:rial:0.2``, ``use:amount``, ``up``, ``put:0.2``, …; nothing only
            takes what was typed. What is unknown does nothing.
    """
    if document.at(at) is None:
        at = ()
    document = filled(document, at, posted)
    name, _, given = act.partition(":")
    if name in _MOVES and at:
        return _MOVES[name](document, at)
    if name == "add":
        return _added(document, at, *given.partition(":")[::2])
    if name == "use" and given:
        return _used(document, at, given)
    if name == "put" and at:
        return editing.put(document, place_of(given), at)
    if name == "select":
        return document, place_of(given)
    return document, at


def _added(document: Document, at: Place, kind: str, before: str) -> Done:
    if kind not in COMPONENTS and kind != PAGE:
        return document, at
    name = texts_in("fa").gettext(kind_name(kind))
    component = fresh("group" if kind == PAGE else kind, document, name, kind)
    if kind == PAGE:
        component["divan"] = {"page": True}
    # what is dragged stands at the end first, where it moves nothing that was pointed at
    after = () if before else at
    done = editing.added(document, after, component, as_page=kind == PAGE)
    document, at = _in_english(*done, kind)
    return editing.put(document, place_of(before), at) if before else (document, at)


def _used(document: Document, at: Place, variable: str) -> Done:
    """Add a question for a variable that the process uses."""
    component = fresh("textfield", document, variable, variable)
    return editing.added(document, at, component)


def _in_english(document: Document, at: Place, kind: str) -> Done:
    """Say in English, too, what a new component is called until somebody calls it otherwise."""
    own = document.at(at) or {}
    path = document.paths.get(at, "")
    if not ({"label", "text"} & {*own}) or not path:
        return document, at
    return document.with_words({("forms", path): kind_name(kind).capitalize()}), at
