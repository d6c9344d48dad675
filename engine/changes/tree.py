"""A document as a tree of parts, and what may happen to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias


@dataclass(frozen=True, slots=True)
class Part:
    """One element, object or list of a document, with all it holds.

    Two parts are equal when they say the same, to the last fact. ``mark`` is what the part is
    known by among its siblings (an id, a key); it must stand among the facts too if the
    document says it.
    """

    tag: str  #: what kind of part it is
    mark: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work the hash out once: parts never change, and are compared again and again."""
        facts = frozenset(self.facts.items())
        object.__setattr__(self, "_hash", hash((self.tag, self.mark, facts, self.parts)))

    def __hash__(self) -> int:
        return self._hash

    def says_what(self, other: Part) -> bool:
        """Tell whether two parts are equal; quick where they are not."""
        return self is other or (self._hash == other._hash and self == other)

    def first(self, tag: str, mark: str | None = None) -> Part | None:
        """Return the first child of a kind, if there is one."""
        found = (each for each in self.parts if each.tag == tag)
        return next((each for each in found if mark is None or each.mark == mark), None)

    def walk(self) -> Iterator[Part]:
        """Yield this part and all it holds, each before what it holds."""
        todo = [self]
        while todo:
            part = todo.pop()
            yield part
            todo.extend(reversed(part.parts))


class Key(NamedTuple):
    """Which child of its parent a part is."""

    tag: str
    mark: str
    turn: int  #: from 0, among siblings with the same tag and mark


Place: TypeAlias = tuple[Key, ...]  #: the way from the root of the older tree; the root is ``()``


@dataclass(frozen=True, slots=True)
class Added:
    """A part that only the newer tree has."""

    place: Place  #: of its parent
    part: Part
    at: int  #: its number, from 0, among the children its parent has in the newer tree


@dataclass(frozen=True, slots=True)
class Removed:
    """A part that only the older tree has."""

    place: Place
    part: Part


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact that came (``before`` is ``None``), went (``after`` is ``None``) or is another now."""

    place: Place
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A part that stands elsewhere among its siblings."""

    place: Place
    at: int  #: its number in the newer tree, as of what is `Added`


Change: TypeAlias = Added | Removed | Changed | Moved


def keyed(parts: tuple[Part, ...]) -> list[tuple[Key, Part]]:
    """Return parts with their keys among one another."""
    turns: dict[tuple[str, str], int] = defaultdict(int)
    found = []
    for each in parts:
        found.append((Key(each.tag, each.mark, turns[each.tag, each.mark]), each))
        turns[each.tag, each.mark] += 1
    return found
