"""Reports that people have sent to them by mail, every day, week or month."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id
from engine.values import JalaliDate

_SATURDAY: Final = 5  #: by ``date.weekday()``: the first day of the week


class Every(enum.Enum):
    """How often."""

    DAY = "day"
    MISSED = "missed"  #: on each working day on which fewer deadlines were kept than asked
    WEEK = "week"  #: on its first working day
    MONTH = "month"  #: on the first working day of the Jalali month


class Report(Base):
    """One person's report about one process."""

    __tablename__ = "report"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    process_id: Mapped[str]
    unit: Mapped[str | None]  #: whose cases, and whose calendar; ``None``: all, and the city's
    days: Mapped[int]  #: back from when it is sent
    every: Mapped[str]
    chart: Mapped[str | None]  #: measure and split of the reader's own; ``None``: all figures
    created_at: Mapped[datetime]
    sent_on: Mapped[date]  #: the last day it was sent, or the one it was asked for

    def is_due(self, today: date) -> bool:
        """Tell whether it has not been sent in the day, week or month that ``today`` is in."""
        return span_of(Every(self.every), self.sent_on) < span_of(Every(self.every), today)


def span_of(every: Every, on: date) -> tuple[int, int, int]:
    """Return which day, week or month a day is in: later ones compare as greater.

    >>> span_of(Every.WEEK, date(2026, 11, 20)) < span_of(Every.WEEK, date(2026, 11, 21))
    True
    >>> span_of(Every.MONTH, date(2026, 11, 21)) == span_of(Every.MONTH, date(2026, 11, 22))
    False
    """
    if every is Every.MONTH:
        jalali = JalaliDate.of(on)
        return jalali.year, jalali.month, 0
    if every is Every.WEEK:
        on -= timedelta(days=(on.weekday() - _SATURDAY) % 7)
    return on.year, on.month, on.day
