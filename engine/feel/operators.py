"""What the operators do with two values (DMN 1.4, tables 42 to 55).

A function here raises ``NullBecause`` when the answer is null; whoever calls it keeps the
reason. Numbers are computed in decimal128, so money stays exact.
"""

import operator
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.errors import NullBecause
from engine.feel.values import CONTEXT, ORDERED, Range, YearsMonthsDuration, kind_of, short_string

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_MICROSECOND = timedelta(microseconds=1)


def equal(left: object, right: object) -> bool | None:
    """Tell whether two values are the same; null when their types cannot be."""
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None
    if isinstance(left, list):
        return _equal_lists(left, right)  # type: ignore[arg-type]
    if isinstance(left, dict):
        return _equal_contexts(left, right)  # type: ignore[arg-type]
    return left == right


def _equal_lists(left: list[object], right: list[object]) -> bool | None:
    if len(left) != len(right):
        return False
    return _all(equal(a, b) for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, object], right: dict[str, object]) -> bool | None:
    if left.keys() != right.keys():
        return False
    return _all(equal(left[key], right[key]) for key in left)


def _all(answers: Any) -> bool | None:
    found = list(answers)
    return False if False in found else None if None in found else True


def ordered(symbol: str, left: object, right: object) -> bool:
    """Tell whether ``left`` is less or greater than ``right``, as ``symbol`` asks."""
    kind, other = kind_of(left), kind_of(right)
    if kind != other or kind not in ORDERED:
        raise NullBecause(f"a {kind} and a {other} have no order")
    try:
        return ORDERINGS[symbol](left, right)
    except TypeError:  # a local moment and one with an offset
        raise NullBecause(f"one {kind} has an offset from UTC and the other has none") from None


def contains(span: Range, value: object) -> bool:
    """Tell whether ``value`` lies in a range."""
    above = span.low is None or ordered(">=" if span.low_included else ">", value, span.low)
    below = span.high is None or ordered("<=" if span.high_included else "<", value, span.high)
    return above and below


def add(left: object, right: object) -> object:
    """Add numbers, durations, a duration to a moment, or join strings."""
    match left, right:
        case Decimal(), Decimal():
            return CONTEXT.add(left, right)
        case str(), str():
            return short_string(left + right)
        case timedelta(), timedelta():
            return left + right
        case YearsMonthsDuration(), YearsMonthsDuration():
            return YearsMonthsDuration(left.months + right.months)
        case ((date() | time()), (timedelta() | YearsMonthsDuration())):
            return _moved(left, right)
        case ((timedelta() | YearsMonthsDuration()), (date() | time())):
            return _moved(right, left)
    raise _undefined("added to", right, left)


def _moved(moment: date | time, by: timedelta | YearsMonthsDuration) -> object:
    if isinstance(moment, time):
        if isinstance(by, YearsMonthsDuration):
            raise _undefined("added to", by, moment)
        plain = datetime.combine(date(2000, 1, 1), moment.replace(tzinfo=None))
        return (plain + by % timedelta(days=1)).time().replace(tzinfo=moment.tzinfo)
    if isinstance(by, YearsMonthsDuration):
        return months_later(moment, by.months)
    if isinstance(moment, datetime):
        return _elapsed(moment, by)
    return (datetime.combine(moment, time()) + by).date()


def _elapsed(moment: datetime, by: timedelta) -> datetime:
    """Count real time, also over a change of the clocks in the zone of ``moment``."""
    if moment.tzinfo is None:
        return moment + by
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def months_later(moment: date, months: int) -> date:
    """Return the same day of a later month, or its last day when that month is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise NullBecause("a year outside 1 to 9999")
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def subtract(left: object, right: object) -> object:
    """Subtract numbers or durations, or find what lies between moments."""
    match left, right:
        case Decimal(), Decimal():
            return CONTEXT.subtract(left, right)
        case timedelta(), timedelta():
            return left - right
        case YearsMonthsDuration(), YearsMonthsDuration():
            return YearsMonthsDuration(left.months - right.months)
        case date(), date():
            return _between(_moment(left, right), _moment(right, left))
        case time(), time():
            day = date(2000, 1, 1)
            return _between(datetime.combine(day, left), datetime.combine(day, right))
        case ((date() | time()), (timedelta() | YearsMonthsDuration())):
            return _moved(left, _reversed(right))
    raise _undefined("subtracted from", right, left)


def _moment(day: date, other: date) -> datetime:
    """A date beside a moment stands for its first instant, in UTC when there are offsets."""
    if isinstance(day, datetime):
        return day
    has_offset = not isinstance(other, datetime) or other.tzinfo is not None
    return datetime.combine(day, time(), UTC if has_offset else None)


def _between(left: datetime, right: datetime) -> timedelta:
    if (left.tzinfo is None) != (right.tzinfo is None):
        raise NullBecause("one moment has an offset from UTC and the other has none")
    if left.tzinfo is None:
        return left - right
    return left.astimezone(UTC) - right.astimezone(UTC)


def multiply(left: object, right: object) -> object:
    """Multiply numbers, or a duration by a number."""
    match left, right:
        case Decimal(), Decimal():
            return CONTEXT.multiply(left, right)
        case ((timedelta() | YearsMonthsDuration()), Decimal()):
            return _times(left, right)
        case Decimal(), (timedelta() | YearsMonthsDuration()):
            return _times(right, left)
    raise _undefined("multiplied by", left, right)


def _times(length: timedelta | YearsMonthsDuration, factor: Decimal) -> object:
    if isinstance(length, YearsMonthsDuration):
        return YearsMonthsDuration(int(CONTEXT.multiply(Decimal(length.months), factor)))
    micros = CONTEXT.multiply(Decimal(length // _MICROSECOND), factor)
    return timedelta(microseconds=int(micros))


def divide(left: object, right: object) -> object:
    """Divide numbers or durations, or a duration by a number."""
    match left, right:
        case Decimal(), Decimal():
            return CONTEXT.divide(left, _divisor(right))
        case timedelta(), timedelta():
            whole, part = Decimal(left // _MICROSECOND), Decimal(right // _MICROSECOND)
            return CONTEXT.divide(whole, _divisor(part))
        case YearsMonthsDuration(), YearsMonthsDuration():
            return CONTEXT.divide(Decimal(left.months), _divisor(Decimal(right.months)))
        case YearsMonthsDuration(), Decimal():
            return YearsMonthsDuration(int(CONTEXT.divide(Decimal(left.months), _divisor(right))))
        case timedelta(), Decimal():
            micros = CONTEXT.divide(Decimal(left // _MICROSECOND), _divisor(right))
            return timedelta(microseconds=int(micros))
    raise _undefined("divided by", left, right)


def _divisor(number: Decimal) -> Decimal:
    if not number:
        raise NullBecause("a division by zero")
    return number


def power(left: object, right: object) -> object:
    """Raise a number to a power."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        if not left and right < 0:
            raise NullBecause("a division by zero")
        return CONTEXT.power(left, right)
    raise _undefined("raised to", left, right)


def _reversed(length: timedelta | YearsMonthsDuration) -> timedelta | YearsMonthsDuration:
    return -length if isinstance(length, timedelta) else YearsMonthsDuration(-length.months)


def negated(value: object) -> object:
    """Return a number or duration with the other sign."""
    match value:
        case Decimal():
            return CONTEXT.minus(value)
        case timedelta() | YearsMonthsDuration():
            return _reversed(value)
    raise NullBecause(f"a {kind_of(value)} has no negative")


def _undefined(verb: str, left: object, right: object) -> NullBecause:
    return NullBecause(f"a {kind_of(left)} cannot be {verb} a {kind_of(right)}")


#: The commonest cases, which need no look at the types.
OF_NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
}

ARITHMETIC: dict[str, Callable[[object, object], object]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
