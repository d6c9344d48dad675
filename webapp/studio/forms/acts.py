"""What a press of a button in the form editor does to the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from forms import editing
from forms.document import Document, Place
from forms.editing import Done
from forms.filling import filled
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
        act: ``add:rial``, ``use:amount``, ``up``, ``put:0.2``, ``row-up:values:1``, …; nothing
            only takes what was typed. What is unknown does nothing.
    """
    if document.at(at) is None:
        at = ()
    document = filled(document, at, posted)
    name, _, given = act.partition(":")
    if name in _MOVES and at:
        return _MOVES[name](document, at)
    if name == "add" and (given in COMPONENTS or given == PAGE):
        return _added(document, at, given)
    if name == "use" and given:
        return _used(document, at, given)
    if name == "put" and at:
        return editing.put(document, place_of(given), at)
    if name == "select":
        return document, place_of(given)
    return document, at


def _added(document: Document, at: Place, kind: str) -> Done:
    name = texts_in("fa").gettext(kind_name(kind))
    if kind != PAGE:
        return _in_english(*editing.added(document, at, editing.fresh(kind, document, name)), kind)
    page = editing.fresh("group", document, name, PAGE) | {"divan": {"page": True}}
    return _in_english(*editing.added(document, (), page, as_page=True), kind)


def _used(document: Document, at: Place, variable: str) -> Done:
    """Add a question for a variable that the process uses."""
    component = editing.fresh("textfield", document, variable, variable)
    return editing.added(document, at, component)


def _in_english(document: Document, at: Place, kind: str) -> Done:
    """Say in English, too, what a new component is called until somebody calls it otherwise."""
    own = document.at(at) or {}
    path = document.paths.get(at, "")
    if not ({"label", "text"} & {*own}) or not path:
        return document, at
    return document.with_words({("forms", path): kind_name(kind).capitalize()}), at
