"""Working days and deadlines (R-CAL-01 to R-CAL-05).

The event day is never counted. Months are Jalali. A deadline that is a date ends at 24:00
Tehran time of that day; moments are aware UTC. Weekends and holidays come in as arguments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from engine.values.jalali import JalaliDate, month_length

TEHRAN: Final = ZoneInfo("Asia/Tehran")
#: When an office opens that says nothing else: a reminder reaches people then.
OFFICE_OPENS: Final = time(8)
#: When its working day ends, where that is counted in hours.
OFFICE_CLOSES: Final = time(16)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days of a unit are working days, and the deadlines that follow from it.

    >>> calendar = WorkingCalendar(frozenset({3, 4}), frozenset({date(2025, 11, 24)}))
    >>> JalaliDate.of(calendar.plus_working_days(date(2025, 11, 19), 10))
    JalaliDate(year=1404, month=9, day=15)
    """

    weekend: frozenset[int]  #: days off by ``date.weekday()``: Thursday 3, Friday 4
    holidays: frozenset[date] = frozenset()  #: every other day off, closures included
    #: later weekends, oldest first: each holds from its day on
    changes: tuple[tuple[date, frozenset[int]], ...] = ()
    worked: frozenset[date] = frozenset()  #: days that people work on all the same
    #: when the office opens and closes from a day on, oldest first; before, as usual
    hours: tuple[tuple[date, time, time], ...] = ()

    def __post_init__(self) -> None:
        weekends = [self.weekend, *(weekend for _, weekend in self.changes)]
        if any(len(weekend) > 6 or not weekend <= set(range(7)) for weekend in weekends):
            raise ValueError("a weekend is up to six of the days 0 to 6")
        starts = [since for since, _ in self.changes]
        if starts != sorted(starts):
            raise ValueError("weekend changes must be in order of their days")
        if list(self.hours) != sorted(self.hours, key=lambda each: each[0]):
            raise ValueError("office hours must be in order of their days")
        if any(closes <= opens for _, opens, closes in self.hours):
            raise ValueError("an office closes after it opens")

    def is_working(self, day: date) -> bool:
        """Tell whether people work on this day."""
        if day in self.worked:
            return True
        return day not in self.holidays and day.weekday() not in self._weekend_on(day)

    def hours_on(self, day: date) -> tuple[time, time]:
        """Return when the office opens and closes on a working day, by the clock of Tehran."""
        found = (OFFICE_OPENS, OFFICE_CLOSES)
        for since, opens, closes in self.hours:
            if day < since:
                break
            found = (opens, closes)
        return found

    def _weekend_on(self, day: date) -> frozenset[int]:
        weekend = self.weekend
        for since, changed in self.changes:
            if day < since:
                break
            weekend = changed
        return weekend

    def roll(self, day: date) -> date:
        """Return the day itself if it is a working day, else the next one that is."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def plus_working_days(self, day: date, count: int, *, exclude_action_day: bool = False) -> date:
        """Return the ``count``-th working day after an event on ``day`` (R-CAL-01, R-CAL-02).

        With ``exclude_action_day`` (``cal.excludeActionDay``) one working day more. None to
        count gives ``day`` rolled to a working day.

        Raises:
            ValueError: ``count`` is negative.
        """
        remaining = _not_negative(count) + exclude_action_day
        while remaining:
            day = self.roll(day + _ONE_DAY)
            remaining -= 1
        return self.roll(day)

    def working_days_between(self, first: date, last: date) -> int:
        """Return how many working days lie after ``first``, up to ``last`` and with it.

        The day of the event is never counted (R-CAL-01); none when ``last`` is not later.

        >>> calendar = WorkingCalendar(weekend=frozenset({3, 4}))
        >>> calendar.working_days_between(date(2025, 10, 22), date(2025, 10, 26))  # Wed to Sun
        2
        """
        days = (first + timedelta(days=each) for each in range(1, (last - first).days + 1))
        return sum(1 for day in days if self.is_working(day))

    def plus_days(self, day: date, count: int, *, exclude_action_day: bool = False) -> date:
        """Return the deadline ``count`` calendar days after ``day``, rolled (R-CAL-03).

        With ``exclude_action_day`` the day of acting is left out too: one day is added before
        rolling.

        Raises:
            ValueError: ``count`` is negative.
        """
        return self.roll(day + timedelta(days=_not_negative(count) + exclude_action_day))

    def plus_months(self, day: date, count: int, *, exclude_action_day: bool = False) -> date:
        """Return the deadline ``count`` Jalali months after ``day``, clamped and rolled.

        R-CAL-03 and R-CAL-04; ``exclude_action_day`` as in :meth:`plus_days`.

        Raises:
            ValueError: ``count`` is negative.
        """
        end = JalaliDate.of(day).plus_months(_not_negative(count)).gregorian()
        return self.roll(end + timedelta(days=exclude_action_day))

    def plus_working_hours(self, start: datetime, count: int) -> datetime:
        """Return the moment ``count`` working hours after ``start``.

        Hours count while the office is open, 08:00 to 16:00 Tehran unless `hours` say else;
        what begins outside them begins when it opens next. A count that fills a day ends at
        its close.

        Raises:
            ValueError: ``count`` is negative.

        >>> calendar = WorkingCalendar(weekend=frozenset({3, 4}))
        >>> wednesday_two_o_clock = datetime(2025, 10, 22, 10, 30, tzinfo=UTC)
        >>> calendar.plus_working_hours(wednesday_two_o_clock, 3)  # Saturday 09:00
        datetime.datetime(2025, 10, 25, 5, 30, tzinfo=datetime.timezone.utc)
        """
        remaining = timedelta(hours=_not_negative(count))
        moment = start.astimezone(UTC)
        while True:
            day = self.roll(local_date(moment))
            opens, closes = self.hours_on(day)
            moment = max(moment, _in_tehran(day, opens))
            left = max(_in_tehran(day, closes) - moment, timedelta())
            if remaining <= left and left:
                return moment + remaining
            remaining -= left
            moment = _in_tehran(day + _ONE_DAY, time())

    def moment_at_share(self, start: datetime, due: datetime, share: Fraction) -> datetime:
        """Return when to remind, ``share`` of the way from ``start`` to ``due`` (R-BPM-03).

        The way is counted in calendar time, so that 70 % is the same moment for every kind of
        deadline and needs no second calendar rule. A moment on a day off moves to the opening
        of the next working day, for nobody reads a reminder before. Two moments never move:
        ``due`` itself (share 1), and a reminder that would otherwise come after ``due``.

        Args:
            share: 7/10 for the reminder, 3/2 for the second escalation.

        Raises:
            ValueError: ``due`` is before ``start``, or ``share`` is negative.

        >>> calendar = WorkingCalendar(weekend=frozenset({3, 4}))
        >>> start = datetime(2025, 10, 22, 6, tzinfo=UTC)  # Wednesday
        >>> calendar.moment_at_share(start, datetime(2025, 10, 25, 20, 30, tzinfo=UTC),
        ...                          Fraction(7, 10))  # Friday night, so Saturday 08:00
        datetime.datetime(2025, 10, 25, 4, 30, tzinfo=datetime.timezone.utc)
        """
        if due < start or share < 0:
            raise ValueError("a share is taken of the way from start to a later due")
        way = (due - start) // _TICK
        moment = (start + round(way * share) * _TICK).astimezone(UTC)
        day = local_date(moment)
        if share == 1 or self.is_working(day):
            return moment
        later = self.roll(day)
        rolled = datetime.combine(later, self.hours_on(later)[0], TEHRAN).astimezone(UTC)
        return moment if share < 1 and rolled >= due else rolled


_TICK: Final = timedelta(microseconds=1)


def _in_tehran(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TEHRAN).astimezone(UTC)


def _not_negative(count: int) -> int:
    if count < 0:
        raise ValueError(f"a deadline lies ahead, not {count} days or months away")
    return count


def local_date(at: datetime) -> date:
    """Return the civil day of Tehran in which an aware moment falls.

    >>> local_date(datetime(2025, 10, 21, 20, 30, tzinfo=UTC))
    datetime.date(2025, 10, 22)
    """
    return at.astimezone(TEHRAN).date()


def end_of_day(on: date) -> datetime:
    """Return the moment a date deadline ends: 24:00 Tehran of that day, in UTC.

    >>> end_of_day(JalaliDate(1404, 8, 10).gregorian())
    datetime.datetime(2025, 11, 1, 20, 30, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(on + _ONE_DAY, time(), TEHRAN).astimezone(UTC)


def solar_holidays(month_days: Iterable[tuple[int, int]], years: Iterable[int]) -> frozenset[date]:
    """Return the days of holidays that fall on the same Jalali day every year.

    A day that a year lacks, 12/30 outside leap years, is left out of that year.

    >>> sorted(solar_holidays([(11, 22), (12, 30)], [1403, 1404]))[-1]
    datetime.date(2026, 2, 11)
    """
    yearly = list(month_days)
    return frozenset(
        JalaliDate(year, month, day).gregorian()
        for year in years
        for month, day in yearly
        if day <= month_length(year, month)
    )
