"""What an editor does to a form: each act gives another document, and where it was done.

An act that is not possible where it is asked for changes nothing. Texts in the other language
follow the components they belong to, wherever those go and whatever they are called.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from forms.document import CONTAINERS, Document, Json, Place, Words, components
from forms.fresh import everything, renamed

_TAG: Final = "\0tag"  #: marks a component while an act goes on, so that it is found again

Done = tuple[Document, Place]


def added(document: Document, after: Place, component: Json, *, as_page: bool = False) -> Done:
    """Put a component behind another one; at a container, at its end; at nothing, at the end.

    On a form of several pages everything stands on one: what would stand outside goes to the
    last page.

    Args:
        as_page: it goes to the end of the form, beside the pages.
    """
    if as_page:
        return _inserted(document, (len(document.inside(())),), component)
    target = document.at(after)
    if target is None:
        into = _last_page(document)
    elif target.get("type") in CONTAINERS:
        into = after
    else:
        return _inserted(document, (*after[:-1], after[-1] + 1), component)
    return _inserted(document, (*into, len(document.inside(into))), component)


def _last_page(document: Document) -> Place:
    top = components(document.json)
    pages = [number for number, each in enumerate(top) if is_page(each)]
    return (pages[-1],) if pages else ()


def is_page(component: Any) -> bool:
    """Tell whether a component is one page of a form of several."""
    own = component.get("divan") if isinstance(component, dict) else None
    return isinstance(own, dict) and own.get("page") is True


def removed(document: Document, at: Place) -> Done:
    """Take a component out, with all it holds; what stands there then is looked at."""
    if document.at(at) is None:
        return document, at
    changed = _moving(document, lambda json: _take(json, at))
    rest = len(changed.inside(at[:-1]))
    return changed, (*at[:-1], min(at[-1], rest - 1)) if rest else at[:-1]


def duplicated(document: Document, at: Place) -> Done:
    """Put a copy of a component behind it; the values it asks for get names of their own."""
    original = document.at(at)
    if original is None:
        return document, at
    behind = (*at[:-1], at[-1] + 1)

    def act(json: Json) -> None:
        twin = copy.deepcopy(_at(json, at))
        _holder(json, behind).insert(behind[-1], twin)
        renamed(twin, json)

    return _moving(document, act), behind


def raised(document: Document, at: Place) -> Done:
    """Put a component before the one before it, in what holds both."""
    return _swapped(document, at, -1)


def lowered(document: Document, at: Place) -> Done:
    """Put a component behind the one behind it, in what holds both."""
    return _swapped(document, at, 1)


def _swapped(document: Document, at: Place, by: int) -> Done:
    if document.at(at) is None:
        return document, at
    there = (*at[:-1], at[-1] + by)
    if not 0 <= there[-1] < len(document.inside(at[:-1])):
        return document, at

    def act(json: Json) -> None:
        siblings = _holder(json, at)
        siblings[at[-1]], siblings[there[-1]] = siblings[there[-1]], siblings[at[-1]]

    return _moving(document, act), there


def entered(document: Document, at: Place) -> Done:
    """Put a component into the group or list before it, else into the one behind it.

    A page is never put into something.
    """
    own = document.at(at)
    if own is None or is_page(own):
        return document, at
    for beside in (at[-1] - 1, at[-1] + 1):
        target = document.at((*at[:-1], beside)) if beside >= 0 else None
        if target is None or target.get("type") not in CONTAINERS:
            continue
        if not isinstance(target.get("components", []), list):
            continue
        is_before = beside < at[-1]

        def act(json: Json, beside: int = beside, is_before: bool = is_before) -> None:
            siblings = _holder(json, at)
            holder = siblings[beside].setdefault("components", [])
            holder.insert(len(holder) if is_before else 0, siblings.pop(at[-1]))

        end = len(components(target)) if is_before else 0
        return _moving(document, act), (*at[:-1], min(beside, at[-1]), end)
    return document, at


def left(document: Document, at: Place) -> Done:
    """Put a component behind the group or list it stands in; nothing leaves a page so."""
    if len(at) < 2 or document.at(at) is None or is_page(document.at(at[:-1])):
        return document, at
    there = (*at[:-2], at[-2] + 1)

    def act(json: Json) -> None:
        own = _holder(json, at).pop(at[-1])
        _holder(json, there).insert(there[-1], own)

    return _moving(document, act), there


def put(document: Document, before: Place, at: Place) -> Done:
    """Put a component where another one stands, which then follows it; for a drag.

    It goes into what holds components only, never into itself. On a form of several pages a page
    stays beside the pages, and everything else on one.
    """
    own = document.at(at)
    if own is None or not before or before[: len(at)] == at:
        return document, at
    if not _may_hold(document, before[:-1], own) or before[-1] > len(document.inside(before[:-1])):
        return document, at
    there = _after_taking(before, at)

    def act(json: Json) -> None:
        moving = _holder(json, at).pop(at[-1])
        _at(json, there[:-1]).setdefault("components", []).insert(there[-1], moving)

    return _moving(document, act), there


def _may_hold(document: Document, place: Place, own: Json) -> bool:
    if not place:
        return is_page(own) or not any(map(is_page, document.inside(())))
    holder = document.at(place) or {}
    is_list = isinstance(holder.get("components", []), list)
    return is_list and holder.get("type") in CONTAINERS and not is_page(own)


def _after_taking(there: Place, gone: Place) -> Place:
    """Return where a place is once what stood at another one is gone."""
    depth = len(gone) - 1
    if len(there) > depth and there[:depth] == gone[:depth] and there[depth] > gone[depth]:
        return (*there[:depth], there[depth] - 1, *there[depth + 1 :])
    return there


def changed(document: Document, at: Place, change: Callable[[Json], None]) -> Document:
    """Return the document with one component, or the form itself, as a function changes it."""

    def act(json: Json) -> None:
        change(_at(json, at))

    return _moving(document, act)


def _inserted(document: Document, at: Place, component: Json) -> Done:
    holder = document.json if not at[:-1] else document.at(at[:-1])
    if holder is None or not isinstance(holder.get("components", []), list):
        return document, at

    def act(json: Json) -> None:
        _at(json, at[:-1]).setdefault("components", []).insert(at[-1], component)

    return _moving(document, act), at


def _moving(document: Document, act: Callable[[Json], None]) -> Document:
    """Return the document after an act on a copy of its JSON; the other language's texts follow."""
    json = copy.deepcopy(document.json)
    for number, (_, each) in enumerate(everything(json)):
        each[_TAG] = number
    before = {component[_TAG]: path for path, component in _by_path(replace(document, json=json))}
    act(json)
    after = [
        (before.get(component.get(_TAG)), path)
        for path, component in _by_path(replace(document, json=json))
    ]
    for _, each in everything(json):
        each.pop(_TAG, None)
    return Document(json, _followed(document.words, set(before.values()), after))


def _followed(words: Words, known: set[str], after: list[tuple[str | None, str]]) -> Words:
    """Return the texts with the paths of components replaced by what they are now."""
    by_path: dict[str, dict[tuple[str, ...], str]] = {}
    kept: dict[tuple[str, ...], str] = {}
    for way, text in words.items():
        of_component = way[0] in _OF_COMPONENTS and len(way) > 1 and way[1] in known
        (by_path.setdefault(way[1], {}) if of_component else kept)[way] = text
    for old, new in after:
        if old is None:
            continue
        for way, text in by_path.get(old, {}).items():
            kept[(way[0], new, *way[2:])] = text
    return kept


_OF_COMPONENTS: Final = frozenset({"forms", "descriptions", "options"})


def _by_path(document: Document) -> Iterator[tuple[str, Json]]:
    for place, path in document.paths.items():
        component = document.at(place)
        if component is not None:
            yield path, component


def _at(json: Json, at: Place) -> Json:
    found = json
    for number in at:
        found = components(found)[number]
    return found


def _holder(json: Json, at: Place) -> list[Any]:
    return components(_at(json, at[:-1]))


def _take(json: Json, at: Place) -> None:
    del _holder(json, at)[at[-1]]
