"""Petty cash: a float, its receipts, and the cash that must be left (`domain.md` §2.7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from engine.errors import Problem
from engine.values import JalaliDate, Percentage, Rial


@dataclass(frozen=True, slots=True)
class Limits:
    """What the city allows a holder; the registry has the figures in force on a day."""

    ceiling: Rial  #: of all floats of one holder
    receipt_share: Percentage  #: of the float, for one receipt
    small: Rial  #: purchases are small below it
    refill_share: Percentage  #: of the float, used before it is refilled
    refill_days: int  #: or so long after the last refill
    unsettled_days: int  #: an open claim older than this refuses a new float


@dataclass(frozen=True, slots=True)
class Slip:
    """One receipt of a small purchase."""

    number: str
    seller: str
    bought_on: date
    amount: Rial

    @property
    def key(self) -> tuple[str, str]:
        """Return what no two receipts share: the seller and his number."""
        return (self.seller, self.number)


def spent(slips: Sequence[Slip]) -> Rial:
    """Return the sum of receipts."""
    return Rial.total(each.amount for each in slips)


def used_share(float_amount: Rial, used: Rial) -> Percentage:
    """Return how much of a float is used, to a tenth of a percent; half up.

    >>> str(used_share(Rial(200_000_000), Rial(151_050_000)))
    '75.5%'
    """
    share = Decimal(used.amount * 100) / float_amount.amount
    return Percentage(share.quantize(Decimal("0.1"), ROUND_HALF_UP))


def check_float(asked: Rial, held: Rial, limits: Limits, field: str = "amount") -> list[Problem]:
    """Return ``PCH-001`` when a holder would have more than the ceiling.

    Args:
        held: the floats the holder has already.
    """
    if asked + held <= limits.ceiling:
        return []
    params = {"ceiling": str(limits.ceiling.amount), "held": str(held.amount)}
    return [Problem("PCH-001", field, params)]


def check_unsettled(
    submitted: Collection[date], on: date, limits: Limits, field: str = "amount"
) -> list[Problem]:
    """Return ``PCH-007`` when a claim that is not settled is older than allowed.

    Args:
        submitted: the days on which the holder's open claims were handed in.
    """
    oldest = max(((on - each).days for each in submitted), default=0)
    if oldest <= limits.unsettled_days:
        return []
    return [Problem("PCH-007", field, {"days": str(oldest), "most": str(limits.unsettled_days)})]


def check_slips(
    slips: Sequence[Slip],
    float_amount: Rial,
    limits: Limits,
    known: Collection[tuple[str, str]] = (),
    field: str = "receipts",
) -> list[Problem]:
    """Return what is wrong with receipts, each beside its row.

    ``PCH-002`` more than the share of the float, ``PCH-004`` no small purchase, ``PCH-006`` all
    together more than the float, ``PCH-009`` claimed before, here or in another claim.

    Args:
        known: seller and number of what was claimed elsewhere.
    """
    problems = []
    most = _part(float_amount, limits.receipt_share)
    seen = set(known)
    for row, each in enumerate(slips, 1):
        place, params = f"{field}/{row - 1}", {"row": str(row)}
        if each.amount.amount > most:
            problems.append(
                Problem("PCH-002", f"{place}/amount", params | {"most": str(int(most))})
            )
        if each.amount >= limits.small:
            problems.append(
                Problem("PCH-004", f"{place}/amount", params | {"most": str(limits.small.amount)})
            )
        if each.key in seen:
            problems.append(
                Problem("PCH-009", f"{place}/receipt_no", params | {"number": each.number})
            )
        seen.add(each.key)
    over = spent(slips) - float_amount
    if over > Rial.ZERO:
        problems.append(Problem("PCH-006", field, {"over": str(over.amount)}))
    return problems


def _part(amount: Rial, share: Percentage) -> Decimal:
    """Return a share exactly: what is compared is not rounded first."""
    return amount.amount * share.fraction


def check_days(
    slips: Sequence[Slip], opened_on: date, on: date, field: str = "receipts"
) -> list[Problem]:
    """Return ``PCH-008`` for receipts from before the float, after today or of another year."""
    year = JalaliDate.of(opened_on).year
    return [
        Problem("PCH-008", f"{field}/{row - 1}/bought_on", {"row": str(row), "year": str(year)})
        for row, each in enumerate(slips, 1)
        if not opened_on <= each.bought_on <= on or JalaliDate.of(each.bought_on).year != year
    ]


def check_cash(
    float_amount: Rial, used: Rial, cash: Rial, field: str = "cash_on_hand"
) -> list[Problem]:
    """Return ``PCH-003`` unless the cash on hand is the float less its receipts.

    >>> check_cash(Rial(200_000_000), Rial(151_050_000), Rial(48_950_000))
    []
    >>> check_cash(Rial(200_000_000), Rial(151_050_000), Rial(48_950_001))[0].params["expected"]
    '48950000'
    """
    expected = float_amount - used
    if cash == expected:
        return []
    return [Problem("PCH-003", field, {"expected": str(expected.amount)})]


def check_refill(
    float_amount: Rial,
    used: Rial,
    last: date,
    on: date,
    limits: Limits,
    field: str = "receipts",
) -> list[Problem]:
    """Return ``PCH-005`` when too little is used and the last refill is too near.

    Args:
        last: the day the float was opened or refilled last.
    """
    enough = used.amount >= _part(float_amount, limits.refill_share)
    if enough or (on - last).days >= limits.refill_days:
        return []
    params = {
        "share": f"{limits.refill_share.percent.normalize():f}",
        "days": str(limits.refill_days),
    }
    return [Problem("PCH-005", field, params)]


def check_year(opened_on: date, on: date, field: str = "receipts") -> list[Problem]:
    """Return ``PCH-011`` when a float is to be refilled after its fiscal year: it is settled."""
    year = JalaliDate.of(opened_on).year
    if JalaliDate.of(on).year == year:
        return []
    return [Problem("PCH-011", field, {"year": str(year)})]


def settle_by(opened_on: date) -> date:
    """Return the last day of a float's fiscal year, by which it is settled in full.

    >>> str(JalaliDate.of(settle_by(JalaliDate(1405, 3, 1).gregorian())))
    '1405/12/29'
    """
    return JalaliDate(JalaliDate.of(opened_on).year + 1, 1, 1).plus_days(-1).gregorian()
