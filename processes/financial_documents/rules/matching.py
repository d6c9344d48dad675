"""The three-way match: order, receipt, invoice (`domain.md` §2.4).

Services match two ways: what was accepted stands where the receipt stands (R-FIN-05).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.errors import Problem
from engine.values import Percentage, Rial

#: a rounding more or less on a line's tax (R-FIN-04)
ONE_RIAL: Final = 1
_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far order, receipt and invoice may differ; two people change them (R-FIN-06)."""

    quantity: Percentage = Percentage("0")  #: of the ordered quantity, for what is received
    price: Percentage = Percentage("2")  #: of the order's price
    price_cap: Rial = Rial(50_000_000)  #: of the whole line, in rials


@dataclass(frozen=True, slots=True)
class MatchLine:
    """One line of an invoice beside its order and what came."""

    position: int
    ordered: Decimal
    order_price: Rial
    received: Decimal  #: to date
    invoiced_before: Decimal  #: by other invoices
    quantity: Decimal
    price: Rial
    vat: Rial = Rial.ZERO

    @property
    def billable(self) -> Decimal:
        """Return how much of what came may still be invoiced."""
        return max(_NOTHING, self.received - self.invoiced_before)

    @property
    def variance(self) -> Rial:
        """Return what the invoice asks above the order's price; below nothing it is cheaper."""
        return (self.price - self.order_price).times(self.quantity)

    def allowed_variance(self, tolerances: Tolerances) -> Rial:
        """Return the most it may ask above the order's price (R-FIN-02)."""
        share = self.order_price.times(tolerances.price.fraction * self.quantity)
        return min(share, tolerances.price_cap)


def match(lines: Iterable[MatchLine], tolerances: Tolerances) -> list[Problem]:
    """Return everything in which invoice, receipt and order do not agree.

    ``FIN-001`` more invoiced than received, ``FIN-002`` price above tolerance, ``FIN-003``
    more received than ordered.

    >>> line = MatchLine(1, Decimal(100), Rial(5_000_000), Decimal(90), Decimal(0), Decimal(100),
    ...     Rial(5_000_000))
    >>> [each.code for each in match([line], Tolerances())]
    ['FIN-001']
    """
    return [problem for each in lines for problem in _line_problems(each, tolerances)]


def _line_problems(line: MatchLine, tolerances: Tolerances) -> list[Problem]:
    field, number = f"lines/{line.position}", str(line.position)
    problems = []
    if line.quantity + line.invoiced_before > line.received:
        over = line.quantity + line.invoiced_before - line.received
        problems.append(Problem("FIN-001", field, {"line": number, "over": _plain(over)}))
    allowed = line.allowed_variance(tolerances)
    if line.variance > max(allowed, Rial.ZERO):
        params = {"line": number, "variance": str(line.variance.amount)}
        problems.append(Problem("FIN-002", field, params | {"allowed": str(allowed.amount)}))
    most = line.ordered * (1 + tolerances.quantity.fraction)
    if line.received > most:
        params = {"line": number, "over": _plain(line.received - most)}
        problems.append(Problem("FIN-003", field, params))
    return problems


def within_tolerance(lines: Iterable[MatchLine]) -> list[int]:
    """Return the lines that match only because a higher price is tolerated."""
    return [each.position for each in lines if each.variance > Rial.ZERO]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a credit note takes off one line so that it matches."""

    position: int
    quantity: Decimal  #: less
    price: Rial  #: less, on each unit that remains
    amount: Rial
    vat: Rial


def corrections(
    lines: Iterable[MatchLine], tolerances: Tolerances, vat_rate: Percentage
) -> list[Correction]:
    """Return what a credit note must say for each line that does not match.

    The quantity comes down to what may be invoiced; a price above tolerance to the order's.
    """
    found = []
    for each in lines:
        quantity = min(each.quantity, each.billable)
        too_dear = each.variance > max(each.allowed_variance(tolerances), Rial.ZERO)
        price = each.order_price if too_dear else each.price
        if quantity == each.quantity and price == each.price:
            continue
        remains = price.times(quantity)
        amount = each.price.times(each.quantity) - remains
        vat = each.vat - remains.share(vat_rate) if each.vat > Rial.ZERO else Rial.ZERO
        less = each.price - price
        found.append(Correction(each.position, each.quantity - quantity, less, amount, vat))
    return found


def check_vat(amounts: Iterable[tuple[int, Rial, Rial]], rate: Percentage) -> list[Problem]:
    """Return ``FIN-006`` for each line whose tax is more than a rial off (R-FIN-04).

    Args:
        amounts: position, amount before tax and the tax the supplier wrote.
    """
    found = []
    for position, amount, vat in amounts:
        expected = amount.share(rate)
        if abs((vat - expected).amount) > ONE_RIAL:
            params = {"line": str(position), "expected": str(expected.amount)}
            found.append(Problem("FIN-006", f"lines/{position}", params))
    return found


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
