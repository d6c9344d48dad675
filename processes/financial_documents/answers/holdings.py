"""What a record of another area holds of a line, and so much of it as a fact is about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.sdk import new_id
from engine.values import Rial
from engine.values.facts import Basis
from processes.financial_documents.answers import credit
from processes.financial_documents.answers.credit import Stamp
from processes.financial_documents.records import (
    BudgetHolding,
    BudgetLine,
    HoldingState,
    Voucher,
)


def held_by(
    session: Session, basis: Basis, unit: str, code: str, state: HoldingState
) -> Sequence[BudgetHolding]:
    """Return what a record holds, the oldest first, held against every other change.

    The year is not asked for: a commitment may have gone on to the line of the next.
    """
    session.flush()
    query = (
        select(BudgetHolding)
        .join(BudgetLine, BudgetLine.id == BudgetHolding.line_id)
        .where(
            BudgetHolding.area == basis.area,
            BudgetHolding.subject_id == basis.id,
            BudgetHolding.state == state,
            BudgetLine.unit == unit,
            BudgetLine.code == code,
        )
        .order_by(BudgetHolding.reserved_at, BudgetHolding.id)
        .with_for_update(of=BudgetHolding)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def parts(
    session: Session, basis: Basis, unit: str, code: str, state: HoldingState, amount: Rial
) -> list[BudgetHolding]:
    """Return holdings that come to an amount; to less where the record holds less.

    The last of them is parted where it is more than what is left of the amount.
    """
    found: list[BudgetHolding] = []
    for each in held_by(session, basis, unit, code, state):
        if amount <= Rial.ZERO:
            break
        found.append(each if each.amount <= amount else _parted(session, each, amount))
        amount -= found[-1].amount
    return found


def take_over(session: Session, voucher: Voucher, stamp: Stamp) -> None:
    """Let what an order of another area holds of the line go, up to what the voucher asks for.

    The voucher reserves it in the same transaction, so that one purchase holds credit once. It
    happens once for a voucher: what it reserves again later is looked for like any other.
    """
    order = None if voucher.invoice is None else voucher.invoice.order
    held = exists().where(BudgetHolding.subject_id == voucher.id, BudgetHolding.area == credit.AREA)
    if order is None or order.credit_id is None or session.scalar(select(held)):
        return
    assert voucher.line is not None
    basis = Basis(str(order.credit_area), "order", order.credit_id, order.order_no)
    line, state = voucher.line.code, HoldingState.COMMITTED
    for part in parts(session, basis, voucher.unit, line, state, voucher.gross):
        credit.give_back(session, part, stamp)


def _parted(session: Session, holding: BudgetHolding, amount: Rial) -> BudgetHolding:
    """Take an amount out of a holding into one of its own."""
    part = BudgetHolding(
        id=new_id(),
        line_id=holding.line_id,
        area=holding.area,
        subject_kind=holding.subject_kind,
        subject_id=holding.subject_id,
        subject_number=holding.subject_number,
        instance_id=holding.instance_id,
        amount=amount,
        state=holding.state,
        reserved_at=holding.reserved_at,
        expires_on=holding.expires_on,
    )
    holding.amount -= amount
    session.add(part)
    session.flush()
    return part
