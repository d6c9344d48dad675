"""The same invoice twice (R-FIN-03)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from engine.errors import Problem
from engine.values import Rial


@dataclass(frozen=True, slots=True)
class Paper:
    """What a supplier asks for: an invoice, or a payment that rests on none."""

    payee_id: str
    number: str | None
    fiscal_year: int
    amount: Rial
    dated: date


def check_duplicate(paper: Paper, others: Iterable[Paper], days: int) -> list[Problem]:
    """Return ``FIN-004`` for the same number, and ``FIN-005`` (a warning) for what looks the same.

    Args:
        others: whatever else the city has been asked for.
        days: how near two dates are that make a warning.
    """
    of_payee = [each for each in others if each.payee_id == paper.payee_id]
    for each in of_payee:
        same_year = each.fiscal_year == paper.fiscal_year
        if paper.number is not None and same_year and each.number == paper.number:
            return [Problem("FIN-004", "invoice_no", {"number": paper.number})]
    near = timedelta(days=days)
    alike = (
        each
        for each in of_payee
        if each.amount == paper.amount and abs(each.dated - paper.dated) <= near
    )
    other = next(alike, None)
    if other is None:
        return []
    params = {"number": other.number or "", "amount": str(other.amount.amount)}
    return [Problem("FIN-005", None, params, "warning")]
