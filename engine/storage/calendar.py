"""The working calendar as it stands in the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.calendar import Holiday, Weekend
from engine.values import WorkingCalendar


def working_calendar(session: Session) -> WorkingCalendar:
    """Return the calendar in force: every weekend with its first day, every known holiday."""
    weekends = [
        (row.valid_from, frozenset(int(each) for each in row.days.split(",") if each))
        for row in session.scalars(select(Weekend).order_by(Weekend.valid_from))
    ]
    return WorkingCalendar(
        weekend=weekends[0][1] if weekends else frozenset(),
        holidays=frozenset(session.scalars(select(Holiday.on))),
        changes=tuple(weekends[1:]),
    )
