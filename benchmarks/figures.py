"""What a scenario tells: one figure each, beside its floor and what is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limit:
    """What is asked of a figure: of its ratio to the floor, or of its own value."""

    of: Literal["ratio", "value"]
    bound: float
    is_least: bool = False  #: whether the figure must reach the bound, not stay under it

    def holds(self, figure: Figure) -> bool | None:
        """Tell whether the figure keeps it; None where there is nothing to compare."""
        given = figure.ratio if self.of == "ratio" else figure.product
        if given is None:
            return None
        return given >= self.bound if self.is_least else given <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.is_least else "≤"
        return f"{sign} {self.bound:g}" + ("×" if self.of == "ratio" else "")


def times(bound: float, *, at_least: bool = False) -> Limit:
    """Ask that the ratio to the floor is at most, or at least, so much."""
    return Limit("ratio", bound, at_least)


def most(bound: float) -> Limit:
    """Ask that the value stays at or under so much."""
    return Limit("value", bound)


def least(bound: float) -> Limit:
    """Ask that the value reaches so much."""
    return Limit("value", bound, is_least=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    scenario: str  #: ``B1`` … ``B13``, ``peers``
    what: str
    unit: str
    product: float
    floor: float | None = None
    floor_is: str = ""  #: what the floor is, where the scenario has several
    ratio: float | None = None  #: the median over the rounds of product / floor
    must: Limit | None = None
    aim: Limit | None = None

    @property
    def holds(self) -> bool | None:
        """Tell whether what must be is; None where nothing is asked."""
        return self.must.holds(self) if self.must else None


def beside(  # the whole of a line
    scenario: str,
    what: str,
    unit: str,
    product: Sequence[float],
    floor: Sequence[float],
    *,
    floor_is: str = "",
    must: Limit | None = None,
    aim: Limit | None = None,
) -> Figure:
    """Return the medians of rounds that alternated, and the median of their ratios."""
    ratios = [ours / theirs for ours, theirs in zip(product, floor, strict=True) if theirs]
    return Figure(
        scenario,
        what,
        unit,
        median(product),
        median(floor),
        floor_is,
        median(ratios) if ratios else None,
        must,
        aim,
    )


@dataclass(frozen=True, slots=True)
class NotRun:
    """Why something was not measured."""

    scenario: str
    what: str
    why: str
