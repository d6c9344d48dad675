"""The working calendars as they stand in the database, kept by their version once read.

The city has one; a unit has what it says itself, laid over its parent's, and so on up to the
city's. What is entered for the unit ``*`` lies over the site's own holidays everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Pool,
    Text,
    bindparam,
    case,
    cast,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, SessionTransaction

from engine.errors import RuleBroken
from engine.model.calendar import Holiday, UnitDay, UnitHours, UnitWeek, Weekend
from engine.model.counter import Counter
from engine.model.person import ANYWHERE, Unit
from engine.storage.numbers import next_number
from engine.storage.statements import Prepared
from engine.values import WorkingCalendar

SERIES: Final = "calendar"  #: counts the changes of calendars, and of the tree of units
#: all of them in one statement: kind, unit, day, and what is said
_ALL: Final[CompoundSelect[Any]] = union_all(
    select(literal_column("'weekend'"), null(), Weekend.valid_from, Weekend.days),
    select(literal_column("'holiday'"), null(), Holiday.on, null()),
    select(
        literal_column("'day'"),
        UnitDay.unit_code,
        UnitDay.on,
        case((UnitDay.is_off.is_(True), literal_column("'off'")), else_=literal_column("'on'")),
    ),
    select(literal_column("'week'"), UnitWeek.unit_code, UnitWeek.valid_from, UnitWeek.days),
    select(
        literal_column("'hours'"),
        UnitHours.unit_code,
        UnitHours.valid_from,
        cast(UnitHours.opens, Text) + "-" + cast(UnitHours.closes, Text),
    ),
    select(literal_column("'unit'"), Unit.code, null(), Unit.parent_code),
)
_VERSION: Final = Prepared(select(Counter.last).where(Counter.series == bindparam("series")))


@dataclass(frozen=True, slots=True)
class Own:
    """What one unit says of its calendar itself."""

    days: Mapping[date, bool] = field(default_factory=dict)  #: a day -> whether it is off
    weeks: Sequence[tuple[date, frozenset[int]]] = ()  #: oldest first
    hours: Sequence[tuple[date, time, time]] = ()  #: oldest first

    def over(self, above: WorkingCalendar) -> WorkingCalendar:
        """Return a calendar that has this laid over another."""
        off = {day for day, is_off in self.days.items() if is_off}
        on = set(self.days) - off
        weekend, changes = above.weekend, above.changes
        if self.weeks:
            first = self.weeks[0][0]
            before = [each for each in above.changes if each[0] < first]
            changes = (*before, *self.weeks)
        return WorkingCalendar(
            weekend,
            frozenset((above.holidays - on) | off),
            tuple(changes),
            frozenset((above.worked - off) | on),
            tuple(self.hours) or above.hours,
        )


class CalendarUnfit(RuleBroken):
    """No office can work by it: it closes before it opens, or never."""

    code = "CAL-002"


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What is to be changed of what a unit's calendar says itself."""

    unit: str  #: ``*``: everywhere
    days: Mapping[date, bool | None] = field(default_factory=dict)  #: ``None``: says nothing
    title: str = ""  #: why these days
    week: tuple[date, frozenset[int]] | None = None
    hours: tuple[date, time, time] | None = None

    def planned(self, known: Calendars) -> Calendars:
        """Return the calendars as they would be.

        Raises:
            CalendarUnfit: they could not.
        """
        own = known.own.get(self.unit, Own())
        days = {**own.days, **self.days}
        weeks = {each[0]: each for each in own.weeks}
        hours = {each[0]: each for each in own.hours}
        if self.week is not None:
            weeks[self.week[0]] = self.week
        if self.hours is not None:
            hours[self.hours[0]] = self.hours
        laid = Own(
            {day: is_off for day, is_off in days.items() if is_off is not None},
            [weeks[each] for each in sorted(weeks)],
            [hours[each] for each in sorted(hours)],
        )
        planned = known.with_own(self.unit, laid)
        try:
            planned.of(self.unit)
        except ValueError as unfit:
            raise CalendarUnfit(str(unfit)) from unfit
        return planned

    def told(self) -> dict[str, Any]:
        """Return it as the journal keeps it."""
        return {
            "days": {day.isoformat(): is_off for day, is_off in self.days.items()} or None,
            "title": self.title or None,
            "week": [self.week[0].isoformat(), sorted(self.week[1])] if self.week else None,
            "hours": [each.isoformat() for each in self.hours] if self.hours else None,
        }


@dataclass(frozen=True, slots=True)
class Calendars:
    """Every calendar of one version."""

    city: WorkingCalendar
    own: Mapping[str, Own]
    parents: Mapping[str, str | None]
    _made: dict[str, WorkingCalendar] = field(default_factory=dict)

    def of(self, unit: str | None) -> WorkingCalendar:
        """Return the calendar of a unit; ``None`` and what is no unit have the city's."""
        key = unit if unit is not None and unit in self.parents else ANYWHERE
        if key not in self._made:
            self._made[key] = self._laid(key)
        return self._made[key]

    def with_own(self, unit: str, own: Own) -> Calendars:
        """Return the calendars as they would be if a unit said this instead."""
        return Calendars(self.city, {**self.own, unit: own}, self.parents)

    def under(self, unit: str) -> frozenset[str]:
        """Return the units whose calendar a unit's change may change: it and all below."""
        if unit == ANYWHERE:
            return frozenset(self.parents)
        return frozenset(each for each in self.parents if unit in self._chain(each))

    def _laid(self, unit: str) -> WorkingCalendar:
        calendar = self.city
        for each in reversed(self._chain(unit)):
            if each in self.own:
                calendar = self.own[each].over(calendar)
        return calendar

    def _chain(self, unit: str) -> list[str]:
        """Return a unit, its parents, and the city at last."""
        found = [] if unit == ANYWHERE else [unit]
        while found and (parent := self.parents.get(found[-1])) and parent not in found:
            found.append(parent)
        return [*found, ANYWHERE]


#: those a transaction was told: they hold for the whole of it, or until it changes them itself
_told: MutableMapping[SessionTransaction, Calendars] = WeakKeyDictionary()
#: the newest ones read, by the connections of their database
_read: MutableMapping[Pool, tuple[int, Calendars]] = WeakKeyDictionary()


def calendars(session: Session) -> Calendars:
    """Return every calendar in force.

    They are read whole once for each change of one; else only their version is asked for,
    once in a transaction.
    """
    connection = session.connection()
    transaction = session.get_transaction()
    if transaction is None:
        return _newest(connection)
    if transaction not in _told:
        _told[transaction] = _newest(connection)
    return _told[transaction]


def working_calendar(session: Session, unit: str | None = None) -> WorkingCalendar:
    """Return the calendar of a unit, or the city's."""
    return calendars(session).of(unit)


def _newest(connection: Connection) -> Calendars:
    version = next((last for [last] in _VERSION.rows(connection, {"series": SERIES})), 0)
    pool = connection.engine.pool
    known = _read.get(pool)
    if known is not None and known[0] == version:
        return known[1]
    found = _whole(connection)
    if version:  # one that nobody has counted yet may change unseen
        _read[pool] = (version, found)
    return found


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


def keep_own(session: Session, wanted: UnitChange, by: str, at: datetime) -> None:
    """Write what a unit's calendar is to say itself."""
    for on, is_off in wanted.days.items():
        known = session.get(UnitDay, (wanted.unit, on))
        if known is not None:
            session.delete(known)
            session.flush()
        if is_off is not None:
            session.add(
                UnitDay(
                    unit_code=wanted.unit,
                    on=on,
                    is_off=is_off,
                    title=wanted.title,
                    source=by,
                    entered_by=by,
                    entered_at=at,
                )
            )
    if wanted.week is not None:
        since, days = wanted.week
        text = ",".join(str(each) for each in sorted(days))
        session.merge(UnitWeek(unit_code=wanted.unit, valid_from=since, days=text))
    if wanted.hours is not None:
        since, opens, closes = wanted.hours
        session.merge(
            UnitHours(unit_code=wanted.unit, valid_from=since, opens=opens, closes=closes)
        )


def changed(session: Session) -> int:
    """Count a change, in the transaction that makes it; return the calendar's new version."""
    session.flush()
    transaction = session.get_transaction()
    if transaction is not None:
        _told.pop(transaction, None)
    return next_number(session, SERIES)


def _whole(connection: Connection) -> Calendars:
    said: dict[str, list[tuple[str, date, str]]] = {}
    for kind, unit, on, text in connection.execute(_ALL):
        said.setdefault(kind, []).append((unit, on, text))
    weekends = sorted(
        ((on, _days_off(text)) for _, on, text in said.get("weekend", ())),
        key=lambda each: each[0],
    )
    city = WorkingCalendar(
        weekend=weekends[0][1] if weekends else frozenset(),
        holidays=frozenset(on for _, on, _ in said.get("holiday", ())),
        changes=tuple(weekends[1:]),
    )
    parents = {unit: parent for unit, _, parent in said.get("unit", ())}
    return Calendars(city, _own(said), parents)


def _own(said: Mapping[str, Sequence[tuple[str, date, str]]]) -> dict[str, Own]:
    """Return what units say themselves, by unit."""
    days: dict[str, dict[date, bool]] = {}
    for unit, on, text in said.get("day", ()):
        days.setdefault(unit, {})[on] = text == "off"
    weeks: dict[str, list[tuple[date, frozenset[int]]]] = {}
    for unit, on, text in said.get("week", ()):
        weeks.setdefault(unit, []).append((on, _days_off(text)))
    hours: dict[str, list[tuple[date, time, time]]] = {}
    for unit, on, text in said.get("hours", ()):
        opens, closes = map(time.fromisoformat, text.split("-"))
        hours.setdefault(unit, []).append((on, opens, closes))
    return {
        unit: Own(
            days.get(unit, {}),
            sorted(weeks.get(unit, ()), key=lambda each: each[0]),
            sorted(hours.get(unit, ())),
        )
        for unit in {*days, *weeks, *hours}
    }


def _days_off(text: str) -> frozenset[int]:
    return frozenset(int(each) for each in text.split(",") if each)
