"""What a budget line has left (`domain.md` §2.5)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.errors import Problem
from engine.values import JalaliDate, Rial

#: how long a reservation holds unless the registry says otherwise (R-BUD-03)
RESERVATION_DAYS: Final = 90


class CreditType(enum.Enum):
    """The two kinds of credit that never mix (R-BUD-05)."""

    CURRENT = "CURRENT"  #: جاری / هزینه‌ای
    CAPITAL = "CAPITAL"  #: عمرانی / تملک دارایی سرمایه‌ای


@dataclass(frozen=True, slots=True)
class Credit:
    """A budget line's figures, in rials."""

    approved: Rial  #: B, after transfers
    allocated: Rial  #: L, released so far
    reserved: Rial = Rial.ZERO
    committed: Rial = Rial.ZERO
    paid: Rial = Rial.ZERO
    strict: bool = True  #: nothing is promised that is not allocated yet

    @property
    def used(self) -> Rial:
        """Return what is promised or gone."""
        return self.reserved + self.committed + self.paid

    @property
    def free(self) -> Rial:
        """Return what may still be reserved (R-BUD-01).

        >>> line = Credit(Rial(50), Rial(30), Rial(4), Rial(12), Rial(10))
        >>> line.free
        Rial(amount=4)
        """
        return self._limit - self.used

    @property
    def payable(self) -> Rial:
        """Return what may still be paid (R-BUD-02)."""
        return self.allocated - self.paid

    @property
    def _limit(self) -> Rial:
        return min(self.approved, self.allocated) if self.strict else self.approved


def check_reserve(line: Credit, amount: Rial, field: str = "budget_line_id") -> list[Problem]:
    """Return why an amount cannot be reserved (R-BUD-01).

    ``BUD-001`` more than approved, ``BUD-002`` more than allocated (strict mode); each says by
    how many rials. Of both the first is said: a larger allocation would not help.

    >>> check_reserve(Credit(Rial(50), Rial(30), Rial(4), Rial(12), Rial(10)), Rial(5))[0].params
    {'exceeded': '1'}
    """
    over_approved = line.used + amount - line.approved
    over_allocated = line.used + amount - line.allocated
    if over_approved > Rial.ZERO:
        return [_exceeded("BUD-001", over_approved, field)]
    if line.strict and over_allocated > Rial.ZERO:
        return [_exceeded("BUD-002", over_allocated, field)]
    return []


def check_pay(line: Credit, amount: Rial, field: str = "budget_line_id") -> list[Problem]:
    """Return ``BUD-002`` when a payment would pass what is allocated (R-BUD-02)."""
    over = amount - line.payable
    return [_exceeded("BUD-002", over, field)] if over > Rial.ZERO else []


def _exceeded(code: str, excess: Rial, field: str) -> Problem:
    return Problem(code, field, {"exceeded": str(excess.amount)})


def expiry(on: date, fiscal_year: int, days: int = RESERVATION_DAYS) -> date:
    """Return the last day a reservation made on a day holds: so many days, or the year's last.

    >>> str(JalaliDate.of(expiry(JalaliDate(1405, 11, 20).gregorian(), 1405)))
    '1405/12/29'
    """
    last = JalaliDate(fiscal_year + 1, 1, 1).plus_days(-1).gregorian()
    return min(on + timedelta(days=days), last)


def check_transfer(
    source: CreditType, target: CreditType, council_minute: str | None
) -> list[Problem]:
    """Return ``BUD-006``: between the kinds only with a minute of the council (R-BUD-05)."""
    if source is target or council_minute:
        return []
    return [Problem("BUD-006", "council_minute")]
