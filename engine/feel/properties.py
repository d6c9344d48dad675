"""What stands after the dot: entries of contexts and the parts of dates and durations."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.errors import NullBecause
from engine.feel.exact import (
    SECOND,
    AnyLength,
    AnyMoment,
    AnyTime,
    ExactDate,
    ExactDateTime,
    ExactDuration,
    ExactTime,
    exact_time,
    nanos_of,
)
from engine.feel.values import Range, YearsMonthsDuration, kind_of


def property_of(value: object, name: str) -> object:
    """Return the entry or property ``name``; of a list, those of all its items.

    Raises:
        NullBecause: there is none.
    """
    if isinstance(value, dict):
        if name in value:
            return value[name]
        raise NullBecause(f"the context has no entry “{name}”")
    if isinstance(value, list):
        return [_or_null(item, name) for item in value]
    known = _PROPERTIES.get(type(value), {})
    if name not in known:
        raise NullBecause(f"a {kind_of(value)} has no “{name}”")
    return known[name](value)


def _or_null(item: object, name: str) -> object:
    try:
        return property_of(item, name)
    except NullBecause:
        return None


def _offset(value: AnyTime | AnyMoment) -> timedelta | None:
    return value.utcoffset()


def _zone(value: AnyTime | AnyMoment) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _second(value: AnyTime | AnyMoment) -> Decimal:
    clock = exact_time(value)
    return _seconds(clock.second * SECOND + clock.fraction)


def _seconds(nanos: int) -> Decimal:
    """Return nanoseconds as seconds, with decimals only where there are any."""
    whole, rest = divmod(abs(nanos), SECOND)
    seconds = Decimal(abs(nanos)).scaleb(-9).normalize() if rest else Decimal(whole)
    return -seconds if nanos < 0 else seconds


def _whole(unit: int, within: int | None = None) -> Callable[[AnyLength], Decimal]:
    """Return what counts whole ``unit``s of a duration, or of its rest, with its sign."""

    def count(length: AnyLength) -> Decimal:
        nanos = nanos_of(length)
        size = abs(nanos) % within if within else abs(nanos)
        return Decimal(size // unit * (-1 if nanos < 0 else 1))

    return count


def _seconds_of(length: AnyLength) -> Decimal:
    nanos = nanos_of(length)
    return _seconds(abs(nanos) % _MINUTE * (-1 if nanos < 0 else 1))


def _years(value: YearsMonthsDuration) -> Decimal:
    return Decimal(abs(value.months) // 12 * (-1 if value.months < 0 else 1))


_MINUTE, _HOUR, _DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND

_DATE: Mapping[str, Callable[[Any], object]] = {
    "year": lambda on: Decimal(on.year),
    "month": lambda on: Decimal(on.month),
    "day": lambda on: Decimal(on.day),
    "weekday": lambda on: Decimal(on.isoweekday()),
}
_TIME: Mapping[str, Callable[[Any], object]] = {
    "hour": lambda at: Decimal(at.hour),
    "minute": lambda at: Decimal(at.minute),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone,
}
_LENGTH: Mapping[str, Callable[[Any], object]] = {
    "days": _whole(_DAY),
    "hours": _whole(_HOUR, _DAY),
    "minutes": _whole(_MINUTE, _HOUR),
    "seconds": _seconds_of,
}
_MOMENT: Mapping[str, Callable[[Any], object]] = {**_DATE, **_TIME}
_PROPERTIES: Mapping[type, Mapping[str, Callable[[Any], object]]] = {
    date: _DATE,
    ExactDate: _DATE,
    time: _TIME,
    ExactTime: _TIME,
    datetime: _MOMENT,
    ExactDateTime: _MOMENT,
    timedelta: _LENGTH,
    ExactDuration: _LENGTH,
    YearsMonthsDuration: {
        "years": _years,
        "months": lambda length: Decimal(length.months) - _years(length) * 12,
    },
    Range: {
        "start": lambda span: span.low,
        "end": lambda span: span.high,
        "start included": lambda span: span.low_included,
        "end included": lambda span: span.high_included,
    },
}
