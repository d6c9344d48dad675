"""Advances: what settles one, and what is asked of a payee who has not settled (§2.8)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.errors import Problem
from engine.values import Percentage, Rial


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of what an advance was spent on."""

    number: str
    issuer: str
    dated: date
    amount: Rial  #: with its tax
    vat: Rial = Rial.ZERO  #: of it

    @property
    def key(self) -> tuple[str, str]:
        """Return what no two documents share: who issued it and his number."""
        return (self.issuer, self.number)


@dataclass(frozen=True, slots=True)
class Security:
    """What stands behind an advance: a guarantee, or what the payee is owed."""

    is_guarantee: bool
    amount: Rial
    until: date | None  #: of a guarantee


def check_settlement(outstanding: Rial, documented: Rial, cash_back: Rial) -> list[Problem]:
    """Return ``ADV-001`` unless documents and cash back are what is outstanding.

    Documents above it are paid by a voucher of their own (`excess`); ``ADV-002``: then no cash
    comes back.

    >>> check_settlement(Rial(300), Rial(260), Rial(40)), check_settlement(
    ...     Rial(300), Rial(310), Rial(0)
    ... )
    ([], [])
    """
    if documented > outstanding:
        over = {"over": str((documented - outstanding).amount)}
        return [Problem("ADV-002", "cash_back", over)] if cash_back.amount else []
    if documented + cash_back == outstanding:
        return []
    expected = {"expected": str((outstanding - documented).amount)}
    return [Problem("ADV-001", "cash_back", expected)]


def excess(outstanding: Rial, documented: Rial) -> Rial:
    """Return how far documents are above the advance.

    >>> excess(Rial(300), Rial(310)), excess(Rial(300), Rial(260))
    (Rial(amount=10), Rial(amount=0))
    """
    return max(documented - outstanding, Rial.ZERO)


def check_papers(
    papers: Sequence[Paper], since: date | None, on: date, known: Collection[tuple[str, str]] = ()
) -> list[Problem]:
    """Return what is wrong with documents, each beside its row.

    ``MON-002`` no amount, ``ADV-003`` of the future or from before the advance, ``ADV-004``
    brought before, here or in another settlement.

    Args:
        since: the day of the advance; nothing where work may be older than the payment.
        known: issuer and number of what other settlements have brought.
    """
    problems, seen = [], set(known)
    for row, each in enumerate(papers):
        place, params = f"papers/{row}", {"row": str(row + 1)}
        if each.key in seen:
            problems.append(
                Problem("ADV-004", f"{place}/paper_no", params | {"number": each.number})
            )
        seen.add(each.key)
        if each.dated > on or (since is not None and each.dated < since):
            problems.append(Problem("ADV-003", f"{place}/dated", params))
        if each.amount <= Rial.ZERO:
            value = {"value": str(each.amount.amount)}
            problems.append(Problem("MON-002", f"{place}/amount", value))
    return problems


def check_tax(papers: Sequence[Paper], rates: Sequence[Percentage]) -> list[Problem]:
    """Return ``ADV-017`` where a document has more tax than the rate of its day makes of the rest.

    Less is right: what is exempt bears none, nor does who is not registered. One rial is rounding.

    >>> dear = Paper("1", "x", date(2026, 8, 1), Rial(1_100), Rial(120))
    >>> [each.params["most"] for each in check_tax([dear], [Percentage("10")])]
    ['98']
    """
    problems = []
    for row, (each, rate) in enumerate(zip(papers, rates, strict=True)):
        most = (each.amount - each.vat).share(rate)
        if each.vat < Rial.ZERO or each.vat > most + Rial(1):
            told = {"row": str(row + 1), "most": str(most.amount)}
            problems.append(Problem("ADV-017", f"papers/{row}/vat", told))
    return problems


def tax_settled(vat: Rial, documented: Rial, excess: Rial) -> Rial:
    """Return the tax in what documents settle of an advance; the rest is in what they exceed it by.

    >>> tax_settled(Rial(20_000_000), Rial(220_000_000), Rial(20_000_000))
    Rial(amount=18181818)
    """
    if not documented.amount:
        return Rial.ZERO
    settled = documented - excess
    return vat.times(Decimal(settled.amount) / Decimal(documented.amount))


def check_security(security: Security, gross: Rial, settle_by: date) -> list[Problem]:
    """Return why what stands behind an advance is too little (§2.2).

    ``ADV-005`` less than the advance, ``ADV-006`` a guarantee that ends before the settlement.
    """
    problems = []
    if security.amount < gross:
        problems.append(Problem("ADV-005", "security_amount", {"least": str(gross.amount)}))
    if security.is_guarantee and (security.until is None or security.until < settle_by):
        problems.append(Problem("ADV-006", "security_until"))
    return problems


def check_overdue(settle_by: Collection[date], on: date, most: int) -> list[Problem]:
    """Return ``ADV-007`` when an open advance is longer overdue than a new one allows.

    Args:
        settle_by: until when the payee's open advances were to be settled.
        most: days.
    """
    oldest = max(((on - each).days for each in settle_by), default=0)
    if oldest <= most:
        return []
    return [Problem("ADV-007", "payee_id", {"days": str(oldest), "most": str(most)})]


def check_deduction(
    deducted: Rial, outstanding: Rial, asked: Rial, gross: Rial, share: Percentage
) -> list[Problem]:
    """Return why the recovery of advances on a voucher is too much or too little.

    ``ADV-008`` more than the payee's advances are, ``ADV-009`` less than was ordered to be
    deducted: the share of the voucher, or what is left.

    Args:
        outstanding: of the payee's open advances in this unit.
        asked: of those whose recovery was ordered.
    """
    if deducted > outstanding:
        return [Problem("ADV-008", "deductions", {"most": str(outstanding.amount)})]
    least = min(asked, gross.share(share))
    if deducted < least:
        return [Problem("ADV-009", "deductions", {"least": str(least.amount)})]
    return []
