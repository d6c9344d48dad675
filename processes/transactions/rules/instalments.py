"""The price of an auction in instalments (§3.13): the first part, the dates, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from engine.errors import Problem
from engine.values import Percentage, Rial, WorkingCalendar


@dataclass(frozen=True, slots=True)
class InstalmentRule:
    """What the rule pack says of instalments."""

    first: Percentage  #: of the price of a sale, where its notice says nothing else
    most: int  #: instalments after the first part
    guarantee_days: int  #: so long after the last date the guarantee still holds


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """How a notice lets the price be paid after its first part."""

    first: Percentage | None  #: of the price; ``None``: as much as each of the others
    count: int
    months: int  #: Jalali months from one to the next


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the price with the day until which it is paid."""

    no: int  #: from 1, after the first part
    due_on: date
    amount: Rial


def first_part(price: Rial, deposit: Rial, terms: PaymentTerms) -> Rial:
    """Return what is paid at once, the deposit with it: at least what is deposited already.

    >>> first_part(Rial(1_200), Rial(50), PaymentTerms(None, 11, 1))
    Rial(amount=100)
    >>> first_part(Rial(1_200), Rial(50), PaymentTerms(Percentage(25), 3, 2))
    Rial(amount=300)
    """
    if terms.first is None:
        share = Rial(price.amount // (terms.count + 1))
    else:
        share = price.share(terms.first)
    return min(max(share, deposit), price)


def instalments(
    rest: Rial, terms: PaymentTerms, start: date, calendar: WorkingCalendar
) -> list[Instalment]:
    """Divide what is left of a price into equal parts; the last takes what does not divide.

    Each date is counted from the start in whole Jalali months and falls on the next working day
    (R-CAL-03, R-CAL-04), so that a short month or a holiday moves no later date.

    >>> found = instalments(
    ...     Rial(100), PaymentTerms(None, 3, 1), date(2025, 9, 22), WorkingCalendar(frozenset({4}))
    ... )
    >>> [(each.amount.amount, each.due_on.isoformat()) for each in found]
    [(33, '2025-10-22'), (33, '2025-11-22'), (34, '2025-12-21')]
    """
    each = Rial(rest.amount // terms.count)
    amounts = [each] * (terms.count - 1)
    amounts.append(rest - Rial.total(amounts))
    return [
        Instalment(no, calendar.plus_months(start, no * terms.months), amount)
        for no, amount in enumerate(amounts, 1)
        if amount > Rial.ZERO
    ]


def paid_by(open_amounts: Sequence[Rial], received: Rial) -> int:
    """Return how many of the next instalments a receipt pays: whole ones, so early ones too.

    Nothing: it is another amount than that of any number of them.

    >>> parts = [Rial(30), Rial(30), Rial(40)]
    >>> paid_by(parts, Rial(60)), paid_by(parts, Rial(100)), paid_by(parts, Rial(50))
    (2, 3, 0)
    """
    total = Rial.ZERO
    for count, each in enumerate(open_amounts, 1):
        total += each
        if total == received:
            return count
    return 0


@dataclass(frozen=True, slots=True)
class LateRule:
    """What the rule pack says of an instalment that comes late."""

    rate: Percentage  #: of the instalment, a year; nothing: none are asked for
    year_days: int  #: days that a year is counted as


def late_damages(amount: Rial, days: int, rule: LateRule) -> Rial:
    """Return the damages (خسارت تأخیر) of an instalment received so many days after its day.

    They are simple, of the instalment alone: damages bear none. A part of a rial is not asked for.

    >>> late_damages(Rial(1_000_000), 73, LateRule(Percentage(18), 365))
    Rial(amount=36000)
    """
    if days <= 0:
        return Rial.ZERO
    return Rial(int(Fraction(rule.rate.fraction) * amount.amount * days / rule.year_days))


def still_owed(amount: Rial, days: int, rule: LateRule, claimed: Rial) -> Rial:
    """Return the damages so far of an instalment, beyond what was claimed of it before.

    Claims follow the whole lateness: all together are the damages of all its days, to the rial.

    >>> rule = LateRule(Percentage(18), 365)
    >>> still_owed(Rial(1_000_000), 73, rule, late_damages(Rial(1_000_000), 30, rule))
    Rial(amount=21206)
    """
    return max(late_damages(amount, days, rule) - claimed, Rial.ZERO)


def guaranteed_until(plan: Sequence[Instalment], rule: InstalmentRule) -> date:
    """Return the day to which a guarantee of the instalments has to hold at least."""
    return plan[-1].due_on + timedelta(days=rule.guarantee_days)


def check_guarantee(
    amount: Rial, until: date, least: Rial, least_until: date | None
) -> list[Problem]:
    """Return why a guarantee does not do for what is open.

    ``AUC-043`` it is of less · ``AUC-044`` it ends before `guaranteed_until`.
    """
    problems = []
    if amount < least:
        problems.append(Problem("AUC-043", "guarantee_id", {"least": str(least.amount)}))
    if least_until is not None and until < least_until:
        problems.append(Problem("AUC-044", "guarantee_id", {"until": least_until.isoformat()}))
    return problems
