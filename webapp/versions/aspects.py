"""Which element of a diagram a change is about, and what about it: what is said in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from engine.changes import Changed, Key, Moved
from webapp.kinds import KINDS
from webapp.versions.names import local
from webapp.versions.sentences import Entry
from webapp.versions.sides import Sides, ends_of

What: TypeAlias = Literal[
    "added",
    "removed",
    "kind",  #: another kind of element with the same id, or in another sub-process
    "lane",
    "route",  #: where a way begins and leads
    "when",  #: the condition of a way
    "default",
    "turn",  #: in which order the ways of a gateway are looked at
    "timer",
    "words",  #: the text of a description or note
    "fact",  #: an attribute
    "drawing",
    "order",  #: in the file; nothing follows from it
    "other",
]

_LINKS: Final = frozenset({"incoming", "outgoing"})
_ASKING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})

#: attributes that say more than a value
_OF_FACTS: Final[Mapping[str, What]] = {
    "sourceRef": "route",
    "targetRef": "route",
    "default": "default",
}


class Aspect(NamedTuple):
    """What several changes of one element come to."""

    element: str  #: id; of what belongs to no element, nothing
    what: What
    detail: str = ""  #: the name of a fact, the kind of a text, the number of the change


def aspect_of(entry: Entry, sides: Sides) -> Aspect:
    """Return what a change of a diagram is about."""
    names = [local(each.tag) for each in entry.way]
    if "BPMNDiagram" in names:
        return _of_drawing(entry.way, sides)
    if names[-1] == "flowNodeRef":
        return _of_lane(entry, sides)
    if names[-1] in _LINKS and entry.way[-1].mark:
        return _of_link(entry, sides)
    at = innermost(entry.way)
    if at is None:
        return Aspect("", "other", str(entry.number))
    if at == len(names) - 1 and not isinstance(entry.change, Changed):
        return _whole(entry, sides)
    return _inside(entry.way[at].mark, names[at + 1 :], entry)


def innermost(way: tuple[Key, ...]) -> int | None:
    """Return the number of the innermost element with a name of its own on a way."""
    found = (at for at, each in enumerate(way) if each.mark and local(each.tag) in KINDS)
    return max(found, default=None)


def _of_drawing(way: tuple[Key, ...], sides: Sides) -> Aspect:
    drawn = [sides.shapes[each.mark] for each in way if each.mark in sides.shapes]
    element_id = drawn[-1] if drawn else ""
    return Aspect(element_id, sides.came_or_went(element_id) or "drawing")


def _of_lane(entry: Entry, sides: Sides) -> Aspect:
    if isinstance(entry.change, Moved):
        return Aspect(entry.way[-2].mark, "order")
    element_id = entry.way[-1].mark
    return Aspect(element_id, sides.came_or_went(element_id) or "lane")


def _of_link(entry: Entry, sides: Sides) -> Aspect:
    """What an element says of its ways follows from what the ways say."""
    flow = entry.way[-1].mark
    if not isinstance(entry.change, Moved):
        if told := sides.came_or_went(flow):
            return Aspect(flow, told)
        is_known = flow in sides.was and flow in sides.now
        if is_known and ends_of(flow, sides.was) != ends_of(flow, sides.now):
            return Aspect(flow, "route")
    return Aspect(entry.way[-2].mark, "order")


def _whole(entry: Entry, sides: Sides) -> Aspect:
    element_id = entry.way[-1].mark
    if isinstance(entry.change, Moved):
        is_way = local(entry.way[-1].tag) == "sequenceFlow"
        return Aspect(element_id, "turn" if is_way and _is_asked(element_id, sides) else "order")
    return Aspect(element_id, sides.came_or_went(element_id) or "kind")


def _is_asked(flow: str, sides: Sides) -> bool:
    """Tell whether it matters in which order the ways beside this one are looked at."""
    source = sides.now.get(ends_of(flow, sides.now)[0]) if flow in sides.now else None
    return source is not None and local(source.part.tag) in _ASKING


def _inside(element_id: str, inner: list[str], entry: Entry) -> Aspect:
    change = entry.change
    if isinstance(change, Changed) and not inner:
        what = _OF_FACTS.get(change.name)
        return Aspect(element_id, what) if what else Aspect(element_id, "fact", change.name)
    if "timerEventDefinition" in inner:
        return Aspect(element_id, "timer")
    if inner[0] == "conditionExpression":
        return Aspect(element_id, "when")
    if inner[0] in ("documentation", "text"):
        return Aspect(element_id, "words", inner[0])
    return Aspect(element_id, "other", str(entry.number))
