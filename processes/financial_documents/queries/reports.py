"""The reports of §2.10, each a table with its totals; read only and of the actor's units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine.sdk import Actor
from engine.values import Rial, local_date
from processes.financial_documents.queries import advances
from processes.financial_documents.queries.tables import (
    MOST,
    Column,
    Report,
    age_of,
    days_overdue,
    of_units,
    summed,
)
from processes.financial_documents.records import (
    CLAIM_ENDED,
    BudgetHolding,
    BudgetLine,
    FloatState,
    HoldingState,
    PettyCashClaim,
    PettyCashFloat,
    Voucher,
    VoucherException,
    VoucherState,
)

_LIVE = (HoldingState.RESERVED, HoldingState.COMMITTED)


def budget(session: Session, actor: Actor, _: datetime) -> Report:
    """The credit control register (تأمین اعتبار): every line with its figures."""
    lines = session.scalars(
        of_units(select(BudgetLine), BudgetLine.unit, actor)
        .order_by(BudgetLine.fiscal_year.desc(), BudgetLine.unit, BudgetLine.code)
        .limit(MOST)
    )
    columns = (
        Column("unit", "code"),
        Column("year", "number"),
        Column("code", "code"),
        Column("title"),
        Column("credit_type", "word"),
        Column("approved", "rial"),
        Column("allocated", "rial"),
        Column("reserved", "rial"),
        Column("committed", "rial"),
        Column("paid", "rial"),
        Column("free", "rial"),
    )
    rows = [
        (
            each.unit,
            each.fiscal_year,
            each.code,
            each.title,
            each.credit_type.value,
            each.approved,
            each.allocated,
            each.reserved,
            each.committed,
            each.paid,
            each.credit.free,
        )
        for each in lines
    ]
    return summed(columns, rows)


def encumbrances(session: Session, actor: Actor, at: datetime) -> Report:
    """What is reserved or committed and not paid, the oldest first, with its age."""
    query = (
        select(BudgetHolding)
        .join(BudgetLine, BudgetLine.id == BudgetHolding.line_id)
        .options(joinedload(BudgetHolding.line))
        .where(BudgetHolding.state.in_(_LIVE))
        .order_by(BudgetHolding.reserved_at)
        .limit(MOST)
    )
    today = local_date(at)
    columns = (
        Column("age", "word"),
        Column("days", "number"),
        Column("number", "code"),
        Column("line", "code"),
        Column("state", "word"),
        Column("since", "moment"),
        Column("expires", "day"),
        Column("amount", "rial"),
    )
    rows = [
        (
            age_of(days := (today - local_date(each.reserved_at)).days),
            days,
            each.subject_number,
            each.line.code,
            each.state.value,
            each.reserved_at,
            each.expires_on if each.state is HoldingState.RESERVED else None,
            each.amount,
        )
        for each in session.scalars(of_units(query, BudgetLine.unit, actor))
    ]
    return summed(columns, rows)


def vouchers(session: Session, actor: Actor, at: datetime) -> Report:
    """Vouchers that are under way or done, with their state and the days in it."""
    query = (
        of_units(select(Voucher), Voucher.unit, actor)
        .where(Voucher.number.is_not(None))
        .order_by(Voucher.state, Voucher.submitted_at.desc())
        .limit(MOST)
    )
    columns = (
        Column("voucher", "case"),
        Column("type", "word"),
        Column("payee"),
        Column("state", "word"),
        Column("days", "number"),
        Column("gross", "rial"),
        Column("net", "rial"),
    )
    rows = [
        (
            (each.voucher_no, each.instance_id),
            each.document_type.value,
            each.payee_name,
            each.state.value,
            (local_date(at) - local_date(_since(each))).days,
            each.gross,
            each.net,
        )
        for each in session.scalars(query)
    ]
    return summed(columns, rows)


def _since(voucher: Voucher) -> datetime:
    moments = (
        voucher.posted_at,
        voucher.paid_at,
        voucher.controlled_at,
        voucher.approved_at,
        voucher.checked_at,
        voucher.submitted_at,
    )
    return next((each for each in moments if each is not None), voucher.created_at)


def exceptions(session: Session, actor: Actor, _: datetime) -> Report:
    """What an auditor looks at: tolerated prices, insisted payments, duplicates, splitting."""
    query = (
        select(VoucherException, Voucher)
        .join(Voucher, Voucher.id == VoucherException.voucher_id)
        .order_by(VoucherException.at.desc())
        .limit(MOST)
    )
    columns = (
        Column("exception", "word"),
        Column("voucher", "case"),
        Column("payee"),
        Column("since", "moment"),
        Column("by", "person"),
        Column("note"),
        Column("gross", "rial"),
    )
    rows = [
        (
            found.kind.value,
            (voucher.voucher_no, voucher.instance_id),
            voucher.payee_name,
            found.at,
            found.by,
            found.note,
            voucher.gross,
        )
        for found, voucher in session.execute(of_units(query, Voucher.unit, actor))
    ]
    return summed(columns, rows)


def petty_cash(session: Session, actor: Actor, at: datetime) -> Report:
    """Positions of petty cash: each float with what is claimed, and by when it is settled."""
    query = (
        of_units(select(PettyCashFloat), PettyCashFloat.unit, actor)
        .where(PettyCashFloat.state.in_((FloatState.OPEN, FloatState.SETTLED)))
        .order_by(PettyCashFloat.state, PettyCashFloat.opened_on)
        .limit(MOST)
    )
    floats = session.scalars(query).all()
    claimed = _claimed(session, [each.id for each in floats])
    today = local_date(at)
    columns = (
        Column("unit", "code"),
        Column("holder", "person"),
        Column("state", "word"),
        Column("opened", "day"),
        Column("refilled", "day"),
        Column("settle_by", "day"),
        Column("overdue", "number"),
        Column("unsettled", "number"),
        Column("float", "rial"),
        Column("claimed", "rial"),
        Column("cash", "rial"),
    )
    rows = [_position(each, claimed.get(each.id), today) for each in floats]
    return summed(columns, rows)


def _claimed(session: Session, floats: Sequence[UUID]) -> dict[UUID, PettyCashClaim]:
    """Return the claim of each float that was handed in and is not settled, if any."""
    found = session.scalars(
        select(PettyCashClaim).where(
            PettyCashClaim.float_id.in_(floats),
            PettyCashClaim.submitted_at.is_not(None),
            PettyCashClaim.state.not_in(CLAIM_ENDED),
        )
    )
    return {each.float_id: each for each in found}


def _position(cash: PettyCashFloat, claim: PettyCashClaim | None, today: date) -> tuple[Any, ...]:
    is_open = cash.state is FloatState.OPEN
    held = cash.amount if is_open else Rial.ZERO
    claimed = Rial.ZERO if claim is None else claim.amount
    since = None if claim is None else claim.submitted_at
    return (
        cash.unit,
        cash.holder,
        cash.state.value,
        cash.opened_on,
        cash.refilled_on,
        cash.settle_by if is_open else None,
        days_overdue(cash.settle_by, today) if is_open else 0,
        None if since is None else (today - local_date(since)).days,
        held,
        claimed,
        held - claimed,
    )


def delegations(session: Session, actor: Actor, _: datetime) -> Report:
    """What was approved by which authority: the use of delegations."""
    query = of_units(select(Voucher), Voucher.unit, actor).where(
        Voucher.approved_as.is_not(None), Voucher.state != VoucherState.REVERSED
    )
    columns = (
        Column("approved_as", "word"),
        Column("by", "person"),
        Column("since", "moment"),
        Column("voucher", "case"),
        Column("payee"),
        Column("commitment", "rial"),
    )
    rows = [
        (
            each.approved_as,
            each.approved_by,
            each.approved_at,
            (each.voucher_no, each.instance_id),
            each.payee_name,
            each.commitment,
        )
        for each in session.scalars(query.order_by(Voucher.approved_at.desc()).limit(MOST))
    ]
    return summed(columns, rows)


REPORTS: Final[dict[str, Callable[[Session, Actor, datetime], Report]]] = {
    "budget": budget,
    "encumbrances": encumbrances,
    "vouchers": vouchers,
    "exceptions": exceptions,
    "advances": advances.outstanding,
    "petty_cash": petty_cash,
    "delegations": delegations,
}
