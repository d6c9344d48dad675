"""Tells two trees apart: who is whose counterpart, and what is different about them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.changes.tree import Added, Change, Changed, Key, Moved, Part, Place, Removed, keyed


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two trees and what makes the newer of the older."""

    old: Part
    new: Part
    changes: tuple[Change, ...]  #: in the order of the older tree
    pairs: Mapping[Place, tuple[Part, Part]]  #: counterparts that differ, by place


def compare(old: Part, new: Part) -> Comparison:
    """Tell what makes ``new`` of ``old``: the two roots are counterparts, whatever they say.

    Children are counterparts when tag and mark are the same; of several such, first those that
    say the same, then one after the other. A part is moved when its place among the siblings
    that stay is another; as few as can be are called so.

    Raises:
        ValueError: the roots are of different kinds; nothing makes one of the other.
    """
    if (old.tag, old.mark) != (new.tag, new.mark):
        raise ValueError(f"{old.tag} and {new.tag} cannot be compared")
    changes: list[Change] = []
    pairs: dict[Place, tuple[Part, Part]] = {}
    todo: list[tuple[Place, Part, Part]] = [((), old, new)]
    while todo:
        place, one, other = todo.pop()
        if one.says_what(other):
            continue
        pairs[place] = one, other
        changes += _facts(place, one, other)
        found = list(_counterparts(one.parts, other.parts))
        changes += _children(place, one, other, found)
        todo += [
            ((*place, key), one.parts[before], other.parts[after])
            for key, before, after in reversed(found)
        ]
    return Comparison(old, new, tuple(changes), pairs)


def _facts(place: Place, old: Part, new: Part) -> Iterator[Changed]:
    for name in dict.fromkeys((*old.facts, *new.facts)):
        before, after = old.facts.get(name), new.facts.get(name)
        if before != after:
            yield Changed(place, name, before, after)


def _children(
    place: Place, old: Part, new: Part, found: Sequence[tuple[Key, int, int]]
) -> Iterator[Change]:
    stays = {before for _, before, _ in found}
    for at, (key, part) in enumerate(keyed(old.parts)):
        if at not in stays:
            yield Removed((*place, key), part)
    came = {after for _, _, after in found}
    for at, part in enumerate(new.parts):
        if at not in came:
            yield Added(place, part, at)
    unmoved = _rising([after for _, _, after in found])
    for key, _, after in found:
        if after not in unmoved:
            yield Moved((*place, key), after)


def _counterparts(old: tuple[Part, ...], new: tuple[Part, ...]) -> Iterator[tuple[Key, int, int]]:
    """Yield who is whose, as key in the old list and numbers in both, in the old order."""
    found: dict[int, int] = {}
    _pair(old, new, found)
    if len(found) < len(old):
        _pair([_known(each) for each in old], [_known(each) for each in new], found)
    for at, (key, _) in enumerate(keyed(old)):
        if at in found:
            yield key, at, found[at]


def _known(part: Part) -> tuple[str, str]:
    return part.tag, part.mark


def _pair(old: Sequence[Hashable], new: Sequence[Hashable], found: dict[int, int]) -> None:
    """Add the numbers of equal ones to ``found``, in order, but for those that are in it."""
    taken = set(found.values())
    free: dict[Hashable, deque[int]] = defaultdict(deque)
    for at, each in enumerate(new):
        if at not in taken:
            free[each].append(at)
    for at, each in enumerate(old):
        if at not in found and free[each]:
            found[at] = free[each].popleft()


def _rising(numbers: Sequence[int]) -> frozenset[int]:
    """Return the numbers of a longest rising run through a list of different numbers."""
    ends: list[int] = []  # the least number that a run of each length ends with
    places: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
        places.append(at)
    found, length = set(), len(ends) - 1
    for number, at in zip(reversed(numbers), reversed(places), strict=True):
        if at == length:
            found.add(number)
            length -= 1
    return frozenset(found)
