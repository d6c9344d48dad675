"""Amounts worked out at random, beside exact fractions that know nothing of `Rial`'s rounding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Final

from engine.values import Percentage, Rial
from processes.contractor_statement.rules.adjustment import split_by_days
from processes.contractor_statement.rules.advance import PRORATA, Instalment, advance_recovered
from processes.contractor_statement.rules.retention import retention_halves

SEED: Final = 20_261_122
MOST: Final = 10**15  #: rials of one amount: products and sums of it stay within R-MON-04


class Differs(AssertionError):
    """What was worked out is not what the fractions say."""


def half_up(exact: Fraction) -> int:
    """Round to whole rials as R-MON-02 says it: halves go away from nothing."""
    whole = int(abs(exact))  # cuts off
    if abs(exact) - whole >= Fraction(1, 2):
        whole += 1
    return whole if exact >= 0 else -whole


def _amount(random: Random) -> int:
    """Return an amount of any length, now and then just beside a half or a round one."""
    size = 10 ** random.randint(1, 15)
    return random.randint(-size, size)


def share(random: Random) -> None:
    """A rate of an amount."""
    amount, hundredths = _amount(random), random.randint(0, 200 * 10**4)
    rate = Decimal(hundredths).scaleb(-4)
    _same(Rial(amount).share(Percentage(rate)).amount, Fraction(amount * hundredths, 10**6), rate)


def times(random: Random) -> None:
    """A quantity of three decimals times a price."""
    price, thousandths = _amount(random) // 10**4, random.randint(-(10**6), 10**6)
    quantity = Decimal(thousandths).scaleb(-3)
    _same(Rial(price).times(quantity).amount, Fraction(price * thousandths, 1000), quantity)


def rounded(random: Random) -> None:
    """A fraction, and one that lies exactly on a half."""
    whole, below = _amount(random), random.randint(1, 10**6)
    for exact in (Fraction(whole, below), Fraction(2 * whole + 1, 2)):
        _same(Rial.rounded(exact).amount, exact, below)


def periods(random: Random) -> None:
    """Periods that follow cumulative totals add up to the rate of the whole (R-STM-15)."""
    rate = Percentage(Decimal(random.randint(0, 10**6)).scaleb(-4))
    totals = [0, *(random.randint(0, MOST) for _ in range(random.randint(1, 5)))]
    shares = [Rial(each).share(rate).amount for each in totals]
    kept = sum(after - before for before, after in pairwise(shares))
    _same(kept, totals[-1] * Fraction(rate.fraction), rate)


def days(random: Random) -> None:
    """An amount split by days: each part rounded, the last what is left."""
    amount = _amount(random)
    worked = {f"1404Q{each}": random.randint(0, 93) for each in range(1, random.randint(2, 5))}
    worked["1405Q1"] = random.randint(1, 93)
    whole = sum(worked.values())
    parts = split_by_days(Rial(amount), worked)
    *first, _ = parts
    for quarter in first:
        _same(parts[quarter].amount, Fraction(amount * worked[quarter], whole), worked)
    _same(sum(each.amount for each in parts.values()), Fraction(amount), worked)


def halves(random: Random) -> None:
    """The first half is rounded up, and the second is the rest."""
    amount = abs(_amount(random))
    first, second = retention_halves(Rial(amount))
    _same(first.amount, Fraction(amount, 2), amount)
    _same(first.amount + second.amount, Fraction(amount), amount)


def recovery(random: Random) -> None:
    """An advance recovered in proportion to the work (§1.8)."""
    whole = random.randint(2, MOST)
    at, gross = random.randint(0, whole - 1), random.randint(0, 2 * whole)
    paid = random.randint(1, MOST)
    done = min(max(Fraction(gross - at, whole - at), Fraction(0)), Fraction(1))
    found = advance_recovered(PRORATA, [Instalment(Rial(paid), Rial(at))], Rial(whole), Rial(gross))
    _same(found.amount, paid * done, (whole, at, gross, paid))


KINDS: Final[Mapping[str, Callable[[Random], None]]] = {
    each.__name__: each for each in (share, times, rounded, periods, days, halves, recovery)
}


def check(count: int, seed: int = SEED) -> dict[str, int]:
    """Work ``count`` amounts out, each kind in its turn; return how many of each.

    Raises:
        Differs: one of them is not what the fractions say, with what it was made of.
    """
    random = Random(seed)
    kinds = list(KINDS.items())
    done = dict.fromkeys(KINDS, 0)
    for number in range(count):
        name, checked = kinds[number % len(kinds)]
        try:
            checked(random)
        except Differs as found:
            raise Differs(f"{name}, seed {seed}, number {number}: {found}") from None
        done[name] += 1
    return done


def _same(found: int, exact: Fraction, made_of: object) -> None:
    if found != half_up(exact):
        raise Differs(f"{found} is not {exact} rounded ({made_of})")
