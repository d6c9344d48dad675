"""A test as analysts write it: what is given, what is done, what is expected in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from engine.play import Act, Answer, Fail, Message, Move, Signal, Start, Succeed


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes, counted from where the clock stands."""

    span: timedelta


Deed: TypeAlias = Act | Wait


@dataclass(frozen=True, slots=True)
class Expectation:
    """What should stand after a step; what is ``None`` or empty is not looked at.

    A step that is refused, or goes wrong, without being expected to, breaks a test by itself.
    """

    case: int = 1  #: whose end and values: cases are counted as they begin
    open: Mapping[str, str] | None = None  #: exactly these tasks: element -> desk, role, or ``""``
    held: tuple[str, ...] | None = None  #: exactly these steps wait for work outside
    ended: str | None = None  #: the end event reached; ``""``: the case still runs
    values: Mapping[str, Any] = field(default_factory=dict)
    empty: tuple[str, ...] = ()  #: variables that hold nothing
    decided: Mapping[str, Any] = field(default_factory=dict)  #: decision task -> what came out
    passed: tuple[str, ...] = ()  #: elements and flows gone through by this step
    not_passed: tuple[str, ...] = ()
    timers: Mapping[str, str] = field(default_factory=dict)  #: element -> moment, or ``""``
    due: Mapping[str, str] = field(default_factory=dict)  #: open task -> day of its deadline
    refused: tuple[str, ...] = ()  #: codes, each alone or with the field: ``STM-013 lines``
    failed: tuple[str, ...] = ()  #: elements at which something went wrong


NOTHING: Final = Expectation()


@dataclass(frozen=True, slots=True)
class Step:
    """Something is done, and what should stand then."""

    deed: Deed
    note: str = ""  #: a sentence, for readers
    expect: Expectation = NOTHING


@dataclass(frozen=True, slots=True)
class Scenario:
    """One test of an area."""

    title: Mapping[str, str]  #: a sentence, by language: ``fa``, ``en``, or both
    at: datetime  #: when it begins, aware
    steps: tuple[Step, ...]

    def titled(self, language: str) -> str:
        """Return its sentence in a language, or in the one it has."""
        return self.title.get(language) or next(iter(self.title.values()), "")

    def acts(self) -> tuple[Act, ...]:
        """Return what is done, each wait as the moment that it leads to."""
        return tuple(self._acts())

    def _acts(self) -> Iterator[Act]:
        clock = self.at
        for each in self.steps:
            deed = each.deed
            act = Move(clock + deed.span) if isinstance(deed, Wait) else deed
            clock = act.to if isinstance(act, Move) else clock
            yield act


def element_of(deed: Deed) -> str | None:
    """Return the element of the diagram that something is done at."""
    return deed.element if isinstance(deed, Start | Answer | Succeed | Fail) else None


def values_of(deed: Deed) -> Mapping[str, Any]:
    """Return the values that are given with something."""
    return deed.values if isinstance(deed, Start | Answer | Succeed | Message | Signal) else {}
