"""Credit and deposits in their records and in the books: what agrees after every act (§2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from uuid import UUID

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
from processes.transactions.records import AuctionInstalment, AuctionState, PropertyAuction

#: what of a line is reserved, committed and paid, in rials
Figures: TypeAlias = tuple[int, int, int]
#: a line by its unit and code, in all of its years: so the books name it
Line: TypeAlias = tuple[str, str]
#: its unit, code and fiscal year
LineOfYear: TypeAlias = tuple[str, str, int]
ACCOUNTS: Final = ("9101", "9102", "9103")
DEPOSITS: Final = "2205"
OWED_FOR_PROPERTY: Final = "1206"
OWED_FOR_BEING_LATE: Final = "1207"
RENT_TO_COME: Final = "2206"
_OVER: Final = (AuctionState.HANDED_OVER, AuctionState.ENDED)
_STATES: Final = (HoldingState.RESERVED, HoldingState.COMMITTED, HoldingState.PAID)
_NOTHING: Final[Figures] = (0, 0, 0)
_LINE: Final = (BudgetLine.unit, BudgetLine.code, BudgetLine.fiscal_year)


def must_agree(session: Session) -> dict[LineOfYear, Figures]:
    """Compare what every line says, what records hold of it, and what the books show of it."""
    session.flush()
    lines = of_lines(session)
    held = _of_holdings(session)
    assert lines == {each: held.get(each, _NOTHING) for each in lines}, "a line is what is held"
    summed, books = over_years(lines), in_books(session)
    assert summed == {each: books.get(each, _NOTHING) for each in summed}, "and so say the books"
    return lines


def of_lines(session: Session) -> dict[LineOfYear, Figures]:
    """Return the figures of every budget line."""
    query = select(*_LINE, BudgetLine.reserved, BudgetLine.committed, BudgetLine.paid)
    return {
        (unit, code, year): (reserved.amount, committed.amount, paid.amount)
        for unit, code, year, reserved, committed, paid in session.execute(query)
    }


def over_years(lines: Mapping[LineOfYear, Figures]) -> dict[Line, Figures]:
    """Return the figures of lines, all years of one together."""
    summed: dict[Line, Figures] = {}
    for (unit, code, _), figures in lines.items():
        a, b, c = summed.get((unit, code), _NOTHING)
        summed[unit, code] = (a + figures[0], b + figures[1], c + figures[2])
    return summed


def _of_holdings(session: Session) -> dict[LineOfYear, Figures]:
    """Return what records hold of lines; cash that came back is paid no more."""
    held = (
        _sum(case((BudgetHolding.state == each, BudgetHolding.amount), else_=0)) for each in _STATES
    )
    query = select(*_LINE, *held).join(BudgetHolding, BudgetHolding.line_id == BudgetLine.id)
    found = {
        (unit, code, year): (int(reserved), int(committed), int(paid))
        for unit, code, year, reserved, committed, paid in session.execute(query.group_by(*_LINE))
    }
    cash = (
        select(*_LINE, _sum(BudgetEntry.amount))
        .join(BudgetEntry, BudgetEntry.line_id == BudgetLine.id)
        .where(BudgetEntry.kind == EntryKind.REFUND, BudgetEntry.holding_id.is_(None))
    )
    for unit, code, year, amount in session.execute(cash.group_by(*_LINE)):
        reserved, committed, paid = found.get((unit, code, year), _NOTHING)
        found[unit, code, year] = (reserved, committed, paid - int(amount))
    return found


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
    return {
        (unit, code): (int(reserved), int(committed), int(paid))
        for unit, code, reserved, committed, paid in session.execute(query)
    }


def deposits_must_agree(session: Session) -> None:
    """Look that the books hold no deposit of an auction that is over, and never gave back more."""
    moved = type_coerce(LedgerLine.credit - LedgerLine.debit, BigInteger)
    query = (
        select(PropertyAuction.state, func.sum(moved))
        .join(LedgerEntry, LedgerEntry.basis_id == PropertyAuction.id)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(LedgerLine.account == DEPOSITS)
        .group_by(PropertyAuction.id, PropertyAuction.state)
    )
    for state, held in session.execute(query):
        assert held == 0 if state in _OVER else held >= 0, f"deposits of an auction {state.value}"


def receivables_must_agree(session: Session) -> None:
    """Look that the books show of each auction what its records do.

    As owed what its open instalments are, and open damages beside them; as rent to come what of a
    lease's rent is not income yet.
    """
    late_of = AuctionInstalment.late_of
    for account, parts in (
        (OWED_FOR_PROPERTY, late_of.is_(None)),
        (OWED_FOR_BEING_LATE, late_of.is_not(None)),
    ):
        of_kind = AuctionInstalment.received_on.is_(None) & parts
        is_open = case((of_kind, AuctionInstalment.amount), else_=0)
        found = select(AuctionInstalment.auction_id, _sum(is_open))
        left = session.execute(found.group_by(AuctionInstalment.auction_id))
        open_parts = {each: int(amount) for each, amount in left if amount}
        assert _of_auctions(session, account) == open_parts, f"what is owed on {account}"
    agreed = PropertyAuction.lease_months.is_not(None) & PropertyAuction.paid_on.is_not(None)
    leases = session.scalars(select(PropertyAuction).where(agreed)).all()
    payers = {each: each.payer for each in leases}
    to_come = {
        each.id: (each.rent_earned - payer.amount).amount for each, payer in payers.items() if payer
    }
    to_come = {each: amount for each, amount in to_come.items() if amount}
    assert _of_auctions(session, RENT_TO_COME) == to_come, "rent that is no income yet"


def _of_auctions(session: Session, account: str) -> dict[UUID, int]:
    """Return what stands on an account for each auction, debit less credit; not what is nothing."""
    moved = type_coerce(LedgerLine.debit - LedgerLine.credit, BigInteger)
    found = (
        select(LedgerEntry.basis_id, func.sum(moved))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(LedgerLine.account == account)
        .group_by(LedgerEntry.basis_id)
    )
    return {each: int(amount) for each, amount in session.execute(found) if amount}


def _sum(amounts: Any) -> Any:
    return func.sum(type_coerce(amounts, BigInteger))
