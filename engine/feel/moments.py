"""Dates, times and durations as text: ISO 8601 as far as FEEL uses it (DMN 1.4, 10.3.4.1)."""

import re
from datetime import UTC, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel.errors import NullBecause
from engine.feel.exact import (
    DATES,
    DAY,
    LENGTHS,
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
    nanos_of,
    plain_date,
    plain_length,
    plain_moment,
    plain_time,
    zone_of,
)
from engine.feel.values import YearsMonthsDuration

_DATE = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,30}))?"
    r"(?P<zone>[Zz]|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*)?"
)
_IS_DATE = re.compile(_DATE, re.ASCII)
_IS_TIME = re.compile("T?" + _TIME, re.ASCII)
_IS_DATE_AND_TIME = re.compile(_DATE + "T" + _TIME, re.ASCII)
_IS_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d{1,18})Y)?(?:(\d{1,18})M)?", re.ASCII)
_IS_DAYS = re.compile(
    r"(-?)P(?=[\dT])(?:(\d{1,18})D)?"
    r"(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{1,30}))?S)?)?",
    re.ASCII,
)


def moment_or_duration(text: str) -> object:
    """Return what ``@"…"`` stands for; ``NullBecause`` when it is nothing of the kind."""
    for read in (date_from, date_and_time_from, time_from, duration_from):
        try:
            return read(text)
        except NullBecause:
            continue
    raise NullBecause(f"“{text}” is no date, time or duration")


def date_from(text: str) -> AnyDate:
    """Return the date a text such as ``2026-01-31`` names."""
    match = _IS_DATE.fullmatch(text)
    if match is None:
        raise NullBecause(f"“{text}” is no date such as 2026-01-31")
    return plain_date(_date(match))


def _date(match: re.Match[str]) -> ExactDate:
    return calendar_date(int(match["year"]), int(match["month"]), int(match["day"]))


def calendar_date(year: int, month: int, day: int) -> ExactDate:
    """Return a day of the calendar; ``NullBecause`` when it has no such day."""
    found = ExactDate(year, month, day)
    if not (1 <= month <= 12 and 1 <= day <= 31) or exact_date(date_of_days(found.days)) != found:
        raise NullBecause(f"the calendar has no {_date_text(found)}")
    return found


def time_from(text: str) -> AnyTime:
    """Return the time a text such as ``13:30:00+03:30`` names."""
    match = _IS_TIME.fullmatch(text)
    if match is None:
        raise NullBecause(f"“{text}” is no time such as 13:30:00")
    clock = _time(match)
    return plain_time(ExactTime(clock.nanos % DAY, clock.tzinfo))


def _time(match: re.Match[str]) -> ExactTime:
    """Return a time of day; ``24:00:00`` is the midnight after it, as XML Schema has it."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    nanos = ((hour * 60 + minute) * 60 + second) * SECOND + _fraction(match["fraction"])
    if minute > 59 or second > 59 or nanos > DAY:
        raise NullBecause(f"the clock has no {match.group()}")
    return ExactTime(nanos, _zone(match["zone"]) if match["zone"] else None)


def _fraction(digits: str | None) -> int:
    """Return the nanoseconds of the digits after a decimal point; finer ones are cut off."""
    return int((digits or "0")[:9].ljust(9, "0"))


def _zone(text: str) -> tzinfo:
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return named_zone(text[1:])
    hours, minutes, seconds = (int(text[at : at + 2] or 0) for at in (1, 4, 7))
    if hours > 14 or minutes > 59 or seconds > 59:
        raise NullBecause(f"{text} is no offset from UTC")
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return zone_of(-offset if text[0] == "-" else offset)


@lru_cache(256)
def named_zone(name: str) -> tzinfo:
    """Return a zone of the IANA database; ``NullBecause`` when it has none of that name."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise NullBecause(f"there is no time zone {name}") from None


def date_and_time_from(text: str) -> AnyMoment:
    """Return the moment a text names; a date alone is its first moment."""
    match = _IS_DATE_AND_TIME.fullmatch(text)
    if match is None:
        try:
            return plain_moment(exact_moment(date_from(text)))
        except NullBecause:
            expected = "no date and time such as 2026-01-31T13:30:00"
            raise NullBecause(f"“{text}” is {expected}") from None
    day, clock = _date(match), _time(match)
    if clock.nanos == DAY:
        day, clock = exact_date(date_of_days(day.days + 1)), ExactTime(0, clock.tzinfo)
    return plain_moment(ExactDateTime(day, clock))


def duration_from(text: str) -> AnyLength | YearsMonthsDuration:
    """Return the duration a text such as ``P5D`` or ``P1Y6M`` names."""
    try:
        if months := _IS_MONTHS.fullmatch(text):
            sign = -1 if months[1] else 1
            return YearsMonthsDuration(sign * (int(months[2] or 0) * 12 + int(months[3] or 0)))
        if days := _IS_DAYS.fullmatch(text):
            day, hour, minute, second = (int(days[part] or 0) for part in (2, 3, 4, 5))
            seconds = ((day * 24 + hour) * 60 + minute) * 60 + second
            nanos = seconds * SECOND + _fraction(days[6])
            return plain_length(-nanos if days[1] else nanos)
    except OverflowError:
        raise NullBecause(f"{text} is too long a duration") from None
    raise NullBecause(f"“{text}” is no duration such as P5D, PT4H30M or P1Y6M")


def iso_text(value: object) -> str:
    """Return a date, time or duration as FEEL writes it."""
    if isinstance(value, MOMENTS):
        return f"{_date_text(exact_date(value))}T{_time_text(exact_time(value), value)}"
    if isinstance(value, DATES):
        return _date_text(exact_date(value))
    if isinstance(value, TIMES):
        return _time_text(exact_time(value), value)
    if isinstance(value, YearsMonthsDuration):
        return _months_text(value.months)
    if isinstance(value, LENGTHS):
        return _days_text(nanos_of(value))
    raise TypeError(f"{type(value).__name__} is no date, time or duration")


def _date_text(day: ExactDate) -> str:
    sign = "-" if day.year < 0 else ""
    return f"{sign}{abs(day.year):04}-{day.month:02}-{day.day:02}"


def _time_text(clock: ExactTime, value: AnyTime | AnyMoment) -> str:
    text = f"{clock.hour:02}:{clock.minute:02}:{clock.second:02}{_fraction_text(clock.fraction)}"
    return text + _zone_text(value)


def _fraction_text(nanos: int) -> str:
    return f".{nanos:09}".rstrip("0") if nanos else ""


def _zone_text(value: AnyTime | AnyMoment) -> str:
    if isinstance(value.tzinfo, ZoneInfo):
        return f"@{value.tzinfo.key}"
    offset = value.utcoffset()
    if offset is None:
        return ""
    if not offset:
        return "Z"
    minutes, seconds = divmod(abs(offset) // timedelta(seconds=1), 60)
    sign = "-" if offset < timedelta() else "+"
    rest = f":{seconds:02}" if seconds else ""
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}{rest}"


def _months_text(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    parts = [f"{years}Y" if years else "", f"{rest}M" if rest or not years else ""]
    return f"{'-' if months < 0 else ''}P{''.join(parts)}"


def _days_text(nanos: int) -> str:
    seconds, fraction = divmod(abs(nanos), SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    clock = "".join((
        f"{hours}H" if hours else "",
        f"{minutes}M" if minutes else "",
        f"{seconds}{_fraction_text(fraction)}S" if seconds or fraction or not nanos else "",
    ))  # fmt: skip
    day = f"{days}D" if days else ""
    return f"{'-' if nanos < 0 else ''}P{day}{'T' if clock else ''}{clock}"
