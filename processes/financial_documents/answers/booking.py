"""A booking on a budget line: its figures, its entry, and what the books are told, in one step.

Whatever changes what is reserved, committed or paid of a line goes through here: so the books show
of each line what the line itself says, at any moment (§2.1, §2.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from engine.sdk import announce
from engine.values import Rial, local_date
from engine.values.bookkeeping import AccountingEvent
from engine.values.facts import Basis
from processes.financial_documents.records import (
    BudgetEntry,
    BudgetHolding,
    BudgetLine,
    EntryKind,
)

#: what a booking adds to a line's columns, in units of its amount
_EFFECTS: Final[Mapping[EntryKind, Mapping[str, int]]] = {
    EntryKind.RESERVE: {"reserved": 1},
    EntryKind.RELEASE: {"reserved": -1},
    EntryKind.EXPIRE: {"reserved": -1},
    EntryKind.COMMIT: {"reserved": -1, "committed": 1},
    EntryKind.UNCOMMIT: {"reserved": 1, "committed": -1},
    EntryKind.DROP: {"committed": -1},
    EntryKind.CARRY_OUT: {"committed": -1},
    EntryKind.CARRY_IN: {"committed": 1},
    EntryKind.PAY: {"committed": -1, "paid": 1},
    EntryKind.REFUND: {"paid": -1},
    EntryKind.APPROVE: {"approved": 1},
    EntryKind.ALLOCATE: {"allocated": 1},
}
#: the event of the books that a booking is; what is approved and allocated is no promise yet
_EVENTS: Final[Mapping[EntryKind, str]] = {
    EntryKind.RESERVE: "credit_reserved",
    EntryKind.RELEASE: "credit_released",
    EntryKind.EXPIRE: "credit_released",
    EntryKind.COMMIT: "credit_committed",
    EntryKind.UNCOMMIT: "commitment_undone",
    EntryKind.DROP: "commitment_released",
    EntryKind.CARRY_OUT: "commitment_released",
    EntryKind.CARRY_IN: "commitment_carried",
    EntryKind.PAY: "credit_paid",
    EntryKind.REFUND: "credit_refunded",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something is booked and by whom."""

    at: datetime
    by: str | None = None  #: nobody: time passed
    note: str | None = None


def book(session: Session, holding: BudgetHolding, kind: EntryKind, stamp: Stamp) -> None:
    """Book what a record holds on its line; whoever calls has checked that it may be.

    Raises:
        RulesBroken: by who keeps the books; ``FIN-012``, the month is closed there.
    """
    _change(session, holding.line_id, kind, holding.amount)
    write(session, holding, kind, stamp)


def book_on_line(
    session: Session,
    line_id: UUID,
    kind: EntryKind,
    amount: Rial,
    stamp: Stamp,
    basis: Basis | None = None,
) -> None:
    """Book an amount that no record holds; whoever calls has checked that it may be.

    Args:
        basis: the record whose money it is; ``None`` where the budget itself changes.

    Raises:
        RulesBroken: as `book`.
    """
    _change(session, line_id, kind, amount)
    entry = BudgetEntry(line_id=line_id, kind=kind, amount=amount)
    _write(session, entry, basis, stamp)


def write(session: Session, holding: BudgetHolding, kind: EntryKind, stamp: Stamp) -> None:
    """Write the entry of a booking that its line shows already, and tell the books.

    Raises:
        RulesBroken: as `book`.
    """
    entry = BudgetEntry(
        line_id=holding.line_id, holding_id=holding.id, kind=kind, amount=holding.amount
    )
    _write(session, entry, basis_of(holding), stamp)


def basis_of(holding: BudgetHolding) -> Basis:
    """Return the record that holds money, as other areas know it."""
    return Basis(
        holding.area,
        holding.subject_kind,
        holding.subject_id,
        holding.subject_number,
        holding.instance_id,
    )


def _change(session: Session, line_id: UUID, kind: EntryKind, amount: Rial) -> None:
    effects = {
        name: getattr(BudgetLine, name) + amount * sign for name, sign in _EFFECTS[kind].items()
    }
    changed(session, update(BudgetLine).where(BudgetLine.id == line_id).values(effects))


def changed(session: Session, statement: Any) -> bool:
    """Tell whether an update found its one row."""
    session.flush()
    done: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        statement.execution_options(synchronize_session=False)
    )
    return done.rowcount == 1


def _write(session: Session, entry: BudgetEntry, basis: Basis | None, stamp: Stamp) -> None:
    entry.at, entry.by, entry.note = stamp.at, stamp.by, stamp.note
    session.add(entry)
    line = session.get_one(BudgetLine, entry.line_id)
    if basis is not None:
        event, amount = _EVENTS[entry.kind], entry.amount
        tell(session, event, basis, stamp, unit=line.unit, line=line.code, amount=amount)
    session.expire(line)


def tell(
    session: Session, event: str, basis: Basis, stamp: Stamp, *, unit: str, line: str, amount: Rial
) -> None:
    """Tell who keeps the books what became of a line's credit.

    Raises:
        RulesBroken: as `book`.
    """
    announce(
        session,
        AccountingEvent(
            unit=unit,
            basis=basis,
            at=stamp.at,
            by=stamp.by,
            kind=event,
            on=local_date(stamp.at),
            amounts={"amount": amount},
            description=basis.number,
            budget_line=line,
        ),
    )
