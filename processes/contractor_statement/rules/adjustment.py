"""How much did prices move since the bid (تعدیل آحاد بها)?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from engine.errors import Problem
from engine.values import JalaliDate, Rial
from processes.contractor_statement.rules.deductions import Terms

FACTOR = Decimal("0.95")
#: A statement in one of these states is approved and may be adjusted.
APPROVED_STATES = frozenset({"APPROVED", "PAYMENT_ORDERED", "PAID"})
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


@dataclass(frozen=True, slots=True)
class Indices:
    """Published price indices by group and quarter.

    The group is a chapter, unless the contract is adjusted by one ``common`` group: its
    discipline or the overall index.
    """

    values: Mapping[tuple[str, str], Decimal]
    common: str | None = None

    def find(self, chapter: str, quarter: str) -> Decimal | None:
        """Return the index of a chapter's group in a quarter, if it was published."""
        return self.values.get((self.common or chapter, quarter))


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What one chapter earns or loses in one quarter."""

    chapter: str
    quarter: str
    days: int
    part: Rial
    base_index: Decimal
    work_index: Decimal
    k: Decimal
    amount: Rial


def base_quarter(last_bid_day: JalaliDate) -> str:
    """Return the quarter before the quarter of the last bid-submission day (§1.3).

    >>> base_quarter(JalaliDate(1404, 2, 10))
    '1403Q4'
    """
    year, number = int(last_bid_day.quarter[:4]), int(last_bid_day.quarter[-1])
    return f"{year}Q{number - 1}" if number > 1 else f"{year - 1}Q4"


def quarter_days(period_from: date, period_to: date) -> dict[str, int]:
    """Return how many days of a period lie in each Jalali quarter, both ends included.

    >>> quarter_days(JalaliDate(1404, 6, 30).gregorian(), JalaliDate(1404, 7, 3).gregorian())
    {'1404Q2': 2, '1404Q3': 3}
    """
    span = range((period_to - period_from).days + 1)
    days = (period_from + timedelta(days=each) for each in span)
    return dict(Counter(JalaliDate.of(day).quarter for day in days))


def split_by_days(amount: Rial, days: Mapping[str, int]) -> dict[str, Rial]:
    """Split a period's amount over its quarters by days worked.

    Each part is rounded; the last quarter takes what is left, so the parts always add up
    to the amount.

    Raises:
        ValueError: no days, or a negative number of them.

    >>> split_by_days(Rial(12_000_000_000), {"1404Q2": 40, "1404Q3": 20})["1404Q2"]
    Rial(amount=8000000000)
    """
    total = sum(days.values())
    if total <= 0 or min(days.values()) < 0:
        raise ValueError("an amount is split over one day or more")
    worked = [quarter for quarter, count in days.items() if count]
    parts = {
        quarter: Rial.rounded(Fraction(amount.amount * days[quarter], total))
        for quarter in worked[:-1]
    }
    parts[worked[-1]] = amount - Rial.total(parts.values())
    return parts


def round4(exact: Fraction) -> Decimal:
    """Round to four decimals, half away from zero.

    >>> round4(Fraction(-29225, 1_000_000))
    Decimal('-0.0292')
    """
    scaled = abs(exact) * 10_000
    whole = Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator))
    return (whole if exact >= 0 else -whole).scaleb(-4).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def adjustment_factor(
    base_index: Decimal, work_index: Decimal, factor: Decimal = FACTOR
) -> Decimal:
    """Return k: the index change times the contract's factor, to four decimals.

    >>> adjustment_factor(Decimal("512.4"), Decimal("672.9"))
    Decimal('0.2976')
    """
    return round4((Fraction(work_index) / Fraction(base_index) - 1) * Fraction(factor))


def price_adjustment(
    amounts: Mapping[str, Rial],
    days: Mapping[str, int],
    indices: Indices,
    base: str,
    *,
    factor: Decimal = FACTOR,
    permitted_until: str | None = None,
) -> tuple[Adjustment, ...]:
    """Return the adjustment of each chapter in each quarter (`domain.md` §1.11).

    Call `check_adjustment` first. When indices become final, the difference to what was
    computed from the provisional ones is paid by a new statement.

    Args:
        amounts: the period's amount of each chapter with coefficients, without materials on
            site and mobilisation.
        days: days worked in each quarter of the period.
        base: the base quarter of the contract.
        permitted_until: the quarter in which the permitted time ended; later work uses its
            index where that is lower.

    Raises:
        LookupError: an index is missing.

    >>> [row] = price_adjustment({"08": Rial(8_000_000_000)}, {"1404Q2": 40}, Indices(
    ...     {("08", "1403Q4"): Decimal("512.4"), ("08", "1404Q2"): Decimal("640.5")}), "1403Q4")
    >>> row.k, row.amount
    (Decimal('0.2375'), Rial(amount=1900000000))
    """
    rows = []
    for chapter, amount in amounts.items():
        at_base = _index(indices, chapter, base)
        for quarter, part in split_by_days(amount, days).items():
            at_work = _index(indices, chapter, quarter)
            if permitted_until is not None and quarter > permitted_until:
                at_work = min(at_work, _index(indices, chapter, permitted_until))
            k = adjustment_factor(at_base, at_work, factor)
            row = Adjustment(
                chapter, quarter, days[quarter], part, at_base, at_work, k, part.times(k)
            )
            rows.append(row)
    return tuple(rows)


def _index(indices: Indices, chapter: str, quarter: str) -> Decimal:
    found = indices.find(chapter, quarter)
    if found is None:
        raise LookupError(f"no index of {chapter} in {quarter}")
    return found


def adjustment_total(rows: Iterable[Adjustment]) -> Rial:
    """Return what an adjustment statement comes to before deductions.

    >>> adjustment_total([])
    Rial(amount=0)
    """
    return Rial.total(each.amount for each in rows)


def adjustment_terms(terms: Terms, adjusted_to_date: Rial) -> Terms:
    """Return the terms under which `certificate` deducts from a price adjustment.

    Retention, social security and VAT are as for a statement; call it without instalments,
    since no advance is recovered. A retention limit or step, which refers to the contract
    amount, refers to the adjusted amounts here.

    >>> adjustment_terms(Terms(Rial(100)), Rial(7)).contract_amount
    Rial(amount=7)
    """
    return replace(terms, contract_amount=adjusted_to_date)


def check_adjustment(
    statement_state: str,
    amounts: Mapping[str, Rial],
    days: Mapping[str, int],
    period_days: int,
    indices: Indices,
    base: str,
) -> list[Problem]:
    """Return why a statement cannot be adjusted.

    ``STM-031`` it is not approved · ``STM-033`` the days of the quarters do not add up to
    the days of the period · ``STM-032`` an index is missing, once per group and quarter.

    >>> [each.code for each in check_adjustment("PAID", {"08": Rial(5)}, {"1404Q2": 30}, 31,
    ...     Indices({}), "1403Q4")]
    ['STM-033', 'STM-032', 'STM-032']
    """
    problems = []
    if statement_state not in APPROVED_STATES:
        problems.append(Problem("STM-031", "statement", {"state": statement_state}))
    split = sum(days.values())
    if split != period_days or any(count < 0 for count in days.values()) or not split:
        params = {"days": str(split), "period": str(period_days)}
        problems.append(Problem("STM-033", "days", params))
    quarters = [base, *(quarter for quarter, count in days.items() if count)]
    groups = dict.fromkeys(indices.common or chapter for chapter in amounts)
    problems.extend(
        Problem("STM-032", f"indices/{group}/{quarter}", {"group": group, "quarter": quarter})
        for group in groups
        for quarter in quarters
        if (indices.find(group, quarter) or 0) <= 0
    )
    return problems
