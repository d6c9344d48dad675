"""What a record of another area holds of a line, and what of it goes over to another record.

The commitment of an order goes over to its vouchers, that of a contract to its statements: one
purchase holds credit once. What such a record is given up with comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.sdk import Problem, new_id
from engine.values import Rial
from engine.values.credit import Holder
from engine.values.facts import Basis
from processes.financial_documents.answers import credit
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.answers.finding import refuse, subject_of
from processes.financial_documents.records import (
    BudgetHolding,
    BudgetLine,
    HoldingState,
    PurchaseOrder,
    Voucher,
)


def held_by(
    session: Session, basis: Basis, unit: str, code: str, state: HoldingState
) -> Sequence[BudgetHolding]:
    """Return what a record holds on the lines of a code, held against every other change.

    The year is not asked for: a commitment may have gone on to the line of the next.
    """
    return _found(
        session,
        BudgetHolding.area == basis.area,
        BudgetHolding.subject_id == basis.id,
        BudgetHolding.state == state,
        BudgetLine.unit == unit,
        BudgetLine.code == code,
    )


def parts(
    session: Session, basis: Basis, unit: str, code: str, state: HoldingState, amount: Rial
) -> list[BudgetHolding]:
    """Return holdings that come to an amount; to less where the record holds less.

    The last of them is parted where it is more than what is left of the amount.
    """
    return _up_to(session, held_by(session, basis, unit, code, state), amount)


def reserve(session: Session, voucher: Voucher, stamp: Stamp) -> list[Problem]:
    """Reserve the gross of a voucher on its line, in place of what its order holds for it.

    So one purchase holds credit once, whichever line the voucher is on. What the voucher asks
    for less than before, the order holds again.

    Returns what `credit.reserve` does.

    Raises:
        RulesBroken: the order's line has not so much any more.
    """
    assert voucher.line is not None
    _give_back_own(session, voucher.id, stamp)
    taken = _taken_by(session, voucher.id)
    wanted = voucher.gross - _sum(taken)
    _hold_again(session, _up_to(session, taken, -wanted), stamp)
    for each in _up_to(session, _of_order(session, voucher), wanted):
        credit.give_back(session, each, stamp)
        each.taken_by = voucher.id
    whose, line_id = subject_of(voucher), voucher.line.id
    return credit.reserve(session, line_id, whose, voucher.gross, stamp, unit=voucher.unit)


def let_go(session: Session, voucher_id: UUID, stamp: Stamp) -> None:
    """Give back what a voucher holds; what it had from its order, the order holds again.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, the order's line has not so much any more;
            ``FIN-012``.
    """
    _give_back_own(session, voucher_id, stamp)
    _hold_again(session, _taken_by(session, voucher_id), stamp)


def take_over(
    session: Session, basis: Basis, out_of: Holder, line: BudgetLine, amount: Rial, stamp: Stamp
) -> None:
    """Free what a record needs of another's commitment: on the same line first, while it lasts.

    The record reserves the whole of what it needs then.
    """
    held = sorted(_committed(session, out_of), key=lambda each: each.line != line)
    for each in _up_to(session, held, amount):
        credit.give_back(session, each, stamp)
        each.taken_by = basis.id


def return_spare(session: Session, holder: Holder, stamp: Stamp) -> None:
    """Let others commit again what a record took over from them and needs no more.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, their line has not so much any more; ``FIN-012``.
    """
    taken = _taken_by(session, holder.id)
    if not taken:
        return
    used = _found(
        session,
        BudgetHolding.area == holder.area,
        BudgetHolding.subject_id == holder.id,
        BudgetHolding.state.in_((*credit.LIVE, HoldingState.PAID)),
    )
    spare = _sum(taken) - _sum(used)
    _hold_again(session, _up_to(session, taken, spare), stamp)


def spare(session: Session, basis: Basis, amount: Rial | None, stamp: Stamp) -> None:
    """Give back of what a record has committed: at most an amount, or all that is left.

    A record that needs all of it no more has ended: what others took over of it stays theirs, and
    is free, not its own again, where they are given up.
    """
    holder = Holder(basis.area, basis.id)
    if amount is None:
        for each in _gone_over(session, holder):
            each.taken_by = None
    held = _committed(session, holder)
    for each in _up_to(session, held, _sum(held) if amount is None else amount):
        credit.give_back(session, each, stamp)


def end_order(session: Session, order: PurchaseOrder, stamp: Stamp) -> None:
    """Give back what an order that is paid in full has committed beyond that."""
    if order.credit_area is not None and order.credit_id is not None:
        basis = Basis(order.credit_area, "request", order.credit_id, order.order_no)
        spare(session, basis, None, stamp)


def _committed(session: Session, holder: Holder) -> Sequence[BudgetHolding]:
    return _found(
        session,
        BudgetHolding.area == holder.area,
        BudgetHolding.subject_id == holder.id,
        BudgetHolding.state == HoldingState.COMMITTED,
    )


def _gone_over(session: Session, holder: Holder) -> Sequence[BudgetHolding]:
    return _found(
        session,
        BudgetHolding.area == holder.area,
        BudgetHolding.subject_id == holder.id,
        BudgetHolding.taken_by.is_not(None),
    )


def _sum(held: Iterable[BudgetHolding]) -> Rial:
    return Rial.total(each.amount for each in held)


def _give_back_own(session: Session, voucher_id: UUID, stamp: Stamp) -> None:
    held = credit.holding_of(session, voucher_id)
    if held is not None:
        credit.give_back(session, held, stamp)


def _hold_again(session: Session, taken: Iterable[BudgetHolding], stamp: Stamp) -> None:
    for each in taken:
        line = {"line": each.line.code}
        problems = credit.hold_again(session, each, stamp)
        refuse([replace(one, params={**one.params, **line}) for one in problems])
        each.taken_by = None


def _taken_by(session: Session, voucher_id: UUID) -> Sequence[BudgetHolding]:
    return _found(session, BudgetHolding.taken_by == voucher_id)


def _of_order(session: Session, voucher: Voucher) -> Sequence[BudgetHolding]:
    """Return what the order of a voucher has committed: on the voucher's own line first."""
    order = None if voucher.invoice is None else voucher.invoice.order
    if order is None or order.credit_id is None:
        return ()
    assert order.credit_area is not None
    found = _committed(session, Holder(order.credit_area, order.credit_id))
    return sorted(found, key=lambda each: each.line != voucher.line)


def _found(session: Session, *asked: ColumnElement[bool]) -> Sequence[BudgetHolding]:
    """Return holdings, the oldest first, held against every other change."""
    session.flush()
    query = (
        select(BudgetHolding)
        .join(BudgetLine, BudgetLine.id == BudgetHolding.line_id)
        .where(*asked)
        .order_by(BudgetHolding.reserved_at, BudgetHolding.id)
        .with_for_update(of=BudgetHolding)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _up_to(session: Session, held: Iterable[BudgetHolding], amount: Rial) -> list[BudgetHolding]:
    found: list[BudgetHolding] = []
    for each in held:
        if amount <= Rial.ZERO:
            break
        found.append(each if each.amount <= amount else _parted(session, each, amount))
        amount -= found[-1].amount
    return found


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
        taken_by=holding.taken_by,
    )
    holding.amount -= amount
    session.add(part)
    session.flush()
    return part
