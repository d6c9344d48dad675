"""The balanced price (قیمت تراز شده): how quality weighs on price (`domain.md` §3.7)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from engine.errors import Problem, RulesBroken
from engine.values import Rial
from processes.transactions.rules.computation import Computed, Step

#: The highest score a bid can have.
FULL_SCORE: Final = 100


def balanced_price(price: Rial, score: Decimal, impact: Decimal) -> Computed[Rial]:
    """Return the price by which bids of different quality are compared, with its computation.

    ``L = 100 × C / (100 - i × (100 - S))``, rounded once. The lowest wins, and its contract is
    made at the price ``C``, never at ``L``. Bids are ranked by the rials that are printed: who
    reads the minutes can check the order by eye.

    Args:
        price: ``C``, corrected for arithmetic.
        score: ``S``, from 0 to 100, at or above the minimum of the documents.
        impact: ``i``, from 0 (price alone) to 1, fixed in the documents.

    Raises:
        RulesBroken: ``TND-020``, each value out of its bounds, beside its field.

    Source: by-law of article 26 of the Tenders Act 1383.

    >>> balanced_price(Rial(92_000_000_000), Decimal(90), Decimal("0.4")).result
    Rial(amount=95833333333)
    """
    problems = _out_of_bounds(price, score, impact)
    if problems:
        raise RulesBroken(problems)
    divisor = FULL_SCORE - Fraction(impact) * (FULL_SCORE - Fraction(score))
    found = Rial.rounded(FULL_SCORE * price.amount / divisor)
    told = Step.of("balanced.price", price=price, score=score, impact=impact, balanced=found)
    return Computed(found, (told,))


def _out_of_bounds(price: Rial, score: Decimal, impact: Decimal) -> list[Problem]:
    problems = []
    if price <= Rial.ZERO:
        problems.append(Problem("TND-020", "price", {"value": str(price.amount)}))
    if not 0 <= score <= FULL_SCORE:
        problems.append(Problem("TND-020", "score", {"value": str(score)}))
    # with i = 1 and S = 0 nothing is left to divide by
    if not 0 <= impact <= 1 or (impact == 1 and score == 0):
        problems.append(Problem("TND-020", "impact", {"value": str(impact)}))
    return problems


def check_impact(published: Decimal | None, impact: Decimal) -> list[Problem]:
    """Return why an impact factor cannot stand: ``TND-020`` out of bounds, ``TND-021`` changed.

    Args:
        published: the factor in the documents that bidders were given; ``None`` before.

    >>> [each.code for each in check_impact(Decimal("0.2"), Decimal("0.3"))]
    ['TND-021']
    """
    if not 0 <= impact <= 1:
        return [Problem("TND-020", "impact", {"value": str(impact)})]
    if published is not None and published != impact:
        told = {"published": str(published), "value": str(impact)}
        return [Problem("TND-021", "impact", told)]
    return []
