"""Makes the newer of two trees out of the older and the list of changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from engine.changes.tree import Added, Change, Changed, Key, Moved, Part, Place, Removed, keyed


@dataclass(slots=True)
class _Orders:
    """What happens to one part and its children."""

    facts: dict[str, str | None] = field(default_factory=dict)
    gone: set[Key] = field(default_factory=set)
    placed: dict[Key, int] = field(default_factory=dict)
    came: list[tuple[int, Part]] = field(default_factory=list)


def applied(old: Part, changes: Iterable[Change]) -> Part:
    """Return what a tree becomes by changes that `compare` found in it."""
    orders: dict[Place, _Orders] = defaultdict(_Orders)
    for each in changes:
        match each:
            case Changed():
                orders[each.place].facts[each.name] = each.after
            case Removed():
                orders[each.place[:-1]].gone.add(each.place[-1])
            case Moved():
                orders[each.place[:-1]].placed[each.place[-1]] = each.at
            case Added():
                orders[each.place].came.append((each.at, each.part))
    for place in list(orders):
        for length in range(len(place)):
            orders[place[:length]]  # what changes further down changes all above it
    return _made(old, (), orders)


def _made(part: Part, place: Place, orders: dict[Place, _Orders]) -> Part:
    told = orders.get(place)
    if told is None:
        return part
    facts = {**part.facts, **told.facts}
    kept: list[Part] = []
    placed = list(told.came)
    for key, each in keyed(part.parts):
        if key in told.gone:
            continue
        made = _made(each, (*place, key), orders)
        if key in told.placed:
            placed.append((told.placed[key], made))
        else:
            kept.append(made)
    for at, each in sorted(placed, key=lambda pair: pair[0]):
        kept.insert(at, each)
    return replace(
        part,
        facts={name: each for name, each in facts.items() if each is not None},
        parts=tuple(kept),
    )
