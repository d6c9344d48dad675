"""Functions of dates, times and durations (DMN 1.4, tables 71, 76 and 77)."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from engine.feel.builtins.numbers import whole
from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.moments import date_and_time_from, date_from, duration_from, time_from
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
    value: str | date | Decimal, month: Decimal | None = None, day: Decimal | None = None
) -> date:
    """Return a date from text, a moment, or year, month and day."""
    if isinstance(value, Decimal) and month is not None and day is not None:
        try:
            return date(whole(value), whole(month), whole(day))
        except ValueError:
            raise NullBecause(f"the calendar has no {value}-{month}-{day}") from None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date_from(str(value))


@builtin(
    "time",
    "from: string | time | date and time | date",
    "hour: number, minute: number, second: number, offset?: days and time duration",
)
def make_time(
    value: str | time | date | Decimal,
    minute: Decimal | None = None,
    second: Decimal | None = None,
    offset: timedelta | None = None,
) -> time:
    """Return a time from text, a moment, or hour, minute and second."""
    if isinstance(value, Decimal) and minute is not None and second is not None:
        return _time_of(value, minute, second, offset)
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, date):
        return time(tzinfo=UTC)
    return value if isinstance(value, time) else time_from(str(value))


def _time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None) -> time:
    micros = int((second % 1).scaleb(6))
    try:
        zone = None if offset is None else UTC if not offset else timezone(offset)
        return time(whole(hour), whole(minute), whole(second // 1), micros, zone)
    except ValueError:
        raise NullBecause(f"the clock has no {hour}:{minute}:{second}") from None


@builtin(
    "date and time",
    "from: string | date | date and time",
    "date: date | date and time, time: time",
)
def make_date_and_time(value: str | date, at: time | None = None) -> datetime:
    """Return a moment from text, a date, or a date and a time."""
    if at is not None and isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return datetime.combine(day, at)
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time()) if isinstance(value, date) else date_and_time_from(value)


@builtin(
    "duration",
    "from: string | days and time duration | years and months duration",
)
def make_duration(value: object) -> object:
    """Return a duration from text."""
    return duration_from(value) if isinstance(value, str) else value


@builtin("years and months duration", "from: date | date and time, to: date | date and time")
def months_between(start: date, end: date) -> YearsMonthsDuration:
    """Return the whole months from ``start`` to ``end``, negative when ``end`` is earlier."""
    if end.toordinal() < start.toordinal():
        return YearsMonthsDuration(-_whole_months(end, start))
    return YearsMonthsDuration(_whole_months(start, end))


def _whole_months(start: date, end: date) -> int:
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
def day_of_week(on: date) -> str:
    """Return the English name of the day, as the specification has it."""
    return _DAYS[on.weekday()]


@builtin("month of year", "date: date | date and time")
def month_of_year(on: date) -> str:
    """Return the English name of the month, as the specification has it."""
    return _MONTHS[on.month - 1]


@builtin("day of year", "date: date | date and time")
def day_of_year(on: date) -> Decimal:
    """Return the number of the day in its year, from 1."""
    return Decimal(on.timetuple().tm_yday)


@builtin("week of year", "date: date | date and time")
def week_of_year(on: date) -> Decimal:
    """Return the week of ISO 8601."""
    return Decimal(on.isocalendar().week)


@builtin("last day of month", "date: date | date and time")
def last_day_of_month(on: date) -> date:
    """Return the last date of the month."""
    day = on.date() if isinstance(on, datetime) else on
    first = day.replace(day=1)
    return months_later(first, 1) - timedelta(days=1)
