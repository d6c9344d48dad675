"""Which tax rate is in force on a day?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.values import Percentage


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A rate and the first day it is in force."""

    since: date
    rate: Percentage


#: Value added tax: ten percent since 1403/01/01, nine before. A city's settings replace it.
VAT_RATES = (
    DatedRate(date(2008, 9, 22), Percentage("9")),
    DatedRate(date(2024, 3, 20), Percentage("10")),
)


def rate_on(rates: Sequence[DatedRate], on: date) -> Percentage:
    """Return the rate in force on a day, zero before the first.

    >>> rate_on(VAT_RATES, date(2024, 3, 19))
    Percentage(percent=Decimal('9'))
    """
    in_force = [each for each in rates if each.since <= on]
    return max(in_force, key=lambda each: each.since).rate if in_force else Percentage.ZERO


def vat_of_contractor(
    rates: Sequence[DatedRate], approved_on: date, registered_until: date | None
) -> Percentage:
    """Return the VAT rate of a statement (R-STM-12).

    It is zero unless the contractor's VAT registration is valid on the approval day.

    >>> vat_of_contractor(VAT_RATES, date(2025, 8, 1), registered_until=None)
    Percentage(percent=Decimal('0'))
    """
    if registered_until is None or registered_until < approved_on:
        return Percentage.ZERO
    return rate_on(rates, approved_on)
