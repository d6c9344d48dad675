"""Credit: reserve, commit, pay and give back, each one atomic step (R-BUD-01 to 06).

A step is one conditional UPDATE of the line: of two who ask for the last money at the same
moment the database lets exactly one have it, on either kind of database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from engine.sdk import Problem
from engine.values import JalaliDate, Rial, local_date
from processes.financial_documents.answers import booking
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.records import (
    BudgetHolding,
    BudgetLine,
    ClosedYear,
    EntryKind,
    HoldingState,
)
from processes.financial_documents.registry import registry
from processes.financial_documents.rules.budget import check_pay, check_reserve, expiry

AREA: Final = "financial_documents"
LIVE: Final = (HoldingState.RESERVED, HoldingState.COMMITTED)


@dataclass(frozen=True, slots=True)
class Subject:
    """What money is held for."""

    id: UUID
    number: str
    kind: str = "voucher"
    area: str = AREA
    instance_id: UUID | None = None


def reserve(
    session: Session,
    line_id: UUID,
    subject: Subject,
    amount: Rial,
    stamp: Stamp,
    *,
    unit: str,
    added: bool = False,
) -> list[Problem]:
    """Check and reserve in one step; what the subject held before is given back first.

    Where it is ``added``, the subject keeps what it holds and holds this beside it.

    Returns ``BUD-004`` for a line of another unit, ``FIN-012`` for one of a closed year,
    ``BUD-001`` or ``BUD-002`` when it has not enough left. The caller then undoes all of it.
    """
    line = _line(session, line_id)
    if line is None or line.unit != unit:
        return [Problem("BUD-004", "budget_line_id")]
    on = local_date(stamp.at)
    closed = closed_year(session, line.unit, line.fiscal_year)
    if closed or JalaliDate.of(on).year != line.fiscal_year:
        return [Problem("FIN-012", "budget_line_id", {"year": str(line.fiscal_year)})]
    held = None if added else holding_of(session, subject.id, subject.area)
    if held is not None:
        give_back(session, held, stamp)
    expire(session, line.id, stamp.at)
    if not _take(session, line, amount):
        return check_reserve(_fresh(session, line).credit, amount) or [Problem("GEN-409")]
    days = int(registry.value("budget.reservation.days", on))
    holding = BudgetHolding(
        line_id=line.id,
        area=subject.area,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_number=subject.number,
        instance_id=subject.instance_id,
        amount=amount,
        state=HoldingState.RESERVED,
        reserved_at=stamp.at,
        expires_on=expiry(on, line.fiscal_year, days),
    )
    session.add(holding)
    session.flush()
    booking.write(session, holding, EntryKind.RESERVE, stamp)
    return []


def _take(session: Session, line: BudgetLine, amount: Rial, into: str = "reserved") -> bool:
    """Let a line hold an amount more where both limits allow it; tell whether they did."""
    used = BudgetLine.reserved + BudgetLine.committed + BudgetLine.paid + amount.amount
    return booking.changed(
        session,
        update(BudgetLine)
        .where(
            BudgetLine.id == line.id,
            used <= BudgetLine.approved,
            or_(~BudgetLine.strict, used <= BudgetLine.allocated),
        )
        .values({into: getattr(BudgetLine, into) + amount}),
    )


def commit(session: Session, holding: BudgetHolding, stamp: Stamp) -> bool:
    """Turn a reservation into a commitment; tell whether it still stood."""
    if not _moved(session, holding, HoldingState.RESERVED, HoldingState.COMMITTED):
        return False
    booking.book(session, holding, EntryKind.COMMIT, stamp)
    return True


def uncommit(session: Session, holding: BudgetHolding, stamp: Stamp) -> bool:
    """Turn a commitment back into a reservation: the approval was undone."""
    if not _moved(session, holding, HoldingState.COMMITTED, HoldingState.RESERVED):
        return False
    booking.book(session, holding, EntryKind.UNCOMMIT, stamp)
    return True


def pay(session: Session, holding: BudgetHolding, stamp: Stamp) -> list[Problem]:
    """Book a commitment as paid (R-BUD-02).

    Returns ``BUD-002`` when more would be paid than is allocated, ``BUD-005`` when nothing is
    committed.
    """
    line = _line(session, holding.line_id)
    if line is None or holding.state is not HoldingState.COMMITTED:
        return [Problem("BUD-005")]
    amount = holding.amount
    paid = update(BudgetLine).where(
        BudgetLine.id == line.id, BudgetLine.paid + amount <= BudgetLine.allocated
    )
    effects = {"committed": BudgetLine.committed - amount, "paid": BudgetLine.paid + amount}
    if not booking.changed(session, paid.values(effects)):
        return check_pay(_fresh(session, line).credit, amount) or [Problem("GEN-409")]
    if not _moved(session, holding, HoldingState.COMMITTED, HoldingState.PAID):
        return [Problem("GEN-409")]
    booking.write(session, holding, EntryKind.PAY, stamp)
    return []


def refund(session: Session, holding: BudgetHolding, stamp: Stamp) -> bool:
    """Take a payment back onto its line: the voucher was reversed."""
    if not _moved(session, holding, HoldingState.PAID, HoldingState.RETURNED):
        return False
    booking.book(session, holding, EntryKind.REFUND, stamp)
    return True


def give_back(session: Session, holding: BudgetHolding, stamp: Stamp) -> None:
    """Return a reservation or a commitment to its line; once."""
    was = holding.state
    if was in LIVE and _moved(session, holding, was, HoldingState.RETURNED):
        reserved = was is HoldingState.RESERVED
        booking.book(session, holding, EntryKind.RELEASE if reserved else EntryKind.DROP, stamp)


def hold_again(session: Session, holding: BudgetHolding, stamp: Stamp) -> list[Problem]:
    """Commit again what was given back, on the line of its code in this year if its own closed.

    Returns ``BUD-001`` or ``BUD-002`` where the line has it no more, ``FIN-012`` where there
    is none.
    """
    line = holding.line
    if closed_year(session, line.unit, line.fiscal_year):
        year = JalaliDate.of(local_date(stamp.at)).year
        now = line_by_code(session, line.unit, year, line.code)
        if now is None or closed_year(session, now.unit, now.fiscal_year):
            return [Problem("FIN-012", "budget_line_id", {"year": str(line.fiscal_year)})]
        holding.line = line = now
    if not _take(session, line, holding.amount):
        return check_reserve(_fresh(session, line).credit, holding.amount)
    if not _moved(session, holding, HoldingState.RETURNED, HoldingState.RESERVED):
        return [Problem("GEN-409")]
    booking.write(session, holding, EntryKind.RESERVE, stamp)
    commit(session, holding, stamp)
    return []


def carry(session: Session, holding: BudgetHolding, to: BudgetLine, stamp: Stamp) -> bool:
    """Move a commitment to a line of the next year where it has room; tell whether it had."""
    if not _take(session, to, holding.amount, "committed"):
        return False
    booking.book(session, holding, EntryKind.CARRY_OUT, stamp)
    holding.line_id = to.id
    booking.write(session, holding, EntryKind.CARRY_IN, stamp)
    return True


def expire(session: Session, line_id: UUID, at: datetime) -> int:
    """Return to a line what was reserved too long ago, and how many reservations (R-BUD-03).

    What took the place of a commitment stays, as that would have.
    """
    taken = aliased(BudgetHolding)
    lapsed = session.scalars(
        select(BudgetHolding).where(
            BudgetHolding.line_id == line_id,
            BudgetHolding.state == HoldingState.RESERVED,
            BudgetHolding.expires_on < local_date(at),
            ~exists().where(taken.taken_by == BudgetHolding.subject_id),
        )
    ).all()
    gone = [
        each
        for each in lapsed
        if _moved(session, each, HoldingState.RESERVED, HoldingState.EXPIRED)
    ]
    for each in gone:
        booking.book(session, each, EntryKind.EXPIRE, Stamp(at))
    return len(gone)


def holding_of(session: Session, subject_id: UUID, area: str = AREA) -> BudgetHolding | None:
    """Return what a record holds now, held against every other change of it."""
    session.flush()
    return session.scalar(
        select(BudgetHolding)
        .where(
            BudgetHolding.area == area,
            BudgetHolding.subject_id == subject_id,
            BudgetHolding.state.in_(LIVE),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def line_by_code(session: Session, unit: str, fiscal_year: int, code: str) -> BudgetLine | None:
    """Return the line of a code, as other areas name it."""
    return session.scalar(
        select(BudgetLine).where(
            BudgetLine.unit == unit,
            BudgetLine.fiscal_year == fiscal_year,
            BudgetLine.code == code,
        )
    )


def closed_year(session: Session, unit: str, fiscal_year: int) -> bool:
    """Tell whether a unit's year takes no postings."""
    found = select(ClosedYear.id).where(
        ClosedYear.unit == unit,
        ClosedYear.fiscal_year == fiscal_year,
        ClosedYear.reopened_at.is_(None),
    )
    return session.scalar(found) is not None


def _moved(
    session: Session, holding: BudgetHolding, was: HoldingState, becomes: HoldingState
) -> bool:
    """Change the state of a holding; tell whether it was still the one it was taken for."""
    moved = update(BudgetHolding).where(BudgetHolding.id == holding.id, BudgetHolding.state == was)
    if not booking.changed(session, moved.values(state=becomes)):
        return False
    session.refresh(holding)
    return True


def _line(session: Session, line_id: UUID) -> BudgetLine | None:
    return session.get(BudgetLine, line_id)


def _fresh(session: Session, line: BudgetLine) -> BudgetLine:
    session.refresh(line)
    return line
