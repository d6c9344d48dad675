"""The parts of a pattern."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a pattern."""


@dataclass(frozen=True, slots=True)
class Characters(Piece):
    """One character of a set, which ``re`` writes as ``[inner]`` or ``[^inner]``, where it can."""

    holds: Callable[[str], bool]
    inner: str | None
    negated: bool = False

    @property
    def as_re(self) -> str | None:
        return None if self.inner is None else f"[{'^' if self.negated else ''}{self.inner}]"


@dataclass(frozen=True, slots=True)
class Edge(Piece):
    """``^`` or ``$``."""

    sign: str


@dataclass(frozen=True, slots=True)
class Group(Piece):
    """``(…)``, with its number, or ``(?:…)`` without."""

    number: int | None
    body: Piece


@dataclass(frozen=True, slots=True)
class Reference(Piece):
    r"""``\1``: what a group before it found."""

    number: int


@dataclass(frozen=True, slots=True)
class Row(Piece):
    """Parts one after the other."""

    parts: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Choice(Piece):
    """``a|b``: the first that fits."""

    branches: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Repeat(Piece):
    """``a*``, ``a{2,5}``, ``a+?``; without ``most`` as often as it goes."""

    body: Piece
    least: int
    most: int | None
    greedy: bool
