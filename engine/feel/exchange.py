"""FEEL values for the outside: what JSON can hold."""

from decimal import Decimal

from engine.feel.exact import DATES, LENGTHS, TIMES, ExactDateTime
from engine.feel.moments import iso_text
from engine.feel.values import CONTEXT, Range, YearsMonthsDuration

_WRITTEN = (*DATES, *TIMES, *LENGTHS, ExactDateTime, YearsMonthsDuration)  #: as ISO text


def to_json(value: object) -> object:
    """Return ``value`` for JSON: whole numbers as ``int``, other numbers as ``Decimal``.

    Dates, times and durations become ISO text, a range a context of its four properties.

    Raises:
        TypeError: a function has no JSON.
    """
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return _number(value)
        case list():
            return [to_json(item) for item in value]
        case dict():
            return {name: to_json(entry) for name, entry in value.items()}
        case _ if isinstance(value, _WRITTEN):
            return iso_text(value)
        case Range():
            return {
                "start": to_json(value.low),
                "end": to_json(value.high),
                "start included": value.low_included,
                "end included": value.high_included,
            }
    raise TypeError(f"{type(value).__name__} has no JSON")


def _number(value: Decimal) -> int | Decimal:
    whole = value == value.to_integral_value()
    return int(value) if whole and value.adjusted() < 1000 else CONTEXT.normalize(value)
