"""What an open task carries of its case, so that lists are sorted, filtered and searched by it.

A list of work reaches over all processes, and each declares business values of its own. They
lie in the task's row in places any index knows: the amount, the first four other values that
``process.toml`` declares, and one text with all that a search looks at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine.values import JalaliDate, sortable_number, sortable_text

#: columns of a task for values beside the amount; what is declared beyond them is only shown
PLACES: Final = ("value_1", "value_2", "value_3", "value_4")
#: kinds of ``process.toml`` that are compared as numbers
NUMBERS: Final = frozenset({"number", "rial", "percentage"})
_LONGEST_VALUE: Final = 100  #: letters of a value that count
_LONGEST_SOUGHT: Final = 600  #: …and of everything that is searched


@dataclass(frozen=True, slots=True)
class Listing:
    """What the open tasks of one case have in common."""

    amount: str | None
    values: tuple[str | None, ...]  #: one for each of `PLACES`
    sought: str


def listing(
    title: str,
    business_key: str | None,
    business: Mapping[str, Any],
    columns: Mapping[str, str],
    amount: str | None,
) -> Listing:
    """Return what the tasks of a case are found by.

    Args:
        business: the values the case has of ``columns``.
        columns: the declared values with their kinds.
        amount: which of them is the amount.
    """
    others = [key for key in columns if key != amount][: len(PLACES)]
    placed = [placed_value(key, columns[key], business.get(key)) for key in others]
    words = [title, business_key or "", *_words(business, columns)]
    return Listing(
        sortable(columns.get(amount, "rial"), business.get(amount)) if amount else None,
        (*placed, *[None] * (len(PLACES) - len(placed))),
        sortable_text(" ".join(words))[:_LONGEST_SOUGHT],
    )


def placed_value(key: str, kind: str, value: object) -> str | None:
    """Return a value as it lies in one of `PLACES`, which other processes use for others."""
    known = sortable(kind, value)
    return None if known is None else f"{first_of(key)}{known}"


def first_of(key: str) -> str:
    """Return what stands before every value of a key; nothing of another key lies between.

    >>> first_of("payee") < first_of("payee") + "1100" < after_all_of("payee")
    True
    """
    return f"{key}:"


def after_all_of(key: str) -> str:
    """Return what stands after every value of a key."""
    return f"{key};"


def sortable(kind: str, value: object) -> str | None:
    """Return what a value of a declared kind is sorted by; nothing for what is no such value."""
    if value is None or value == "":
        return None
    if kind in NUMBERS:
        return _sortable_number(value)
    return sortable_text(str(value))[:_LONGEST_VALUE]


def _sortable_number(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return sortable_number(number) if number.is_finite() else None


def _words(business: Mapping[str, Any], columns: Mapping[str, str]) -> list[str]:
    """Return the values as people would type them to find them."""
    return [
        _jalali(str(value)) if columns.get(key) == "date" else str(value)
        for key, value in business.items()
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool)
    ]


def _jalali(day: str) -> str:
    try:
        return str(JalaliDate.of(date.fromisoformat(day)))
    except ValueError:  # no day, or one before the years we know
        return day
