"""How do contracts of other traditions differ? All of it is data (`domain.md` §1.12)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.values import Percentage, Rial
from processes.contractor_statement.rules.advance import FIDIC, PRORATA, RecoveryPlan
from processes.contractor_statement.rules.deadlines import IRAN_TIMES, ReviewTimes
from processes.contractor_statement.rules.retention import RetentionEvent, RetentionSchedule


class Column(enum.Enum):
    """A column a family's line table shows; the value is its key in texts."""

    SCHEDULED_VALUE = "scheduled_value"
    PREVIOUS = "previous"
    THIS_PERIOD = "this_period"
    STORED = "stored"
    TO_DATE = "to_date"
    PERCENT = "percent"
    BALANCE = "balance"
    RETAINAGE = "retainage"


class Adjusting(enum.Enum):
    """How a family follows prices."""

    INDEX_PER_CHAPTER = "index_per_chapter"
    CHANGE_ORDER = "change_order"
    FORMULA_13_8 = "formula_13_8"


@dataclass(frozen=True, slots=True)
class Family:
    """One tradition of contracts: lines, retention, recovery and times as data.

    ``certifier_days`` and ``payment_days`` are calendar days from receipt of the statement;
    ``decimals`` says how many decimals of the currency one unit of `Rial` stands for.
    """

    code: str
    document: str
    certifier: str
    certifier_days: int
    payment_days: int
    columns: tuple[Column, ...]
    retention: RetentionSchedule
    recovery: RecoveryPlan | None
    adjusting: Adjusting
    times: ReviewTimes
    decimals: int = 0


IRAN_4311 = Family(
    code="IRAN_4311",
    document="interim_statement",
    certifier="CONSULTANT",
    certifier_days=10,
    payment_days=20,
    columns=(Column.TO_DATE, Column.PREVIOUS, Column.THIS_PERIOD),
    retention=RetentionSchedule(),
    recovery=PRORATA,
    adjusting=Adjusting.INDEX_PER_CHAPTER,
    times=IRAN_TIMES,
)
AIA_G702 = Family(
    code="AIA_G702",
    document="application_for_payment",
    certifier="ARCHITECT",
    certifier_days=7,
    payment_days=30,
    columns=tuple(Column),
    retention=RetentionSchedule(
        first_event=RetentionEvent.PROVISIONAL_ACCEPTANCE,
        second_event=RetentionEvent.FINAL_ACCEPTANCE,
    ),
    recovery=None,
    adjusting=Adjusting.CHANGE_ORDER,
    times=ReviewTimes(consultant_days=7, employer_days=23),
    decimals=2,
)
FIDIC_1999 = Family(
    code="FIDIC_1999",
    document="interim_payment_certificate",
    certifier="ENGINEER",
    certifier_days=28,
    payment_days=56,
    columns=(Column.TO_DATE, Column.PREVIOUS, Column.THIS_PERIOD),
    retention=RetentionSchedule(
        first_event=RetentionEvent.PROVISIONAL_ACCEPTANCE,
        second_event=RetentionEvent.DEFECTS_PERIOD_ENDED,
        limit=Percentage("5"),
    ),
    recovery=FIDIC,
    adjusting=Adjusting.FORMULA_13_8,
    times=ReviewTimes(consultant_days=28, employer_days=28),
    decimals=2,
)
FAMILIES = {family.code: family for family in (IRAN_4311, AIA_G702, FIDIC_1999)}


@dataclass(frozen=True, slots=True)
class ScheduledLine:
    """One line of a schedule of values with what was done, in the currency's smallest unit."""

    scheduled_value: Rial
    previous: Rial
    this_period: Rial
    stored: Rial

    @property
    def to_date(self) -> Rial:
        """Completed and stored to date, column G."""
        return self.previous + self.this_period + self.stored

    @property
    def percent(self) -> Decimal:
        """Column G ÷ C in percent, to two decimals for display."""
        if self.scheduled_value == Rial.ZERO:
            return Decimal(0)
        share = Decimal(self.to_date.amount) / Decimal(self.scheduled_value.amount)
        return (share * 100).quantize(Decimal("0.01"))

    @property
    def balance(self) -> Rial:
        """Balance to finish, column H."""
        return self.scheduled_value - self.to_date


def completed_and_stored(lines: Iterable[ScheduledLine]) -> Rial:
    """Return the cumulative gross of an application for payment, to hand to `certificate`.

    >>> completed_and_stored([ScheduledLine(Rial(120_000), Rial(40_000), Rial(30_000),
    ...                                     Rial(6_000))])
    Rial(amount=76000)
    """
    return Rial.total(line.to_date for line in lines)


def balance_to_finish(lines: Iterable[ScheduledLine], retained: Rial) -> Rial:
    """Return what is left to pay, retainage included (G702 line 9).

    >>> balance_to_finish([ScheduledLine(Rial(250), Rial(100), Rial(30), Rial(6))], Rial(13))
    Rial(amount=127)
    """
    return Rial.total(line.balance for line in lines) + retained
