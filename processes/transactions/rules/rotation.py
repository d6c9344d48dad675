"""Whose turn it is to be invited, where not every firm of a grade is (R-TND-15, §3.13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

Firm = TypeVar("Firm")


def passed_over(
    invited: Mapping[Firm, date | None], left_out: Mapping[Firm, date | None]
) -> list[Firm]:
    """Return who is left out although it waits longer than one who is invited, longest first.

    By rotation those are invited whose last invitation is the longest ago; who was never invited
    comes before everybody, and of those who wait equally long each may be.

    Args:
        invited, left_out: by firm, when it was last invited; ``None``: never, or too long ago to
            count.

    >>> spring, summer = date(2026, 4, 1), date(2026, 7, 1)
    >>> passed_over({"A": None, "B": spring}, {"C": summer})
    []
    >>> passed_over({"A": None, "B": summer}, {"C": spring, "D": None})
    ['D', 'C']
    """
    newest = max((each or date.min for each in invited.values()), default=date.min)
    waits = {each: at or date.min for each, at in left_out.items()}
    longer = [each for each, at in waits.items() if at < newest]
    return sorted(longer, key=lambda each: waits[each])
