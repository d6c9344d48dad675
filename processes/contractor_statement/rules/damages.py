"""What does an unauthorised delay cost the contractor?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.values import Rial


@dataclass(frozen=True, slots=True)
class DamageScale:
    """The daily rates and the shares of the contract duration they run to."""

    first_rate: Fraction = Fraction(1, 2000)
    first_until: Fraction = Fraction(1, 10)
    second_rate: Fraction = Fraction(1, 1000)
    second_until: Fraction = Fraction(1, 4)


ARTICLE_50 = DamageScale()


def delay_damages(
    base: Rial, duration_days: int, late_days: int, scale: DamageScale = ARTICLE_50
) -> Rial:
    """Return the damages for ``late_days`` of unauthorised delay.

    The first rate runs to a tenth of the initial duration, the second to a quarter; after
    that nothing is added. The bounds are not rounded to whole days.

    Args:
        base: value of the remaining work that is late, in rials.
        duration_days: the contract's initial duration, above zero.
        late_days: unauthorised days, decided by the consultant, approved by the employer.

    Raises:
        ValueError: a duration or delay that cannot be.

    Source: General Conditions of Contract, art. 50.

    >>> delay_damages(Rial(12_000_000_000), 365, 37)
    Rial(amount=225000000)
    """
    if duration_days <= 0 or late_days < 0:
        raise ValueError("a duration is positive and a delay not negative")
    late = Fraction(late_days)
    first = min(late, duration_days * scale.first_until)
    second = min(late, duration_days * scale.second_until) - first
    return Rial.rounded(base.amount * (scale.first_rate * first + scale.second_rate * second))


def repair_claim(cost: Rial, surcharge: Fraction = Fraction(15, 100)) -> Rial:
    """Return what the contractor owes when the employer clears the defects (§1.15).

    >>> repair_claim(Rial(200))
    Rial(amount=230)
    """
    return cost + Rial.rounded(cost.amount * surcharge)
