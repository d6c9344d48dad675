"""Functions of dates, times and durations (DMN 1.4, tables 71, 76 and 77)."""

from datetime import UTC, date, datetime
from decimal import Decimal

from engine.feel.builtins.numbers import whole
from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.exact import (
    DAY,
    MOMENTS,
    SECOND,
    TIMES,
    AnyDate,
    AnyLength,
    AnyMoment,
    AnyTime,
    ExactDate,
    ExactDateTime,
    ExactTime,
    date_of_days,
    exact_date,
    exact_moment,
    exact_time,
    plain_date,
    plain_moment,
    plain_time,
    zone_of,
)
from engine.feel.moments import (
    calendar_date,
    date_and_time_from,
    date_from,
    duration_from,
    time_from,
)
from engine.feel.operators import months_later
from engine.feel.values import YearsMonthsDuration

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@builtin(
    "date",
    "from: string | date | date and time",
    "year: number, month: number, day: number",
)
def make_date(
    value: str | AnyDate | Decimal, month: Decimal | None = None, day: Decimal | None = None
) -> AnyDate:
    """Return a date from text, a moment, or year, month and day."""
    if isinstance(value, str):
        return date_from(value)
    if isinstance(value, Decimal):
        if month is None or day is None:
            raise NullBecause("a date needs year, month and day")
        return plain_date(calendar_date(whole(value), whole(month), whole(day)))
    return plain_date(exact_date(value))


@builtin(
    "time",
    "from: string | time | date and time | date",
    "hour: number, minute: number, second: number, offset?: days and time duration",
)
def make_time(
    value: str | AnyTime | AnyDate | AnyMoment | Decimal,
    minute: Decimal | None = None,
    second: Decimal | None = None,
    offset: AnyLength | None = None,
) -> AnyTime:
    """Return a time from text, a moment, or hour, minute and second."""
    if isinstance(value, str):
        return time_from(value)
    if isinstance(value, Decimal):
        if minute is None or second is None:
            raise NullBecause("a time needs hour, minute and second")
        return _time_of(value, minute, second, offset)
    if isinstance(value, TIMES + MOMENTS):
        return plain_time(exact_time(value))
    return plain_time(ExactTime(0, UTC))


def _time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: AnyLength | None) -> AnyTime:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        raise NullBecause(f"the clock has no {hour}:{minute}:{second}")
    nanos = (whole(hour) * 60 + whole(minute)) * 60 * SECOND + int(second.scaleb(9))
    return plain_time(ExactTime(nanos % DAY, None if offset is None else zone_of(offset)))


@builtin(
    "date and time",
    "from: string | date | date and time",
    "date: date | date and time, time: time",
)
def make_date_and_time(value: str | AnyDate | AnyMoment, at: AnyTime | None = None) -> AnyMoment:
    """Return a moment from text, a date, or a date and a time."""
    if isinstance(value, str):
        return date_and_time_from(value)
    if at is not None:
        return plain_moment(ExactDateTime(exact_date(value), exact_time(at)))
    return plain_moment(exact_moment(value))


@builtin(
    "duration",
    "from: string | days and time duration | years and months duration",
)
def make_duration(value: object) -> object:
    """Return a duration from text."""
    return duration_from(value) if isinstance(value, str) else value


@builtin("years and months duration", "from: date | date and time, to: date | date and time")
def months_between(start: AnyDate | AnyMoment, end: AnyDate | AnyMoment) -> YearsMonthsDuration:
    """Return the whole months from ``start`` to ``end``, negative when ``end`` is earlier."""
    first, last = exact_date(start), exact_date(end)
    if last.days < first.days:
        return YearsMonthsDuration(-_whole_months(last, first))
    return YearsMonthsDuration(_whole_months(first, last))


def _whole_months(start: ExactDate, end: ExactDate) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


@builtin("today", asks_time=True)
def today(now: datetime) -> date:
    """Return the date of the moment the caller gave, in the zone it was given in."""
    return now.date()


@builtin("now", asks_time=True)
def current_moment(now: datetime) -> datetime:
    """Return the moment the caller gave."""
    return now


@builtin("day of week", "date: date | date and time")
def day_of_week(on: AnyDate | AnyMoment) -> str:
    """Return the English name of the day, as the specification has it."""
    return _DAYS[on.isoweekday() - 1]


@builtin("month of year", "date: date | date and time")
def month_of_year(on: AnyDate | AnyMoment) -> str:
    """Return the English name of the month, as the specification has it."""
    return _MONTHS[on.month - 1]


@builtin("day of year", "date: date | date and time")
def day_of_year(on: AnyDate | AnyMoment) -> Decimal:
    """Return the number of the day in its year, from 1."""
    return Decimal(exact_date(on).days - ExactDate(on.year, 1, 1).days + 1)


@builtin("week of year", "date: date | date and time")
def week_of_year(on: AnyDate | AnyMoment) -> Decimal:
    """Return the week of ISO 8601, which is that of the Thursday in it."""
    thursday = exact_date(date_of_days(exact_date(on).days + 4 - on.isoweekday()))
    return Decimal((thursday.days - ExactDate(thursday.year, 1, 1).days) // 7 + 1)


@builtin("last day of month", "date: date | date and time")
def last_day_of_month(on: AnyDate | AnyMoment) -> AnyDate:
    """Return the last date of the month."""
    following = months_later(ExactDate(on.year, on.month, 1), 1)
    return date_of_days(exact_date(following).days - 1)
