"""Comparing quotations: the lowest wins unless a reason is given (`domain.md` §3.13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.errors import Problem
from engine.values import Rial


@dataclass(frozen=True, slots=True)
class Offer:
    """What one supplier asks for everything, delivered, before tax."""

    firm: str
    total: Rial
    delivery_days: int | None = None


def ranked(offers: Sequence[Offer]) -> list[Offer]:
    """Return the offers, the lowest first; of equal ones the one that is delivered sooner.

    >>> [each.firm for each in ranked([Offer("b", Rial(410)), Offer("a", Rial(395))])]
    ['a', 'b']
    """
    return sorted(
        offers, key=lambda each: (each.total, each.delivery_days is None, each.delivery_days)
    )


def check_offers(offers: Sequence[Offer]) -> list[Problem]:
    """Return ``PRC-007`` for a supplier that stands twice, ``MON-002`` for a price of nothing."""
    seen: Counter[str] = Counter()
    problems = []
    for row, each in enumerate(offers):
        seen[each.firm] += 1
        if seen[each.firm] > 1:
            problems.append(Problem("PRC-007", f"quotations/{row}/firm_id"))
        if each.total <= Rial.ZERO:
            value = {"value": str(each.total.amount)}
            problems.append(Problem("MON-002", f"quotations/{row}/total", value))
    return problems


def check_choice(offers: Sequence[Offer], chosen: str, reason: str | None) -> list[Problem]:
    """Return ``PRC-009`` for who offered nothing, ``PRC-005`` for a dearer one without a why."""
    offer = next((each for each in offers if each.firm == chosen), None)
    if offer is None:
        return [Problem("PRC-009", "supplier_id")]
    lowest = min(each.total for each in offers)
    return [Problem("PRC-005", "choice_reason")] if offer.total > lowest and not reason else []


def check_class(price: Rial, limit: Rial | None, field: str) -> list[Problem]:
    """Return ``PRC-004`` where a price is of a higher class than what was asked for (R-PRC-03).

    >>> check_class(Rial(20_500_000_000), Rial(20_000_000_000), "supplier_id")[0].code
    'PRC-004'
    """
    if limit is None or price <= limit:
        return []
    return [Problem("PRC-004", field, {"price": str(price.amount), "limit": str(limit.amount)})]


def check_prices(prices: Sequence[tuple[Decimal, Rial]], total: Rial) -> list[Problem]:
    """Return ``PRC-010`` where quantities at their unit prices do not come to the total.

    >>> check_prices([(Decimal(10), Rial(30)), (Decimal(2), Rial(50))], Rial(400))
    []
    """
    came_to = Rial.total(price.times(quantity) for quantity, price in prices)
    if came_to == total:
        return []
    params = {"sum": str(came_to.amount), "total": str(total.amount)}
    return [Problem("PRC-010", "prices", params)]


def check_count(found: int, least: int, reason: str | None, field: str) -> list[Problem]:
    """Return ``PRC-003`` for fewer suppliers than the least number without a written reason."""
    if found >= least or reason:
        return []
    return [Problem("PRC-003", field, {"found": str(found), "least": str(least)})]
