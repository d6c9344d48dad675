"""A month of the calendar a reader chose: Jalali or Gregorian, in weeks from Saturday."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

from babel.dates import get_month_names

from engine.values import MONTHS, JalaliDate
from engine.values.jalali import month_length
from webapp.manner import Calendar

#: the days of a week by ``date.weekday()``, Saturday first
WEEK: Final = (5, 6, 0, 1, 2, 3, 4)

Cell = TypeVar("Cell")


@dataclass(frozen=True, slots=True)
class Month:
    """The days of one month, whatever the calendar."""

    calendar: Calendar
    year: int
    number: int
    days: tuple[date, ...]

    @classmethod
    def holding(cls, on: date, calendar: Calendar) -> Month:
        """Return the month a day lies in.

        Raises:
            InvalidValue: ``CAL-001``, outside the years of the Jalali calendar.

        >>> Month.holding(date(2026, 7, 25), "jalali").days[0]
        datetime.date(2026, 7, 23)
        """
        named = JalaliDate.of(on)
        if calendar == "jalali":
            first = JalaliDate(named.year, named.month, 1).gregorian()
            count = month_length(named.year, named.month)
            return cls(calendar, named.year, named.month, _days(first, count))
        first = on.replace(day=1)
        count = ((first + timedelta(days=31)).replace(day=1) - first).days
        return cls(calendar, on.year, on.month, _days(first, count))

    @property
    def before(self) -> date:
        """The last day of the month before."""
        return self.days[0] - timedelta(days=1)

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return self.days[-1] + timedelta(days=1)

    def name(self, language: str) -> str:
        """Return what the month is called, without its year."""
        if self.calendar == "jalali":
            return MONTHS[language][self.number - 1]
        return str(get_month_names("wide", locale=language)[self.number])

    def weeks(self, cells: Sequence[Cell]) -> list[list[Cell | None]]:
        """Return what stands for each day in rows of a week, Saturday first."""
        filled: list[Cell | None] = [None] * WEEK.index(self.days[0].weekday())
        filled += cells
        filled += [None] * (-len(filled) % 7)
        return [filled[at : at + 7] for at in range(0, len(filled), 7)]


def week_end(on: date) -> date:
    """Return the Friday that ends a day's week.

    >>> week_end(date(2026, 7, 25))
    datetime.date(2026, 7, 31)
    """
    return on + timedelta(days=6 - WEEK.index(on.weekday()))


def _days(first: date, count: int) -> tuple[date, ...]:
    return tuple(first + timedelta(days=each) for each in range(count))
