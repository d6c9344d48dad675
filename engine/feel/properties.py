"""What stands after the dot: entries of contexts and the parts of dates and durations."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.errors import NullBecause
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


def _offset(value: datetime | time) -> timedelta:
    offset = value.utcoffset()
    if offset is None:
        raise NullBecause(f"the {kind_of(value)} has no offset from UTC")
    return offset


def _zone(value: datetime | time) -> str:
    if not isinstance(value.tzinfo, ZoneInfo):
        raise NullBecause(f"the {kind_of(value)} has no time zone")
    return str(value.tzinfo.key)


def _whole(value: timedelta, unit: timedelta, within: timedelta | None = None) -> Decimal:
    """Return the whole ``unit``s of a duration, or of its rest in ``within``, with its sign."""
    size = abs(value) % within if within else abs(value)
    return Decimal(size // unit * (-1 if value < timedelta() else 1))


def _years(value: YearsMonthsDuration) -> Decimal:
    return Decimal(abs(value.months) // 12 * (-1 if value.months < 0 else 1))


_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)

_DATE: Mapping[str, Callable[[Any], object]] = {
    "year": lambda on: Decimal(on.year),
    "month": lambda on: Decimal(on.month),
    "day": lambda on: Decimal(on.day),
    "weekday": lambda on: Decimal(on.isoweekday()),
}
_TIME: Mapping[str, Callable[[Any], object]] = {
    "hour": lambda at: Decimal(at.hour),
    "minute": lambda at: Decimal(at.minute),
    "second": lambda at: Decimal(at.second),
    "time offset": _offset,
    "timezone": _zone,
}
_PROPERTIES: Mapping[type, Mapping[str, Callable[[Any], object]]] = {
    date: _DATE,
    time: _TIME,
    datetime: {**_DATE, **_TIME},
    timedelta: {
        "days": lambda length: _whole(length, _DAY),
        "hours": lambda length: _whole(length, _HOUR, _DAY),
        "minutes": lambda length: _whole(length, _MINUTE, _HOUR),
        "seconds": lambda length: _whole(length, _SECOND, _MINUTE),
    },
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
