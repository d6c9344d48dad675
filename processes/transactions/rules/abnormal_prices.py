"""Abnormal prices (قیمت نامتعارف): which bids must be justified (`domain.md` §3.8).

The official range of proportionate prices could not be verified, so how a range is found is a
plug-in that the rule pack names; nothing here rejects a bid, people do, with a reason.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt
from typing import Final, TypeAlias

from engine.values import Percentage, Rial
from processes.transactions.rules.computation import Computed, Step


@dataclass(frozen=True, slots=True)
class PriceRule:
    """How a rule pack finds the range; the defaults are those of `domain.md` §3.8."""

    method: str = "mean_deviation"  #: a name of `METHODS`
    lowest_share: Percentage = Percentage(50)  #: of the estimate: what lies below is left out
    highest_share: Percentage = Percentage(130)
    deviations: Decimal = Decimal("1.2")  #: how many of them from the mean
    fewest: int = 3  #: bids, for a mean to say something
    around_estimate: Percentage = Percentage(20)  #: the range where there are fewer
    justify_working_days: int = 5  #: for a bidder to hand in the price analysis (تجزیه بها)


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What is not abnormal, both ends included."""

    low: Rial
    high: Rial


class Standing(enum.Enum):
    """Where a price lies."""

    WITHIN = "WITHIN"
    LOW = "LOW"  #: the bidder has to justify it
    HIGH = "HIGH"


Method: TypeAlias = Callable[[PriceRule, Rial, Sequence[Rial]], Computed[PriceRange]]


def price_range(rule: PriceRule, estimate: Rial, prices: Sequence[Rial]) -> Computed[PriceRange]:
    """Return the acceptable range of a tender's prices by the rule pack's method.

    Args:
        estimate: ``E``, of the same contents as the prices, in rials.
        prices: of the bids that were opened, corrected for arithmetic.

    Raises:
        KeyError: the rule pack names a method that there is not.

    >>> bids = [Rial(each * 10**9) for each in (88, 92, 58, 99, 160, 95)]
    >>> price_range(PriceRule(), Rial(100 * 10**9), bids).result
    PriceRange(low=Rial(amount=68819283291), high=Rial(amount=103980716709))
    """
    return METHODS[rule.method](rule, estimate, prices)


def standing(found: PriceRange, price: Rial) -> Standing:
    """Return where a price lies; one that was left out of the mean is compared all the same.

    >>> standing(PriceRange(Rial(69), Rial(104)), Rial(58))
    <Standing.LOW: 'LOW'>
    """
    if price < found.low:
        return Standing.LOW
    return Standing.HIGH if price > found.high else Standing.WITHIN


def mean_deviation(rule: PriceRule, estimate: Rial, prices: Sequence[Rial]) -> Computed[PriceRange]:
    """Find the range from the mean and the population deviation of what is left.

    Both ends are rounded once, from the exact mean and the exact square root.
    """
    least, most = estimate.share(rule.lowest_share), estimate.share(rule.highest_share)
    kept = [each for each in prices if least <= each <= most]
    dropped = len(prices) - len(kept)
    first = Step.of(
        "abnormal.bounds",
        estimate=estimate,
        low=least,
        high=most,
        dropped=dropped,
        left=len(kept),
    )
    if len(kept) < rule.fewest:
        fallback = around_estimate(rule, estimate, prices)
        few = Step.of("abnormal.too_few", left=len(kept), fewest=rule.fewest)
        return Computed(fallback.result, (first, few, *fallback.steps))
    mean = Fraction(sum(each.amount for each in kept), len(kept))
    squares = (Fraction(each.amount - mean) ** 2 for each in kept)
    variance = sum(squares, Fraction(0)) / len(kept)
    distance = variance * Fraction(rule.deviations**2)
    low = Rial(max(0, _rounded_sum(mean, distance, -1)))
    high = Rial(_rounded_sum(mean, distance, 1))
    deviation = Rial(_rounded_sum(Fraction(0), variance, 1))
    of_mean = Step.of("abnormal.mean", mean=Rial.rounded(mean), deviation=deviation)
    last = Step.of("abnormal.range", deviations=rule.deviations, low=low, high=high)
    return Computed(PriceRange(low, high), (first, of_mean, last))


def _rounded_sum(base: Fraction, square: Fraction, sign: int) -> int:
    """Return ``base ± √square``, rounded half up, exactly: by whole numbers alone.

    With ``n/d`` for base + ½ and ``a/b`` for the square it is ``⌊(n·b ± d·√(a·b)) / (d·b)⌋``, and
    under ``⌊ ⌋`` a root may be replaced by the whole number below it, or above where it is taken
    away.
    """
    half_up = base + Fraction(1, 2)
    whole = square.numerator * square.denominator * half_up.denominator**2
    root = isqrt(whole)
    if sign < 0 and root * root != whole:
        root += 1
    divisor = half_up.denominator * square.denominator
    return (half_up.numerator * square.denominator + sign * root) // divisor


def around_estimate(rule: PriceRule, estimate: Rial, _: Sequence[Rial]) -> Computed[PriceRange]:
    """Take the estimate, more or less a share of it, whatever the bids are.

    >>> around_estimate(PriceRule(), Rial(100), []).result
    PriceRange(low=Rial(amount=80), high=Rial(amount=120))
    """
    share = estimate.share(rule.around_estimate)
    low, high = estimate - share, estimate + share
    told = Step.of(
        "abnormal.around", estimate=estimate, share=rule.around_estimate, low=low, high=high
    )
    return Computed(PriceRange(low, high), (told,))


#: How a range is found, by the name that a rule pack says.
METHODS: Final[Mapping[str, Method]] = {
    "mean_deviation": mean_deviation,
    "around_estimate": around_estimate,
}
