"""Dates, times and durations as text: ISO 8601 as far as FEEL uses it (DMN 1.4, 10.3.4.1).

Years are 1 to 9999 and seconds are kept to the microsecond, which is what ``datetime`` holds.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from engine.feel.errors import NullBecause
from engine.feel.values import YearsMonthsDuration

_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?"
    r"(?P<zone>Z|[+-]\d\d:\d\d|@[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*)?"
)
_IS_DATE = re.compile(_DATE, re.ASCII)
_IS_TIME = re.compile("T?" + _TIME, re.ASCII)
_IS_DATE_AND_TIME = re.compile(_DATE + "T" + _TIME, re.ASCII)
_IS_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_IS_DAYS = re.compile(
    r"(-?)P(?=[\dT])(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d{1,9}))?S)?)?",
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


def date_from(text: str) -> date:
    """Return the date a text such as ``2026-01-31`` names."""
    match = _IS_DATE.fullmatch(text)
    if match is None:
        raise NullBecause(f"“{text}” is no date such as 2026-01-31")
    return _date(match)


def _date(match: re.Match[str]) -> date:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise NullBecause(f"the calendar has no {match.group()}") from None


def time_from(text: str) -> time:
    """Return the time a text such as ``13:30:00+03:30`` names."""
    match = _IS_TIME.fullmatch(text)
    if match is None:
        raise NullBecause(f"“{text}” is no time such as 13:30:00")
    return _time(match)


def _time(match: re.Match[str]) -> time:
    micros = int((match["fraction"] or "0").ljust(6, "0")[:6])
    try:
        plain = time(int(match["hour"]), int(match["minute"]), int(match["second"]), micros)
    except ValueError:
        raise NullBecause(f"the clock has no {match.group()}") from None
    return plain.replace(tzinfo=_zone(match["zone"]) if match["zone"] else None)


def _zone(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (LookupError, ValueError, OSError):
            raise NullBecause(f"there is no time zone {text[1:]}") from None
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise NullBecause(f"{text} is no offset from UTC")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def date_and_time_from(text: str) -> datetime:
    """Return the moment a text names; a date alone is its first moment."""
    match = _IS_DATE_AND_TIME.fullmatch(text)
    if match is not None:
        return datetime.combine(_date(match), _time(match))
    try:
        return datetime.combine(date_from(text), time())
    except NullBecause:
        raise NullBecause(f"“{text}” is no date and time such as 2026-01-31T13:30:00") from None


def duration_from(text: str) -> timedelta | YearsMonthsDuration:
    """Return the duration a text such as ``P5D`` or ``P1Y6M`` names."""
    if months := _IS_MONTHS.fullmatch(text):
        sign = -1 if months[1] else 1
        return YearsMonthsDuration(sign * (int(months[2] or 0) * 12 + int(months[3] or 0)))
    days = _IS_DAYS.fullmatch(text)
    if days is None:
        raise NullBecause(f"“{text}” is no duration such as P5D, PT4H30M or P1Y6M")
    try:
        length = timedelta(
            days=int(days[2] or 0),
            hours=int(days[3] or 0),
            minutes=int(days[4] or 0),
            seconds=int(days[5] or 0),
            microseconds=int((days[6] or "0").ljust(6, "0")[:6]),
        )
    except OverflowError:
        raise NullBecause(f"{text} is too long a duration") from None
    return -length if days[1] else length


def iso_text(value: object) -> str:
    """Return a date, time or duration as FEEL writes it."""
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{iso_text(value.timetz())}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        clock = value.replace(tzinfo=None).isoformat()
        return (clock.rstrip("0") if value.microsecond else clock) + _zone_text(value)
    if isinstance(value, YearsMonthsDuration):
        return _months_text(value.months)
    if isinstance(value, timedelta):
        return _days_text(value)
    raise TypeError(f"{type(value).__name__} is no date, time or duration")


def _zone_text(value: time) -> str:
    if isinstance(value.tzinfo, ZoneInfo):
        return f"@{value.tzinfo.key}"
    offset = value.utcoffset()
    if offset is None:
        return ""
    if not offset:
        return "Z"
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _months_text(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    parts = [f"{years}Y" if years else "", f"{rest}M" if rest or not years else ""]
    return f"{'-' if months < 0 else ''}P{''.join(parts)}"


def _days_text(length: timedelta) -> str:
    size = abs(length)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{size.microseconds:06}".rstrip("0") if size.microseconds else ""
    clock = "".join((
        f"{hours}H" if hours else "",
        f"{minutes}M" if minutes else "",
        f"{seconds}{fraction}S" if seconds or fraction else "",
    ))  # fmt: skip
    day = f"{size.days}D" if size.days or not clock else ""
    return f"{'-' if length < timedelta() else ''}P{day}{'T' if clock else ''}{clock}"
