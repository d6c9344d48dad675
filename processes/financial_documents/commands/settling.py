"""Settlements of advances outside their cases: begun again, and reversed (§2.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound, Problem, RulesBroken
from engine.sdk import Actor, Entered, UnitOfWork, announce, desk_of, is_one_of, tell_act
from engine.values import Rial, local_date
from engine.values.bookkeeping import AccountingEventUndone
from processes.financial_documents.answers import advances, credit, settling
from processes.financial_documents.answers.booking import Stamp, book_on_line
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.records import (
    UNSETTLED,
    AdvanceSettlement,
    BudgetEntry,
    BudgetLine,
    EntryKind,
    SettlementState,
)

BEGINNERS: Final = ("FIN_HEAD",)
REVERSERS: Final = ("UNIT_HEAD",)
#: approved, and nothing was paid because of it
_REVERSIBLE: Final = frozenset({SettlementState.SETTLED, SettlementState.EXCESS})


def begin_settlement(uow: UnitOfWork, settlement_id: str, *, actor: Actor, at: datetime) -> None:
    """Let a case begin for an open advance that has none: its case was cancelled, or it is old.

    Raises:
        RulesBroken: ``ADV-016`` it is settled, or has a case.
    """
    with uow:
        settlement = _of_actor(uow.session, settlement_id, actor, *BEGINNERS)
        if settlement.state not in UNSETTLED or settlement.instance_id is not None:
            raise RulesBroken([Problem("ADV-016", "settlement_id")])
        advances.begin(uow.session, settlement, f"{settlement.id}/{at.isoformat()}", at)
        uow.commit()


def reverse_settlement(
    uow: UnitOfWork, settlement_id: str, because: str, *, actor: Actor, at: datetime
) -> None:
    """Take a settlement back that was approved by mistake: the advance is open again.

    What the books and the budget line were told is reversed, never deleted.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no reason, ``ADV-014`` it is not approved, or its excess
            has a voucher, ``ADV-015`` the actor prepared, confirmed or approved it, ``FIN-012``
            its year is closed, ``BUD-002`` the cash that came back is promised elsewhere.
    """
    entered = Entered()
    said = entered.text("because", because)
    with uow:
        session = uow.session
        settlement = _of_actor(session, settlement_id, actor, *REVERSERS)
        if settlement.state not in _REVERSIBLE:
            entered.problems.append(Problem("ADV-014", "settlement_id"))
        entered.problems += _own(session, settlement, actor)
        entered.must_be_right()
        _take_refund(session, settlement, Stamp(at, actor.username, settlement.number))
        undone = AccountingEventUndone(
            unit=settlement.unit,
            basis=settling.basis_of(settlement),
            at=at,
            by=actor.username,
            kind=settling.SETTLED_EVENT,
            on=local_date(at),
            reason=said,
        )
        announce(session, undone)
        facts = {"settlement": str(settlement.number), "reason": said}
        case_id = settlement.instance_id
        tell_act(session, AREA, "settlement_reversed", facts, actor=actor, at=at, case_id=case_id)
        settlement.state, settlement.instance_id = SettlementState.OPEN, None
        settlement.approved_by = settlement.settled_on = None
        advances.begin(session, settlement, f"{settlement.id}/{at.isoformat()}", at)
        uow.commit()


def _take_refund(session: Session, settlement: AdvanceSettlement, stamp: Stamp) -> None:
    """Take the cash that was given back to a line from it again.

    Raises:
        RulesBroken: ``FIN-012``, ``BUD-002``.
    """
    line = session.get(
        BudgetLine, settlement.advance.budget_line_id, with_for_update=True, populate_existing=True
    )
    if line is None:
        return
    refunds = session.scalars(
        select(BudgetEntry.amount).where(
            BudgetEntry.line_id == line.id,
            BudgetEntry.kind == EntryKind.REFUND,
            BudgetEntry.note == settlement.number,
        )
    )
    refunded = Rial.total(refunds)
    if not refunded.amount:
        return
    if credit.closed_year(session, line.unit, line.fiscal_year):
        raise RulesBroken([Problem("FIN-012", "settlement_id")])
    short = refunded - line.credit.free
    if short > Rial.ZERO:
        exceeded = {"exceeded": str(short.amount)}
        raise RulesBroken([Problem("BUD-002", "settlement_id", exceeded)])
    of = settling.basis_of(settlement)
    book_on_line(session, line.id, EntryKind.REFUND, -refunded, stamp, of)


def _own(session: Session, settlement: AdvanceSettlement, actor: Actor) -> list[Problem]:
    """Return ``ADV-015`` where the actor had a hand in it, under any of his accounts."""
    hands = (settlement.prepared_by, settlement.confirmed_by, settlement.approved_by)
    return [Problem("ADV-015", "because")] if is_one_of(session, actor, hands) else []


def _of_actor(session: Session, settlement_id: str, actor: Actor, *roles: str) -> AdvanceSettlement:
    """Return a settlement of a unit where the actor has one of the roles, locked."""
    try:
        found = session.get(AdvanceSettlement, UUID(settlement_id), with_for_update=True)
    except ValueError:
        found = None
    if found is None or not any(actor.sits_at(desk_of(role, found.unit)) for role in roles):
        raise NotFound(f"no settlement {settlement_id}")
    return found
