"""What the operators do with two values (DMN 1.4, tables 42 to 55).

A function here raises ``NullBecause`` when the answer is null; whoever calls it keeps the
reason. Numbers are computed in decimal128, so money stays exact.
"""

import operator
from collections.abc import Callable
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.errors import NullBecause
from engine.feel.exact import (
    DATES,
    DAY,
    LENGTHS,
    MOMENTS,
    TIMES,
    AnyDate,
    AnyLength,
    AnyMoment,
    ExactDate,
    ExactDateTime,
    ExactDuration,
    ExactTime,
    date_of_days,
    exact_date,
    exact_moment,
    exact_time,
    moved,
    nanos_of,
    order_key,
    plain_date,
    plain_length,
    plain_moment,
    plain_time,
)
from engine.feel.values import CONTEXT, ORDERED, Range, YearsMonthsDuration, kind_of, short_string

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_DURATIONS = (*LENGTHS, YearsMonthsDuration)
_MEASURED = DATES + TIMES + MOMENTS + LENGTHS


def equal(left: object, right: object) -> bool | None:
    """Tell whether two values are the same; null when their types cannot be."""
    if left is None or right is None:
        return left is right
    if kind_of(left) != kind_of(right):
        return None
    if isinstance(left, list):
        return _equal_lists(left, right)  # type: ignore[arg-type]
    if isinstance(left, dict):
        return _equal_contexts(left, right)  # type: ignore[arg-type]
    if isinstance(left, _MEASURED):
        return order_key(left) == order_key(right)
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
    if isinstance(left, _MEASURED):
        (has_offset, first), (has_too, second) = order_key(left), order_key(right)
        if has_offset is not has_too:
            raise NullBecause(f"one {kind} has an offset from UTC and the other has none")
        return ORDERINGS[symbol](first, second)
    return ORDERINGS[symbol](left, right)


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
        case ((timedelta() | ExactDuration()), (timedelta() | ExactDuration())):
            return plain_length(nanos_of(left) + nanos_of(right))
        case YearsMonthsDuration(), YearsMonthsDuration():
            return YearsMonthsDuration(left.months + right.months)
    if isinstance(right, _DURATIONS):
        return _moved(left, right, 1)
    if isinstance(left, _DURATIONS):
        return _moved(right, left, 1)
    raise _undefined("added to", right, left)


def _moved(value: object, by: AnyLength | YearsMonthsDuration, sign: int) -> object:
    """Return a date, time or moment later (``sign`` 1) or earlier (-1) by a duration."""
    if isinstance(by, YearsMonthsDuration):
        if isinstance(value, DATES + MOMENTS):
            return months_later(value, sign * by.months)
    elif isinstance(value, MOMENTS):
        return moved(value, sign * nanos_of(by))
    elif isinstance(value, DATES):
        return date_of_days(exact_date(value).days + sign * nanos_of(by) // DAY)
    elif isinstance(value, TIMES):
        clock = exact_time(value)
        return plain_time(ExactTime((clock.nanos + sign * nanos_of(by)) % DAY, clock.tzinfo))
    raise _undefined("added to" if sign > 0 else "subtracted from", by, value)


def months_later(value: AnyDate | AnyMoment, months: int) -> AnyDate | AnyMoment:
    """Return the same day of a later month, or its last day when that month is shorter."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    length = ExactDate(year + month // 11, (month + 1) % 12 + 1, 1).days
    length -= ExactDate(year, month + 1, 1).days
    later = ExactDate(year, month + 1, min(value.day, length))
    if isinstance(value, MOMENTS):
        return plain_moment(ExactDateTime(later, exact_time(value)))
    return plain_date(later)


def subtract(left: object, right: object) -> object:
    """Subtract numbers or durations, or find what lies between moments."""
    match left, right:
        case Decimal(), Decimal():
            return CONTEXT.subtract(left, right)
        case ((timedelta() | ExactDuration()), (timedelta() | ExactDuration())):
            return plain_length(nanos_of(left) - nanos_of(right))
        case YearsMonthsDuration(), YearsMonthsDuration():
            return YearsMonthsDuration(left.months - right.months)
    if isinstance(right, _DURATIONS):
        return _moved(left, right, -1)
    if isinstance(left, DATES + MOMENTS) and isinstance(right, DATES + MOMENTS):
        return _between(_moment(left, right), _moment(right, left))
    if isinstance(left, TIMES) and isinstance(right, TIMES):
        return _between(left, right)
    raise _undefined("subtracted from", right, left)


def _moment(day: AnyDate | AnyMoment, other: AnyDate | AnyMoment) -> AnyMoment:
    """A date beside a moment stands for its first instant, in UTC when there are offsets."""
    has_offset = isinstance(other, MOMENTS) and other.tzinfo is not None
    return exact_moment(day, UTC if has_offset else None)


def _between(left: object, right: object) -> AnyLength:
    (has_offset, later), (has_too, earlier) = order_key(left), order_key(right)
    if has_offset is not has_too:
        raise NullBecause("one moment has an offset from UTC and the other has none")
    return plain_length(later - earlier)


def multiply(left: object, right: object) -> object:
    """Multiply numbers, or a duration by a number."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.multiply(left, right)
    if isinstance(left, _DURATIONS) and isinstance(right, Decimal):
        return _scaled(left, right, CONTEXT.multiply)
    if isinstance(right, _DURATIONS) and isinstance(left, Decimal):
        return _scaled(right, left, CONTEXT.multiply)
    raise _undefined("multiplied by", left, right)


def _scaled(
    length: AnyLength | YearsMonthsDuration,
    by: Decimal,
    compute: Callable[[Decimal, Decimal], Decimal],
) -> object:
    """Multiply or divide a duration; what is less than its unit is cut off."""
    if isinstance(length, YearsMonthsDuration):
        return YearsMonthsDuration(int(compute(Decimal(length.months), by)))
    return plain_length(int(compute(Decimal(nanos_of(length)), by)))


def divide(left: object, right: object) -> object:
    """Divide numbers or durations, or a duration by a number."""
    match left, right:
        case Decimal(), Decimal():
            return CONTEXT.divide(left, _divisor(right))
        case ((timedelta() | ExactDuration()), (timedelta() | ExactDuration())):
            return CONTEXT.divide(Decimal(nanos_of(left)), _divisor(Decimal(nanos_of(right))))
        case YearsMonthsDuration(), YearsMonthsDuration():
            return CONTEXT.divide(Decimal(left.months), _divisor(Decimal(right.months)))
    if isinstance(left, _DURATIONS) and isinstance(right, Decimal):
        return _scaled(left, _divisor(right), CONTEXT.divide)
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
        if not right:
            return Decimal(1)
        return CONTEXT.power(left, right)
    raise _undefined("raised to", left, right)


def negated(value: object) -> object:
    """Return a number or duration with the other sign."""
    match value:
        case Decimal():
            return CONTEXT.minus(value)
        case YearsMonthsDuration():
            return YearsMonthsDuration(-value.months)
        case timedelta() | ExactDuration():
            return plain_length(-nanos_of(value))
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
