"""How far may a contract grow or shrink without a supplement?"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Problem
from engine.values import Percentage, Rial

VARIATION_LIMIT = Percentage("25")


@dataclass(frozen=True, slots=True)
class VariationRange:
    """The least and the most the works may come to, in rials."""

    lowest: Rial
    highest: Rial


def variation_range(
    contract_amount: Rial, supplements: Rial = Rial.ZERO, limit: Percentage = VARIATION_LIMIT
) -> VariationRange:
    """Return the range of R-STM-16; signed supplements move its upper end.

    Source: General Conditions of Contract, art. 29.

    >>> variation_range(Rial(110_480_092_050)).highest
    Rial(amount=138100115063)
    """
    whole = Percentage(100).percent
    return VariationRange(
        lowest=contract_amount.share(Percentage(whole - limit.percent)),
        highest=contract_amount.share(Percentage(whole + limit.percent)) + supplements,
    )


def check_variation(
    measured_works: Rial,
    contract_amount: Rial,
    *,
    supplements: Rial = Rial.ZERO,
    final: bool = False,
    limit: Percentage = VARIATION_LIMIT,
) -> list[Problem]:
    """Return ``STM-016`` when the sum of the works leaves the range (R-STM-16, R-STM-17).

    The sum counts, never one line, and lines with a new price count too. That it is too
    small can only be said of the final statement.

    >>> [each.code for each in check_variation(Rial(126), Rial(100))]
    ['STM-016']
    """
    allowed = variation_range(contract_amount, supplements, limit)
    too_much = measured_works > allowed.highest
    too_little = final and measured_works < allowed.lowest
    if not (too_much or too_little):
        return []
    bound = allowed.highest if too_much else allowed.lowest
    return [
        Problem("STM-016", params={"total": str(measured_works.amount), "limit": str(bound.amount)})
    ]
