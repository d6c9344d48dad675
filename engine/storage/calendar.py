"""The working calendar as it stands in the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.calendar import Holiday, Weekend
from engine.values import WorkingCalendar


def working_calendar(session: Session) -> WorkingCalendar:
    """Return the calendar in force: the latest weekend and every known holiday."""
    weekend = session.scalar(select(Weekend.days).order_by(Weekend.valid_from.desc()).limit(1))
    days = frozenset(int(each) for each in (weekend or "").split(",") if each)
    return WorkingCalendar(weekend=days, holidays=frozenset(session.scalars(select(Holiday.on))))
