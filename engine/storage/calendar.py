"""The working calendar as it stands in the database, kept by its version once read."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import date
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import CompoundSelect, Pool, null, select, union_all
from sqlalchemy.orm import Session

from engine.model.calendar import Holiday, Weekend
from engine.model.counter import Counter
from engine.storage.numbers import next_number
from engine.values import WorkingCalendar

SERIES: Final = "calendar"  #: counts the changes of the calendar
_CALENDAR: Final[CompoundSelect[Any]] = union_all(
    select(Weekend.valid_from, Weekend.days), select(Holiday.on, null())
)
_VERSION: Final = select(Counter.last).where(Counter.series == SERIES)
#: the newest one read, by the connections of its database
_read: MutableMapping[Pool, tuple[int, WorkingCalendar]] = WeakKeyDictionary()


def working_calendar(session: Session) -> WorkingCalendar:
    """Return the calendar in force: every weekend with its first day, every known holiday.

    It is read whole once for each change of it; else only its version is asked for.
    """
    connection = session.connection()
    version = connection.execute(_VERSION).scalar() or 0
    pool = connection.engine.pool
    known = _read.get(pool)
    if known is not None and known[0] == version:
        return known[1]
    calendar = _whole(session)
    if version:  # one that nobody has counted yet may change unseen
        _read[pool] = (version, calendar)
    return calendar


def close_day(session: Session, on: date, title: str, source: str) -> bool:
    """Make a day a holiday; tell whether it was none."""
    if session.get(Holiday, on) is not None:
        return False
    session.add(Holiday(on=on, title=title, source=source))
    return True


def open_day(session: Session, on: date) -> bool:
    """Make a holiday an ordinary day; tell whether it was a holiday."""
    known = session.get(Holiday, on)
    if known is None:
        return False
    session.delete(known)
    return True


def changed(session: Session) -> int:
    """Count a change, in the transaction that makes it; return the calendar's new version."""
    session.flush()
    return next_number(session, SERIES)


def _whole(session: Session) -> WorkingCalendar:
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
