"""The values FEEL computes with, and how Python values become them (DMN 1.4, 10.3.2).

number: ``Decimal`` of at most 34 digits · string: ``str`` · boolean: ``bool`` · null: ``None``
· list: ``list`` · context: ``dict`` · date, time, date and time: those of ``datetime``
· days and time duration: ``timedelta`` · what ``datetime`` has no room for: ``feel.exact``
· and the three classes below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import (
    MAX_EMAX,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import TYPE_CHECKING

from engine.feel.errors import NullBecause
from engine.feel.exact import ExactDate, ExactDateTime, ExactDuration, ExactTime

if TYPE_CHECKING:
    from engine.feel.types import FunctionType

#: IEEE 754-2008 decimal128, which FEEL numbers are (10.3.2.3.1).
CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=min(6144, MAX_EMAX),
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

_NAN = Decimal("NaN")

MAX_STRING = 1_000_000  #: characters of a string an expression may build
MAX_MONTHS = 10**11
DaysTimeDuration = timedelta


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A length of time in whole months, negative when it goes back."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > MAX_MONTHS:
            raise OverflowError(f"a duration of more than {MAX_MONTHS} months")


@dataclass(frozen=True, slots=True)
class Range:
    """What lies between two ends; an end that is ``None`` is open without limit."""

    low: object
    high: object
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function an expression defined; it answers only during that evaluation."""

    parameters: tuple[str, ...]
    call: Callable[..., object]
    type: FunctionType


_KINDS: dict[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    list: "list",
    dict: "context",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    ExactDate: "date",
    ExactDateTime: "date and time",
    ExactTime: "time",
    ExactDuration: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    Range: "range",
    FunctionValue: "function",
}

ORDERED = frozenset(_KINDS.values()) - {
    "boolean", "null", "list", "context", "range", "function",
}  # fmt: skip


def kind_of(value: object) -> str:
    """Return the name of the FEEL type of ``value``."""
    return _KINDS[type(value)]


def imported(value: object) -> object:
    """Return the FEEL value for a Python value; contexts and lists are copied.

    Raises:
        TypeError: FEEL has no such type. A ``float`` is refused too: it is not exact.
    """
    importer = _IMPORTERS.get(type(value), _imported_by_base)
    return value if importer is None else importer(value)


def _imported_by_base(value: object) -> object:
    for base in (bool, int, Decimal, str, datetime, date, time, timedelta):
        if isinstance(value, base):
            return imported(_plain(base, value))
    if isinstance(value, Mapping):
        return _imported_context(value)
    if isinstance(value, float):
        raise TypeError("a float is not exact; pass a Decimal to FEEL")
    raise TypeError(f"{type(value).__name__} is not a type of FEEL")


def _plain(base: type, value: object) -> object:
    """Strip a subclass, such as an enumeration's member, down to the type FEEL knows."""
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.timetz())
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, time | timedelta):
        raise TypeError(f"{type(value).__name__} is not a type of FEEL")
    return base(value)


def _imported_number(value: int | Decimal) -> Decimal:
    try:
        number = CONTEXT.plus(value)
    except DecimalException:
        number = _NAN
    if not number.is_finite():
        raise TypeError("neither an infinite nor so great a number is one of FEEL")
    return number


def _imported_context(value: Mapping[object, object]) -> dict[str, object]:
    return {str(key): imported(entry) for key, entry in value.items()}


#: by type; nothing where a value is FEEL's own already
_IMPORTERS: dict[type, Callable[..., object] | None] = {
    **dict.fromkeys(_KINDS),
    int: _imported_number,
    Decimal: _imported_number,
    list: lambda value: list(map(imported, value)),
    tuple: lambda value: list(map(imported, value)),
    dict: _imported_context,
}


def short_string(text: str) -> str:
    """Return ``text``, or refuse it when an expression made it too long."""
    if len(text) > MAX_STRING:
        raise NullBecause(f"a string of more than {MAX_STRING} characters")
    return text
