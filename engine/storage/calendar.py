"""The working calendar as it stands in the database."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import CompoundSelect, null, select, union_all
from sqlalchemy.orm import Session

from engine.model.calendar import Holiday, Weekend
from engine.values import WorkingCalendar

_CALENDAR: Final[CompoundSelect[Any]] = union_all(
    select(Weekend.valid_from, Weekend.days), select(Holiday.on, null())
)


def working_calendar(session: Session) -> WorkingCalendar:
    """Return the calendar in force: every weekend with its first day, every known holiday."""
    rows = session.execute(_CALENDAR).all()
    weekends = sorted(
        (on, frozenset(int(each) for each in days.split(",") if each))
        for on, days in rows
        if days is not None
    )
    return WorkingCalendar(
        weekend=weekends[0][1] if weekends else frozenset(),
        holidays=frozenset(on for on, days in rows if days is None),
        changes=tuple(weekends[1:]),
    )
