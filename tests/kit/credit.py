"""Credit of the budget and its books: what must agree after every act of anybody (§2.1, §2.5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, case, func, select, type_coerce
from sqlalchemy.orm import Session

from processes.accounting.records import LedgerEntry, LedgerLine
from processes.financial_documents.records import (
    BudgetEntry,
    BudgetHolding,
    BudgetLine,
    EntryKind,
    HoldingState,
)

#: what of a line is reserved, committed and paid, in rials
Figures: TypeAlias = tuple[int, int, int]
#: a line of every year: the books name it by its unit and code
Line: TypeAlias = tuple[str, str]
ACCOUNTS: Final = ("9101", "9102", "9103")
_STATES: Final = (HoldingState.RESERVED, HoldingState.COMMITTED, HoldingState.PAID)
_NOTHING: Final[Figures] = (0, 0, 0)


def must_agree(session: Session) -> None:
    """Compare what every line says, what records hold of it, and what the books show of it."""
    session.flush()
    lines, books = of_lines(session), in_books(session)
    assert lines == of_holdings(session, lines), "the figures of a line are what is held of it"
    assert lines == {each: books.get(each, _NOTHING) for each in lines}, "and so say the books"


def of_lines(session: Session) -> dict[Line, Figures]:
    """Return the figures of every budget line."""
    query = select(
        BudgetLine.unit,
        BudgetLine.code,
        *(_sum(each) for each in (BudgetLine.reserved, BudgetLine.committed, BudgetLine.paid)),
    ).group_by(BudgetLine.unit, BudgetLine.code)
    return _by_line(session.execute(query))


def of_holdings(session: Session, lines: Iterable[Line]) -> dict[Line, Figures]:
    """Return what records hold of lines; cash that came back is paid no more."""
    held = (
        _sum(case((BudgetHolding.state == each, BudgetHolding.amount), else_=0)) for each in _STATES
    )
    found = _by_line(
        session.execute(
            select(BudgetLine.unit, BudgetLine.code, *held)
            .join(BudgetHolding, BudgetHolding.line_id == BudgetLine.id)
            .group_by(BudgetLine.unit, BudgetLine.code)
        )
    )
    cash = {
        (unit, code): int(amount)
        for unit, code, amount in session.execute(
            select(BudgetLine.unit, BudgetLine.code, _sum(BudgetEntry.amount))
            .join(BudgetEntry, BudgetEntry.line_id == BudgetLine.id)
            .where(BudgetEntry.kind == EntryKind.REFUND, BudgetEntry.holding_id.is_(None))
            .group_by(BudgetLine.unit, BudgetLine.code)
        )
    }
    return {
        each: (reserved, committed, paid - cash.get(each, 0))
        for each in lines
        for reserved, committed, paid in [found.get(each, _NOTHING)]
    }


def in_books(session: Session) -> dict[Line, Figures]:
    """Return what the books show of lines on the accounts of credit."""
    moved = type_coerce(LedgerLine.debit - LedgerLine.credit, BigInteger)
    of_account = (_sum(case((LedgerLine.account == each, moved), else_=0)) for each in ACCOUNTS)
    query = (
        select(LedgerEntry.unit, LedgerLine.budget_line, *of_account)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerLine.budget_line.is_not(None))
        .group_by(LedgerEntry.unit, LedgerLine.budget_line)
    )
    return _by_line(session.execute(query))


def _sum(amounts: Any) -> Any:
    return func.sum(type_coerce(amounts, BigInteger))


def _by_line(rows: Iterable[Any]) -> dict[Line, Figures]:
    return {(unit, code): (int(a), int(b), int(c)) for unit, code, a, b, c in rows}
