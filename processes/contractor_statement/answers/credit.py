"""Credit: reserve, commit and pay out of one line, never past its allocation (§2.5)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import Problem
from engine.values import JalaliDate, Rial
from engine.values.credit import CreditCommitted, CreditPaid, CreditReserved
from processes.contractor_statement.records import (
    CreditKind,
    CreditLine,
    CreditReservation,
    ReservationState,
    Statement,
)
from processes.contractor_statement.telling import tell_credit, tell_credit_back


def reserve(
    session: Session, statement: Statement, line_id: UUID, amount: Rial, at: datetime
) -> list[Problem]:
    """Check and reserve in one step (R-BUD-01, R-BUD-04); an earlier reservation is replaced.

    Returns ``BUD-004`` for a line of another unit, ``BUD-002`` when it has not enough left.
    """
    held = reservation_of(session, statement)
    line = _locked(session, line_id)
    if line is None or line.unit != statement.contract.unit:
        return [Problem("BUD-004", "credit_line_id")]
    if held is not None:
        give_back(session, held, at)
    problems = _short(line, amount)
    if problems:
        return problems
    line.reserved += amount
    session.add(
        CreditReservation(
            credit_line_id=line.id, statement_id=statement.id, amount=amount, reserved_at=at
        )
    )
    session.flush()
    tell_credit(session, statement, line, CreditReserved, amount, at)
    return []


def adjust(session: Session, statement: Statement, amount: Rial, at: datetime) -> list[Problem]:
    """Bring the reservation to what the certificate now costs.

    Returns ``BUD-005`` when nothing is reserved, ``BUD-002`` when the line has not enough
    left; the reservation is unchanged then.
    """
    held = reservation_of(session, statement)
    if held is None:
        return [] if amount == Rial.ZERO else [Problem("BUD-005")]
    line = _locked(session, held.credit_line_id)
    if line is None:
        return [Problem("BUD-004")]
    difference = amount - held.amount
    problems = _short(line, difference) if difference > Rial.ZERO else []
    if problems:
        return problems
    committed = held.state is ReservationState.COMMITTED
    if committed:
        line.committed += difference
    else:
        line.reserved += difference
    held.amount = amount
    if difference < Rial.ZERO:
        tell_credit_back(session, statement, line, -difference, at, committed=committed)
    else:
        tell_credit(session, statement, line, CreditReserved, difference, at)
        if committed:
            tell_credit(session, statement, line, CreditCommitted, difference, at)
    return []


def commit(session: Session, statement: Statement, at: datetime) -> None:
    """Turn the reservation into a commitment: the statement is approved."""
    held = reservation_of(session, statement)
    line = None if held is None else _locked(session, held.credit_line_id)
    if held is None or line is None or held.state is not ReservationState.RESERVED:
        return
    line.reserved -= held.amount
    line.committed += held.amount
    held.state = ReservationState.COMMITTED
    tell_credit(session, statement, line, CreditCommitted, held.amount, at)


def uncommit(session: Session, statement: Statement, at: datetime) -> None:
    """Turn a commitment back into a reservation: the approval was undone."""
    held = reservation_of(session, statement)
    line = None if held is None else _locked(session, held.credit_line_id)
    if held is None or line is None or held.state is not ReservationState.COMMITTED:
        return
    line.committed -= held.amount
    line.reserved += held.amount
    held.state = ReservationState.RESERVED
    tell_credit_back(session, statement, line, held.amount, at, committed=True)
    tell_credit(session, statement, line, CreditReserved, held.amount, at)


def charged(session: Session, statement: Statement) -> CreditLine | None:
    """Return the line a statement is paid from, locked; ``None``: nothing is reserved for it."""
    held = reservation_of(session, statement)
    return None if held is None else _locked(session, held.credit_line_id)


def pay(session: Session, statement: Statement, at: datetime) -> None:
    """Book the commitment as paid."""
    held = reservation_of(session, statement)
    line = None if held is None else _locked(session, held.credit_line_id)
    if held is None or line is None:
        return
    line.committed -= held.amount
    line.paid += held.amount
    held.state = ReservationState.PAID
    tell_credit(session, statement, line, CreditPaid, held.amount, at)


def may_pay(session: Session, statement: Statement) -> list[Problem]:
    """Return ``BUD-002`` when paying would pass what is allocated (R-BUD-02)."""
    held = reservation_of(session, statement)
    line = None if held is None else _locked(session, held.credit_line_id)
    if held is None or line is None:
        return []
    return _exceeded(line.paid + held.amount - line.allocated)


def pay_at_once(
    session: Session, statement: Statement, line: CreditLine, amount: Rial, at: datetime
) -> list[Problem]:
    """Book a payment nothing was reserved for, such as one on account; it is told in full.

    Returns ``BUD-002`` when the line has not enough left.
    """
    problems = _short(line, amount)
    if not problems:
        line.paid += amount
        for kind in (CreditReserved, CreditCommitted, CreditPaid):
            tell_credit(session, statement, line, kind, amount, at)
    return problems


def give_back(session: Session, held: CreditReservation, at: datetime) -> None:
    """Return a reservation or commitment to its line."""
    line = _locked(session, held.credit_line_id)
    committed = held.state is ReservationState.COMMITTED
    if line is not None and held.state is ReservationState.RESERVED:
        line.reserved -= held.amount
    elif line is not None and committed:
        line.committed -= held.amount
    held.state = ReservationState.RETURNED
    if line is not None:
        statement = session.get_one(Statement, held.statement_id)
        tell_credit_back(session, statement, line, held.amount, at, committed=committed)


def reservation_of(session: Session, statement: Statement) -> CreditReservation | None:
    """Return the live reservation of a statement."""
    return session.scalar(
        select(CreditReservation).where(
            CreditReservation.statement_id == statement.id,
            CreditReservation.state.in_((ReservationState.RESERVED, ReservationState.COMMITTED)),
        )
    )


def _locked(session: Session, line_id: UUID) -> CreditLine | None:
    """Return a line as it stands now; nobody else books on it until the transaction ends."""
    session.flush()
    return session.get(CreditLine, line_id, with_for_update=True, populate_existing=True)


def _short(line: CreditLine, amount: Rial) -> list[Problem]:
    return _exceeded(amount - line.free_to_reserve)


def _exceeded(excess: Rial) -> list[Problem]:
    if excess <= Rial.ZERO:
        return []
    return [Problem("BUD-002", "credit_line_id", {"exceeded": str(excess.amount)})]


def line_for(session: Session, statement: Statement, on: date) -> CreditLine | None:
    """Return the line a statement is charged to: where it is reserved, else the unit's own.

    Of several lines of the year the one with most left is taken.
    """
    held = reservation_of(session, statement)
    if held is not None:
        return _locked(session, held.credit_line_id)
    query = select(CreditLine).where(
        CreditLine.unit == statement.contract.unit,
        CreditLine.fiscal_year == JalaliDate.of(on).year,
        CreditLine.kind == CreditKind.CAPITAL,
    )
    session.flush()
    locked = query.with_for_update().execution_options(populate_existing=True)
    lines = list(session.scalars(locked))
    return max(lines, key=lambda each: each.free_to_reserve, default=None)
