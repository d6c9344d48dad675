"""How much of the advance has been paid back?"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.values import Percentage, Rial, WorkingCalendar


class RecoveryMethod(enum.Enum):
    """How an advance is taken back (`domain.md` §1.8)."""

    PRORATA = "PRORATA"
    FIDIC = "FIDIC"
    WINDOW = "WINDOW"


@dataclass(frozen=True, slots=True)
class RecoveryPlan:
    """A method with its numbers.

    ``start`` is the share of the contract amount certified before recovery begins (FIDIC,
    WINDOW), ``end`` the share at which it is complete (WINDOW), ``rate`` the share of each
    later certificate that is kept (FIDIC).
    """

    method: RecoveryMethod
    start: Decimal = Decimal(0)
    end: Decimal = Decimal(1)
    rate: Percentage = Percentage.ZERO

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("an advance is recovered between a start and a later end")


PRORATA = RecoveryPlan(RecoveryMethod.PRORATA)
FIDIC = RecoveryPlan(RecoveryMethod.FIDIC, start=Decimal("0.10"), rate=Percentage("25"))
WINDOW = RecoveryPlan(RecoveryMethod.WINDOW, start=Decimal("0.20"), end=Decimal("0.80"))
PLANS = {plan.method: plan for plan in (PRORATA, FIDIC, WINDOW)}


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the advance that was paid when ``gross_when_paid`` had been certified."""

    amount: Rial
    gross_when_paid: Rial = Rial.ZERO


def advance_total(instalments: Sequence[Instalment]) -> Rial:
    """Return the advance paid so far.

    >>> advance_total([Instalment(Rial(10)), Instalment(Rial(5), Rial(100))])
    Rial(amount=15)
    """
    return Rial.total(each.amount for each in instalments)


def advance_recovered(
    plan: RecoveryPlan,
    instalments: Sequence[Instalment],
    contract_amount: Rial,
    gross: Rial,
    *,
    gross_before: Rial = Rial.ZERO,
    recovered_before: Rial = Rial.ZERO,
    final: bool = False,
) -> Rial:
    """Return what is recovered in all once ``gross`` is certified (R-STM-09, cumulative).

    PRORATA and WINDOW follow the gross value alone; FIDIC adds a share of the certificate
    to what was recovered before, so it needs the two values before. Never more than the
    advance, never less than nothing; the final statement recovers everything that is left.

    >>> advance_recovered(PRORATA, [Instalment(Rial(22_096_018_410))], Rial(110_480_092_050),
    ...                   Rial(14_561_748_113))
    Rial(amount=2912349623)
    """
    total = advance_total(instalments)
    if final:
        return total
    if plan.method is RecoveryMethod.PRORATA:
        return Rial.total(_prorata(each, contract_amount, gross) for each in instalments)
    if plan.method is RecoveryMethod.WINDOW:
        return _window(plan, total, contract_amount, gross)
    recovered = recovered_before
    if gross.amount > plan.start * contract_amount.amount:
        recovered += (gross - gross_before).share(plan.rate)
    return min(max(recovered, Rial.ZERO), total)


def _prorata(instalment: Instalment, contract_amount: Rial, gross: Rial) -> Rial:
    done = gross - instalment.gross_when_paid
    left = contract_amount - instalment.gross_when_paid
    if done <= Rial.ZERO:
        return Rial.ZERO
    if done >= left:
        return instalment.amount
    return Rial.rounded(Fraction(instalment.amount.amount * done.amount, left.amount))


def _window(plan: RecoveryPlan, total: Rial, contract_amount: Rial, gross: Rial) -> Rial:
    start, end = Fraction(plan.start), Fraction(plan.end)
    progress = (Fraction(gross.amount, contract_amount.amount) - start) / (end - start)
    return Rial.rounded(total.amount * min(max(progress, Fraction(0)), Fraction(1)))


def advance_outstanding(instalments: Sequence[Instalment], recovered: Rial) -> Rial:
    """Return what the contractor still owes of the advance; its guarantee covers this much.

    >>> advance_outstanding([Instalment(Rial(22_096_018_410))], Rial(21_937_829_660))
    Rial(amount=158188750)
    """
    return advance_total(instalments) - recovered


def advance_due(
    requested_on: date,
    guaranteed_on: date,
    calendar: WorkingCalendar,
    *,
    request_days: int = 20,
    guarantee_days: int = 10,
) -> date:
    """Return the last day for paying an instalment of the advance.

    Twenty days after the request the consultant confirmed or ten days after the guarantee,
    whichever is later. Source: General Conditions of Contract, art. 36.

    >>> advance_due(date(2025, 6, 1), date(2025, 6, 21), WorkingCalendar(frozenset({4}),
    ...             frozenset()))
    datetime.date(2025, 7, 1)
    """
    return max(
        calendar.plus_days(requested_on, request_days),
        calendar.plus_days(guaranteed_on, guarantee_days),
    )
