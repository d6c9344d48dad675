"""What is retained for good performance, and when is it given back?"""

from __future__ import annotations

import enum
from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from engine.errors import Problem
from engine.values import Percentage, Rial


class RetentionEvent(enum.Enum):
    """What must have happened before a half of the retention is given back."""

    FINAL_STATEMENT_APPROVED = "FINAL_STATEMENT_APPROVED"
    FINAL_ACCEPTANCE = "FINAL_ACCEPTANCE"
    PROVISIONAL_ACCEPTANCE = "PROVISIONAL_ACCEPTANCE"  #: FIDIC: Taking-Over Certificate
    DEFECTS_PERIOD_ENDED = "DEFECTS_PERIOD_ENDED"


class Half(enum.Enum):
    """Which half of the retention is meant."""

    FIRST = "FIRST"
    SECOND = "SECOND"


@dataclass(frozen=True, slots=True)
class RetentionSchedule:
    """How much is retained and which events free it.

    Beyond ``reduced_from`` of the contract amount only ``reduced_rate`` is retained (AIA),
    and never more than ``limit`` of the contract amount (FIDIC).
    """

    rate: Percentage = Percentage("10")
    first_event: RetentionEvent = RetentionEvent.FINAL_STATEMENT_APPROVED
    second_event: RetentionEvent = RetentionEvent.FINAL_ACCEPTANCE
    reduced_rate: Percentage | None = None
    reduced_from: Percentage | None = None
    limit: Percentage | None = None


def retained_to_date(schedule: RetentionSchedule, contract_amount: Rial, gross: Rial) -> Rial:
    """Return the retention on a cumulative gross (R-STM-07).

    A statement keeps back the difference of two such totals, never the rate of its own
    period, so all statements together keep exactly this (R-STM-15).

    Source: General Conditions of Contract, art. 35: a tenth of every payment.

    >>> retained_to_date(RetentionSchedule(), Rial(110_480_092_050), Rial(109_689_148_299))
    Rial(amount=10968914830)
    """
    full, reduced = gross, Rial.ZERO
    if schedule.reduced_rate is not None and schedule.reduced_from is not None:
        full = min(gross, contract_amount.share(schedule.reduced_from))
        reduced = (gross - full).share(schedule.reduced_rate)
    retained = full.share(schedule.rate) + reduced
    if schedule.limit is None:
        return retained
    return min(retained, contract_amount.share(schedule.limit))


def retention_halves(retained: Rial) -> tuple[Rial, Rial]:
    """Return the first half, rounded up, and the remainder.

    >>> retention_halves(Rial(10_957_691_897))
    (Rial(amount=5478845949), Rial(amount=5478845948))
    """
    first = Rial(-(-retained.amount // 2))
    return first, retained - first


@dataclass(frozen=True, slots=True)
class RetentionAccount:
    """The retention of one contract as its deposit account shows it."""

    held: Rial  #: all that was ever retained
    released: frozenset[Half] = frozenset()
    paid: Rial = Rial.ZERO  #: cash given back so far, for a release or against a guarantee
    seized: Rial = Rial.ZERO  #: blocked by a court order
    guarantee_until: date | None = None  #: of the guarantee that replaced retained cash


@dataclass(frozen=True, slots=True)
class Release:
    """What one release comes to; ``debt`` is netted and shown, not hidden."""

    halves: frozenset[Half]
    amount: Rial  #: freed from the deposit account
    debt: Rial  #: of that, kept for what the contractor owes
    payable: Rial


def release(account: RetentionAccount, half: Half, debt: Rial = Rial.ZERO) -> Release:
    """Return what is given back when ``half`` is due (`domain.md` §1.9).

    The second half before the first is one payment of both. Cash taken earlier against a
    guarantee and money seized by a court are not given back.

    >>> release(RetentionAccount(Rial(101)), Half.SECOND, debt=Rial(1)).payable
    Rial(amount=100)
    """
    halves = frozenset(Half if half is Half.SECOND else {half}) - account.released
    first, second = retention_halves(account.held)
    worth = {Half.FIRST: first, Half.SECOND: second}
    due = Rial.total(worth[each] for each in halves | account.released)
    amount = max(due - account.seized - account.paid, Rial.ZERO) if halves else Rial.ZERO
    netted = min(max(debt, Rial.ZERO), amount)
    return Release(halves=halves, amount=amount, debt=netted, payable=amount - netted)


def check_release(
    account: RetentionAccount,
    half: Half,
    reached: Set[RetentionEvent],
    *,
    on: date,
    defects_closed: bool,
    clearance: bool,
    schedule: RetentionSchedule = RetentionSchedule(),
) -> list[Problem]:
    """Return why a half may not be released on this day; debts are netted, not a problem.

    ``STM-040`` it was released before · ``STM-041`` the guarantee that replaced it has
    expired · ``STM-042`` its event has not been reached · ``STM-043`` the defects list is
    open · ``STM-028`` the second half without social-security clearance.

    >>> check_release(RetentionAccount(Rial(100), frozenset({Half.FIRST})), Half.FIRST,
    ...     {RetentionEvent.FINAL_STATEMENT_APPROVED}, on=date(2026, 1, 1),
    ...     defects_closed=True, clearance=True)[0].code
    'STM-040'
    """
    if half in account.released:
        return [Problem("STM-040", "half", {"half": half.value})]
    problems = []
    if account.guarantee_until is not None and account.guarantee_until < on:
        expired = account.guarantee_until.isoformat()
        problems.append(Problem("STM-041", "guarantee", {"valid_until": expired}))
    event = schedule.first_event if half is Half.FIRST else schedule.second_event
    if event not in reached:
        problems.append(Problem("STM-042", "half", {"event": event.value}))
    if not defects_closed:
        problems.append(Problem("STM-043", "defects"))
    if half is Half.SECOND and not clearance:
        problems.append(Problem("STM-028", "clearance"))
    return problems


def performance_guarantee_freed(debt: Rial, retained: Rial) -> bool:
    """Say whether the performance guarantee goes back after the last interim statement.

    It does when the contractor owes nothing, or less than half the retention.
    Source: General Conditions of Contract, art. 34, note 1.

    >>> performance_guarantee_freed(Rial(49), Rial(100))
    True
    """
    return debt <= Rial.ZERO or debt * 2 < retained
