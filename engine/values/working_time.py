"""How much of a span of time an office was open: durations in working time; pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from engine.values.calendar import TEHRAN, WorkingCalendar, local_date

_NOTHING: Final = timedelta()
_ONE_DAY: Final = timedelta(days=1)
_AHEAD: Final = 400  #: days that are counted at once


class WorkingTime:
    """Measures by one calendar; what it has counted of it is kept, so that many spans are cheap."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self._first = date.max  #: the first day counted
        self._hours: list[tuple[datetime, datetime] | None] = []  #: of each day from then on
        self._before: list[timedelta] = [_NOTHING]  #: worked before each of them

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how long the office was open from ``start`` to ``end``; nothing backwards.

        >>> saturday_to_wednesday = WorkingTime(WorkingCalendar(frozenset({3, 4})))
        >>> wednesday_two = datetime(2025, 10, 22, 10, 30, tzinfo=UTC)
        >>> saturday_nine = datetime(2025, 10, 25, 5, 30, tzinfo=UTC)
        >>> saturday_to_wednesday.between(wednesday_two, saturday_nine)
        datetime.timedelta(seconds=10800)
        """
        if end <= start:
            return _NOTHING
        return self._until(end, earliest=start) - self._until(start, earliest=start)

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return the moment at which the office was open for ``span`` since ``start``.

        >>> saturday_to_wednesday = WorkingTime(WorkingCalendar(frozenset({3, 4})))
        >>> wednesday_two = datetime(2025, 10, 22, 10, 30, tzinfo=UTC)
        >>> saturday_to_wednesday.after(wednesday_two, timedelta(hours=3)).isoformat()
        '2025-10-25T05:30:00+00:00'
        """
        wanted = self._until(start, earliest=start) + span
        place = self._place(local_date(start))
        while self._before_place(place + 1) < wanted:
            place += 1
        hours = self._hours[place]
        opens = hours[0] if hours else start
        return max(start, opens + (wanted - self._before[place])).astimezone(UTC)

    def day(self, on: date) -> timedelta:
        """Return how long the office is open on a day."""
        place = self._place(on)
        return self._before_place(place + 1) - self._before[place]

    def _until(self, moment: datetime, earliest: datetime) -> timedelta:
        """Return what was worked from the first day counted to a moment."""
        self._place(local_date(earliest))
        place = self._place(local_date(moment))
        hours = self._hours[place]
        if hours is None:
            return self._before[place]
        return self._before[place] + min(max(moment - hours[0], _NOTHING), hours[1] - hours[0])

    def _place(self, on: date) -> int:
        """Return which of the days counted it is; days before the first begin all anew."""
        if on < self._first:
            self._first = on - timedelta(days=_AHEAD)
            self._hours, self._before = [], [_NOTHING]
        place = (on - self._first).days
        self._before_place(place + 1)
        return place

    def _before_place(self, place: int) -> timedelta:
        while len(self._before) <= place:
            on = self._first + len(self._hours) * _ONE_DAY
            hours = self._open(on)
            self._hours.append(hours)
            self._before.append(self._before[-1] + (hours[1] - hours[0] if hours else _NOTHING))
        return self._before[place]

    def _open(self, on: date) -> tuple[datetime, datetime] | None:
        if not self._calendar.is_working(on):
            return None
        opens, closes = self._calendar.hours_on(on)
        return datetime.combine(on, opens, TEHRAN), datetime.combine(on, closes, TEHRAN)
