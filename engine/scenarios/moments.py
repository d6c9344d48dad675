"""Moments and spans as a test says them: ``1405/05/03 09:00`` in Tehran, ``10 days 2 hours``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from engine.values import TEHRAN, InvalidValue, JalaliDate, normalise

_MOMENT: Final = re.compile(
    r"(?P<day>[0-9]{4}[/-][0-9]{1,2}[/-][0-9]{1,2})"
    r"(?:[ T](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
)
_GREGORIAN: Final = 1700  #: a year from here on is none of the Jalali calendar
_PARTS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_UNITS: Final = dict(_PARTS)
_PERSIAN: Final = {"روز": "day", "ساعت": "hour", "دقیقه": "minute", "ثانیه": "second"}
_PIECE: Final = re.compile(r"([0-9]{1,6}) *([^\W\d_]+)")
_LONGEST: Final = timedelta(days=36_600)


def moment_from(text: str) -> datetime:
    """Read a moment by the clock of Tehran, midnight where no hour is said; UTC.

    The day is a Jalali one, or a Gregorian one, as its year tells.

    Raises:
        ValueError: it is none.

    >>> moment_from("1405/05/03 09:00")
    datetime.datetime(2026, 7, 25, 5, 30, tzinfo=datetime.timezone.utc)
    """
    found = _MOMENT.fullmatch(normalise(text))
    if found is None:
        raise ValueError(f"{text[:40]!r} is no moment")
    hour, minute, second = (int(found[each] or 0) for each in ("hour", "minute", "second"))
    local = datetime.combine(day_from(found["day"]), time(hour, minute, second), TEHRAN)
    return local.astimezone(UTC)


def day_from(text: str) -> date:
    """Read a day, Jalali or Gregorian.

    Raises:
        ValueError: it is none.
    """
    plain = normalise(text)
    try:
        if plain[:4].isdigit() and int(plain[:4]) >= _GREGORIAN:
            year, month, day = map(int, re.split("[/-]", plain))
            return date(year, month, day)
        return JalaliDate.parse(plain).gregorian()
    except InvalidValue as wrong:
        raise ValueError(f"{text[:40]!r} is no day") from wrong


def moment_text(at: datetime) -> str:
    """Return a moment as a test says it; what is less than a second is not said."""
    local = at.astimezone(TEHRAN)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{day_text(local.date())} {clock}"


def day_text(day: date) -> str:
    """Return a day as a test says it, in the Jalali calendar where that has it."""
    try:
        return str(JalaliDate.of(day))
    except InvalidValue:
        return day.isoformat()


def span_from(text: str) -> timedelta:
    """Read how long something lasts: days, hours, minutes and seconds.

    Raises:
        ValueError: it is no span, or one of more than a hundred years.

    >>> span_from("10 days 2 hours"), span_from("۳ روز")
    (datetime.timedelta(days=10, seconds=7200), datetime.timedelta(days=3))
    """
    plain = normalise(text).strip()
    rest = _PIECE.sub("", plain).replace(",", "").strip()
    pieces = _PIECE.findall(plain)
    if rest or not pieces:
        raise ValueError(f"{text[:40]!r} is no span")
    seconds = sum(int(count) * _seconds(name) for count, name in pieces)
    if timedelta(seconds=seconds) > _LONGEST:
        raise ValueError(f"{text[:40]!r} is too long")
    return timedelta(seconds=seconds)


def _seconds(name: str) -> int:
    unit = _PERSIAN.get(name) or name.lower().removesuffix("s")
    if unit not in _UNITS:
        raise ValueError(f"{name[:20]!r} is no unit of time")
    return _UNITS[unit]


def span_text(span: timedelta) -> str:
    """Return a span as a test says it.

    >>> span_text(timedelta(days=1, hours=2))
    '1 day 2 hours'
    """
    left, said = span // timedelta(seconds=1), []
    for name, seconds in _PARTS:
        count, left = divmod(left, seconds)
        if count:
            said.append(f"{count} {name}" + ("s" if count != 1 else ""))
    return " ".join(said) or "0 days"
