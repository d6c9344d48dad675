"""When to look again: the moments a person is offered who puts work off; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

from engine.values.calendar import OFFICE_OPENS, TEHRAN, WorkingCalendar, local_date

Later: TypeAlias = Literal["today", "tomorrow", "three_days", "next_week"]

_ONE_DAY: Final = timedelta(days=1)
_SOON: Final = timedelta(hours=3)  #: "later today"
_SATURDAY: Final = 5  #: by ``date.weekday()``: the first day of the week


class Offer(NamedTuple):
    """A moment that is offered, and what it is called."""

    later: Later
    until: datetime  #: aware, UTC


def offers(calendar: WorkingCalendar, at: datetime) -> tuple[Offer, ...]:
    """Return the moments offered to who puts work off at ``at``, each in office hours.

    Later today is offered while the office stays open that long; next week begins with its
    first working day after Saturday, Saturday included.

    >>> calendar = WorkingCalendar(weekend=frozenset({3, 4}))
    >>> wednesday_morning = datetime(2025, 10, 22, 6, tzinfo=UTC)
    >>> [each.later for each in offers(calendar, wednesday_morning)]
    ['today', 'tomorrow', 'three_days', 'next_week']
    """
    return tuple(_offers(calendar, at))


def opening(day: date, calendar: WorkingCalendar | None = None) -> datetime:
    """Return when the office opens on a day, in UTC; as usual where no calendar is given.

    >>> opening(date(2025, 10, 25))
    datetime.datetime(2025, 10, 25, 4, 30, tzinfo=datetime.timezone.utc)
    """
    opens = calendar.hours_on(day)[0] if calendar else OFFICE_OPENS
    return datetime.combine(day, opens, TEHRAN).astimezone(UTC)


def _offers(calendar: WorkingCalendar, at: datetime) -> Iterator[Offer]:
    today = local_date(at)
    soon = _full_hour(at + _SOON)
    closes = datetime.combine(today, calendar.hours_on(today)[1], TEHRAN)
    if calendar.is_working(today) and opening(today, calendar) <= soon < closes:
        yield Offer("today", soon)
    yield Offer("tomorrow", _opening_after(calendar, today, 1))
    yield Offer("three_days", _opening_after(calendar, today, 3))
    yield Offer("next_week", opening(calendar.roll(_week_after(today)), calendar))


def _opening_after(calendar: WorkingCalendar, day: date, count: int) -> datetime:
    return opening(calendar.plus_working_days(day, count), calendar)


def _full_hour(at: datetime) -> datetime:
    local = at.astimezone(TEHRAN)
    whole = datetime.combine(local.date(), time(local.hour), TEHRAN)
    return (whole if whole == local else whole + timedelta(hours=1)).astimezone(UTC)


def _week_after(day: date) -> date:
    day += _ONE_DAY
    while day.weekday() != _SATURDAY:
        day += _ONE_DAY
    return day
