"""The trial balance (تراز آزمایشی) of a unit and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, case, func, select, type_coerce
from sqlalchemy.orm import Session

from engine.values import Rial
from processes.accounting.chart import Account, chart
from processes.accounting.records import LedgerEntry, LedgerLine


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One account: what it stood at before the year, what moved in it, what it stands at."""

    account: Account
    opening: Rial  #: debit above nothing, credit below
    debit: Rial
    credit: Rial

    @property
    def closing(self) -> Rial:
        """What it stands at: debit above nothing, credit below."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account that ever moved, and what both sides add up to."""

    unit: str
    year: int
    rows: tuple[BalanceRow, ...]
    years: tuple[int, ...]  #: that have entries, newest first

    @property
    def debit(self) -> Rial:
        """What moved on the debit side."""
        return Rial.total(each.debit for each in self.rows)

    @property
    def credit(self) -> Rial:
        """What moved on the credit side; equal to the debit side."""
        return Rial.total(each.credit for each in self.rows)

    @property
    def closing_debit(self) -> Rial:
        """The balances that stand on the debit side."""
        return Rial.total(max(each.closing, Rial.ZERO) for each in self.rows)

    @property
    def closing_credit(self) -> Rial:
        """The balances that stand on the credit side; equal to the others."""
        return Rial.total(max(-each.closing, Rial.ZERO) for each in self.rows)


def trial_balance(session: Session, unit: str, year: int) -> TrialBalance:
    """Return the trial balance of a unit's books for a fiscal year.

    Balances go over from year to year; those of income and expense are closed at its end.
    """
    sums = _sums(session, unit, year)
    years = session.scalars(
        select(LedgerEntry.year)
        .where(LedgerEntry.unit == unit)
        .distinct()
        .order_by(LedgerEntry.year.desc())
    )
    rows = (BalanceRow(account, *sums[code]) for code, account in chart().items() if code in sums)
    return TrialBalance(unit, year, tuple(rows), tuple(years))


def _sums(session: Session, unit: str, year: int) -> Mapping[str, tuple[Rial, Rial, Rial]]:
    now = LedgerEntry.year == year
    debit = type_coerce(LedgerLine.debit, BigInteger)
    credit = type_coerce(LedgerLine.credit, BigInteger)
    found = session.execute(
        select(
            LedgerLine.account,
            func.sum(case((now, 0), else_=debit - credit)),
            func.sum(case((now, debit), else_=0)),
            func.sum(case((now, credit), else_=0)),
        )
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.unit == unit, LedgerEntry.year <= year)
        .group_by(LedgerLine.account)
    )
    return {
        account: (Rial(int(opening)), Rial(int(debit_sum)), Rial(int(credit_sum)))
        for account, opening, debit_sum, credit_sum in found
    }
