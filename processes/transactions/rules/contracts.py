"""Contracts: what has to hold before one is signed, and how far a supplement goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from engine.errors import Problem
from engine.values import JalaliDate, Percentage, Rial
from processes.transactions.rules.classes import Thresholds
from processes.transactions.rules.guarantee_register import IN_FORCE, Kind, State


@dataclass(frozen=True, slots=True)
class Priced:
    """A line of a bill: how much, and what one costs before tax."""

    quantity: Decimal
    unit_price: Rial

    @property
    def amount(self) -> Rial:
        """The line's amount, rounded half up once (R-MON-02)."""
        exact = self.quantity * self.unit_price.amount
        return Rial(int(exact.to_integral_value(ROUND_HALF_UP)))


def check_price(price: Rial, awarded: Rial) -> list[Problem]:
    """Return ``TND-015`` where the contract's price is not the awarded one (§3.11).

    >>> [each.code for each in check_price(Rial(91), Rial(92))]
    ['TND-015']
    """
    if price == awarded:
        return []
    told = {"price": str(price.amount), "awarded": str(awarded.amount)}
    return [Problem("TND-015", "price", told)]


def check_bill(lines: Iterable[Priced], price: Rial) -> list[Problem]:
    """Return ``PRC-010`` where a bill does not come to the price, to the rial."""
    total = Rial.total(each.amount for each in lines)
    if total == price:
        return []
    return [Problem("PRC-010", "bill", {"sum": str(total.amount), "total": str(price.amount)})]


@dataclass(frozen=True, slots=True)
class Held:
    """A guarantee of the register, as far as a contract needs it."""

    kind: Kind
    state: State
    amount: Rial
    until: date
    concerns: str


def check_performance(held: Held, least: Rial, until: date, contract_no: str) -> list[Problem]:
    """Return why a guarantee does not stand for a contract (R-TND-13, R-TND-06).

    ``CNT-001`` it is none of performance, or not in force · ``TND-027`` lower than the share of the
    contract, or for another one · ``GUA-003`` it ends too early.

    Args:
        until: the last day that it has to hold, as far as it is known now.

    >>> held = Held(Kind.PERFORMANCE, State.VERIFIED, Rial(4), date(2026, 1, 1), "C-1")
    >>> [each.code for each in check_performance(held, Rial(5), date(2026, 2, 1), "C-1")]
    ['CNT-001', 'TND-027', 'GUA-003']
    """
    problems = []
    if held.kind is not Kind.PERFORMANCE or held.state not in IN_FORCE:
        problems.append(Problem("CNT-001", "guarantee_id"))
    if held.amount < least:
        told = {"why": "amount", "required": str(least.amount)}
        problems.append(Problem("TND-027", "guarantee_id", told))
    elif held.concerns != contract_no:
        problems.append(Problem("TND-027", "guarantee_id", {"why": "concerns"}))
    if held.until < until:
        problems.append(Problem("GUA-003", "guarantee_id"))
    return problems


def performance_until(ends_on: date, months: int) -> date:
    """Return until when the guarantee holds: so many months after the work ends (R-TND-13).

    Provisional acceptance is expected on the day the contract ends; where it comes later, the
    guarantee is extended.

    >>> performance_until(JalaliDate.parse("1405/06/31").gregorian(), 1).isoformat()
    '2026-10-22'
    """
    return JalaliDate.of(ends_on).plus_months(months).gregorian()


def check_supplement(price: Rial, changes: Sequence[Rial], limit: Percentage) -> list[Problem]:
    """Return ``CNT-020`` where supplements together pass the limit, up or down (R-PRC-04).

    The limit is a share of the price as signed and is met, not passed, at its very amount.

    Args:
        changes: of all supplements, the new one included; below nothing where it takes away.

    >>> check_supplement(Rial(100), [Rial(20), Rial(5)], Percentage("25"))
    []
    >>> [each.code for each in check_supplement(Rial(100), [Rial(26)], Percentage("25"))]
    ['CNT-020']
    """
    total, most = Rial.total(changes), price.share(limit)
    if abs(total.amount) <= most.amount:
        return []
    told = {"total": str(total.amount), "most": str(most.amount)}
    return [Problem("CNT-020", "amount_change", told)]


def crosses_class(before: Rial, after: Rial, limits: Thresholds) -> bool:
    """Tell whether a supplement brings a contract into a higher class (R-PRC-04).

    >>> limits = Thresholds.of(Rial(2), Decimal(10))
    >>> crosses_class(Rial(20), Rial(21), limits), crosses_class(Rial(18), Rial(20), limits)
    (True, False)
    """
    return after > before and limits.class_of(after) is not limits.class_of(before)
