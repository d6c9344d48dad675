"""The auditor's sample of small purchases: who knows the seed draws the same (§3.13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING
from hashlib import sha256

from engine.values import JalaliDate, Percentage, end_of_day


def sample(numbers: Iterable[str], seed: str, share: Percentage) -> list[str]:
    """Return the orders to be looked at, in the order they were drawn.

    Each order is placed by the SHA-256 of ``<seed>|<its number>`` and the first of them are taken:
    the share rounded up, one at least. Nobody who does not know the seed beforehand can tell
    which, and whoever knows it afterwards draws the same, by hand if need be.

    Args:
        numbers: of all orders of the month.
        seed: told in public before.

    >>> sample(["S-1", "S-2", "S-3"], "1405", Percentage("5"))
    ['S-2']
    """
    ordered = sorted(set(numbers), key=lambda each: sha256(f"{seed}|{each}".encode()).hexdigest())
    exact = len(ordered) * share.percent / 100
    return ordered[: int(exact.to_integral_value(ROUND_CEILING))]


def sha256_of(seed: str) -> str:
    """Return what is told of a seed before its month begins, in hex."""
    return sha256(seed.encode()).hexdigest()


def named(first: JalaliDate) -> str:
    """Return the name of a month.

    >>> named(JalaliDate(1405, 7, 1))
    '1405/07'
    """
    return f"{first.year}/{first.month:02d}"


def month_after(day: date) -> JalaliDate:
    """Return the first day of the month after a day's."""
    here = JalaliDate.of(day)
    return JalaliDate(here.year, here.month, 1).plus_months(1)


def bounds(first: JalaliDate) -> tuple[datetime, datetime]:
    """Return when a month begins and ends: what is bought between is of it."""
    eve = first.gregorian() - timedelta(days=1)
    last = first.plus_months(1).gregorian() - timedelta(days=1)
    return end_of_day(eve), end_of_day(last)
