"""The S-curve of a contract as geometry: time against cumulative value.

Charts keep left to right in Persian too; the table under the drawing says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.values import Rial
from processes.contractor_statement.queries.contracts import ContractPage, CurvePoint

WIDTH: Final = 760
HEIGHT: Final = 300
LEFT, RIGHT, TOP, BOTTOM = 56, 20, 16, 36
_TIME_TICKS: Final = 6
_PERCENTS: Final = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a line, in drawing units."""

    x: float
    y: float
    no: int
    value: Rial


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A day on the time axis."""

    x: float
    on: date


@dataclass(frozen=True, slots=True)
class ValueTick:
    """A share of the initial amount on the value axis."""

    y: float
    percent: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Everything the drawing needs."""

    certified: tuple[Mark, ...]
    claimed: tuple[Mark, ...]
    times: tuple[TimeTick, ...]
    values: tuple[ValueTick, ...]
    right: float = WIDTH - RIGHT
    left: float = LEFT
    bottom: float = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def certified_path(self) -> str:
        """The points attribute of the certified line, from the start of the contract."""
        return self._path(self.certified)

    @property
    def claimed_path(self) -> str:
        """The points attribute of the claimed line."""
        return self._path(self.claimed)

    def _path(self, marks: Sequence[Mark]) -> str:
        start = f"{self.left},{self.bottom}"
        return " ".join([start, *(f"{each.x},{each.y}" for each in marks)])


def curve_of(page: ContractPage) -> Curve:
    """Return the drawing of a contract's progress."""
    contract = page.contract
    points = (*page.certified_points, *page.claimed_points)
    start = min([contract.started_on, *(each.on for each in points)])
    end = max([page.life.ends_on, *(each.on for each in points)])
    top = max([contract.initial_amount, *(each.value for each in points)])
    scale = _Scale(start, max(end, start + timedelta(days=1)), max(top, Rial(1)))
    return Curve(
        certified=scale.marks(page.certified_points),
        claimed=scale.marks(page.claimed_points),
        times=scale.times(),
        values=tuple(
            ValueTick(scale.y(Rial(contract.initial_amount.amount * percent // 100)), percent)
            for percent in _PERCENTS
        ),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    start: date
    end: date
    top: Rial

    def x(self, on: date) -> float:
        share = (on - self.start).days / (self.end - self.start).days
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: Rial) -> float:
        thousandths = value.amount * 1000 // self.top.amount
        return round(HEIGHT - BOTTOM - thousandths * (HEIGHT - TOP - BOTTOM) / 1000, 1)

    def marks(self, points: Sequence[CurvePoint]) -> tuple[Mark, ...]:
        ordered = sorted(points, key=lambda each: (each.on, each.no))
        return tuple(Mark(self.x(e.on), self.y(e.value), e.no, e.value) for e in ordered)

    def times(self) -> tuple[TimeTick, ...]:
        days = (self.end - self.start).days
        marks = [
            self.start + timedelta(days=days * i // (_TIME_TICKS - 1)) for i in range(_TIME_TICKS)
        ]
        return tuple(TimeTick(self.x(on), on) for on in marks)
