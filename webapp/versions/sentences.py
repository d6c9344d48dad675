"""One change, or several that are one to people, as a sentence about something with a name."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

from engine.changes import Added, Change, Key, Removed
from engine.versions import FILE, Versions
from webapp.formatting import of_expression
from webapp.manner import Manner
from webapp.texts import N_, texts_in


class Rank(enum.IntEnum):
    """How much a change matters to who has to approve it, the most first."""

    WHO = 0  #: who decides, who is told, who may not be one person
    AMOUNT = 1  #: conditions, limits, rows of decisions
    DEADLINE = 2
    STEP = 3  #: steps and ways that come or go
    FORM = 4
    WORK = 5  #: what the system does by itself
    TEXT = 6  #: names and descriptions
    REST = 7
    DRAWING = 8  #: only where things stand on the drawing, or in the file


Mark: TypeAlias = Literal["added", "removed", "changed", "moved"]
#: what is no prose in a sentence: a label and FEEL, or what a file says, each
Codes: TypeAlias = tuple[tuple[str, str], ...]
Kind: TypeAlias = Literal["element", "process", "decision", "form", "area", "file"]


class Subject(NamedTuple):
    """What a sentence is about."""

    kind: Kind
    file: str
    id: str = ""
    within: str = ""  #: the process of an element


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is different about one thing, in words."""

    subject: Subject
    text: str
    rank: Rank
    mark: Mark
    changes: frozenset[int]  #: numbers of the changes it tells
    codes: Codes = ()


class Entry(NamedTuple):
    """One change with its number and the way to what it is about, inside its file."""

    number: int
    change: Change
    way: tuple[Key, ...]  #: below the file; of a part that came, down to itself

    @property
    def mark(self) -> Mark:
        """How the change is shown."""
        match self.change:
            case Added():
                return "added"
            case Removed():
                return "removed"
        return "changed"


def by_file(versions: Versions) -> Mapping[str, list[Entry]]:
    """Return the changes of each file, those of a whole file with an empty way."""
    found: dict[str, list[Entry]] = {}
    for number, change in enumerate(versions.changes):
        way = list(change.place)
        if isinstance(change, Added):
            way.append(Key(change.part.tag, change.part.mark, 0))
        if way and way[0].tag == FILE:
            found.setdefault(way[0].mark, []).append(Entry(number, change, tuple(way[1:])))
    return found


class Saying:
    """Says things in one language, with the digits of one reader."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.texts = texts_in(manner.language)

    def say(self, text: str, **parts: str) -> str:
        """Return a text of the catalogue with what it speaks of filled in."""
        return self.texts.gettext(text) % parts

    def quoted(self, text: str) -> str:
        """Return a name or text as it stands in a sentence."""
        return f"«{text}»" if self.manner.language == "fa" else f"“{text}”"

    def listed(self, texts: Iterator[str] | list[str]) -> str:
        """Return several as one."""
        return self.texts.gettext(N_(", ")).join(texts)

    def about(self, name: str, what: str) -> str:
        """Return what a sentence is about: something of somebody; ``name`` may be nothing."""
        return self.say(N_("%(name)s, %(what)s"), name=name, what=what) if name else what

    def codes(self, before: str, after: str) -> Codes:
        """Return what stood and stands there, where it does."""
        labels = self.say(N_("before")), self.say(N_("now"))
        pairs = zip(labels, (before, after), strict=True)
        return tuple((label, each) for label, each in pairs if each)

    def value(self, value: Any) -> str:
        """Return a value as people write it."""
        match value:
            case None | "":
                return self.say(N_("nothing"))
            case bool():
                return self.say(N_("yes") if value else N_("no"))
            case int() | Decimal():
                return str(of_expression(value, self.manner).striptags())
            case list():
                return self.listed([self.value(each) for each in value])
            case dict():
                return self.listed([f"{key}: {self.value(each)}" for key, each in value.items()])
        return self.quoted(str(value))

    def turned(self, what: str, before: str, after: str) -> str:
        """Say that something is another now."""
        return self.say(
            N_("%(what)s: %(before)s → %(after)s"), what=what, before=before, after=after
        )

    def became(self, what: str, before: Any, after: Any) -> str:
        """Say that a value came, went or is another now; ``None`` is what is not there."""
        return self.became_said(
            what,
            None if before is None else self.value(before),
            None if after is None else self.value(after),
        )

    def became_said(self, what: str, before: str | None, after: str | None) -> str:
        """Say the same of values that are in words already."""
        if before is None:
            return self.say(N_("%(what)s, new: %(after)s"), what=what, after=after or "")
        if after is None:
            return self.say(N_("%(what)s, no more; it was %(before)s"), what=what, before=before)
        return self.turned(what, before, after)
