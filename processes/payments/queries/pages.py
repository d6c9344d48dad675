"""What the pages show: orders, what is to be paid, lines of the bank, reports (§4.11)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.sdk import Actor, names_of_people
from engine.values import Rial, local_date, normalise
from processes.payments.queries.finding import is_only_told
from processes.payments.queries.gathering import is_waiting
from processes.payments.queries.scope import LOOKERS, in_units_of
from processes.payments.records import (
    BankLine,
    Basis,
    BasisLeg,
    DebitAccount,
    LineState,
    Order,
    PayeeIban,
)
from processes.payments.rules.states import UNSENT, Instrument, OrderState

PAGE_SIZE = 50
_S = OrderState


@dataclass(frozen=True, slots=True)
class OrderList:
    """Orders of the actor's units, newest first, and what has no order yet."""

    orders: Sequence[Order]
    waiting: Sequence[Basis]
    told: Mapping[UUID, PayeeIban]  #: of a payee: the account to be checked before it is paid to
    search: str
    page: int
    has_more: bool


def order_list(session: Session, actor: Actor, search: str, page: int) -> OrderList:
    """Return a page of orders; the search looks at number, payee and basis."""
    said = normalise(search)
    query = select(Order).join(Basis).where(in_units_of(actor, Order.unit))
    if said:
        like = f"%{said}%"
        query = query.where(
            or_(
                Order.order_no.ilike(like),
                Order.payee_name.ilike(like),
                Order.payee_id == said,
                Basis.reference.ilike(like),
            )
        )
    query = query.options(joinedload(Order.basis), joinedload(Order.batch))
    query = query.order_by(Order.order_no.desc())
    found = session.scalars(query.limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE)).all()
    waiting = session.scalars(
        select(Basis)
        .where(in_units_of(actor, Basis.unit), is_waiting())
        .options(joinedload(Basis.payee))
        .order_by(Basis.entered_at)
        .limit(PAGE_SIZE)
    ).all()
    told = _told_accounts(session, waiting)
    return OrderList(found[:PAGE_SIZE], waiting, told, search, page, len(found) > PAGE_SIZE)


def _told_accounts(session: Session, waiting: Sequence[Basis]) -> dict[UUID, PayeeIban]:
    if not waiting:
        return {}
    payees = {each.payee_id for each in waiting}
    query = select(PayeeIban).where(PayeeIban.payee_id.in_(payees), is_only_told())
    return {each.payee_id: each for each in session.scalars(query.order_by(PayeeIban.proposed_at))}


def order_shown(session: Session, actor: Actor, order_id: UUID) -> Order | None:
    """Return one order with its signatures and legs, if the actor may see it."""
    query = select(Order).where(Order.id == order_id, in_units_of(actor, Order.unit))
    return session.scalar(
        query.options(
            selectinload(Order.signatures),
            joinedload(Order.basis).selectinload(Basis.legs),
            joinedload(Order.batch),
        )
    )


def signers_of(session: Session, order: Order) -> Mapping[str, Mapping[str, str]]:
    """Return what those who signed an order are called, by user name and language."""
    return names_of_people(session, (each.username for each in order.signatures))


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What the bank told and no order explains, and orders the bank should have told of."""

    units: Sequence[str]
    exceptions: Sequence[BankLine]
    explained: Sequence[BankLine]
    matched: int
    unbooked: Sequence[Order]  #: settled by status, without a line of the account
    people: Mapping[str, Mapping[str, str]]  #: what those who explained are called


def reconciliation(session: Session, actor: Actor) -> Reconciliation:
    """Return the state of the reconciliation in the actor's units."""
    mine = in_units_of(actor, BankLine.unit, LOOKERS)
    lines = select(BankLine).where(mine).options(joinedload(BankLine.order))
    booked = exists().where(BankLine.order_id == Order.id, BankLine.state == LineState.MATCHED)
    units = select(DebitAccount.unit).where(in_units_of(actor, DebitAccount.unit, LOOKERS))
    explained = session.scalars(
        lines.where(BankLine.state == LineState.EXPLAINED)
        .order_by(BankLine.explained_at.desc())
        .limit(PAGE_SIZE)
    ).all()
    return Reconciliation(
        units=session.scalars(units.distinct().order_by(DebitAccount.unit)).all(),
        exceptions=session.scalars(
            lines.where(BankLine.state == LineState.EXCEPTION).order_by(BankLine.taken_at)
        ).all(),
        explained=explained,
        people=names_of_people(session, (each.explained_by for each in explained)),
        matched=session.scalar(
            select(func.count()).where(mine, BankLine.state == LineState.MATCHED)
        )
        or 0,
        unbooked=session.scalars(
            select(Order)
            .where(in_units_of(actor, Order.unit, LOOKERS), Order.state == _S.CLEARED, ~booked)
            .order_by(Order.ended_at)
            .limit(PAGE_SIZE)
        ).all(),
    )


@dataclass(frozen=True, slots=True)
class DayOfPayments:
    """What was settled in a unit on a day by one instrument."""

    on: date
    unit: str
    instrument: Instrument
    count: int
    amount: Rial


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of `domain.md` §4.11."""

    days: Sequence[DayOfPayments]
    unsigned: Sequence[tuple[Order, int]]  #: with its age in days
    troubled: Sequence[Order]  #: unconfirmed, bounced, cancelled, returned, rejected
    exceptions: int
    electronic: int  #: orders without paper
    all_orders: int
    mean_time: timedelta | None  #: from the basis to the money
    deposits: Sequence[tuple[str, str, Rial]]  #: unit, kind of leg, held in all


_TROUBLED = (
    _S.WAIT_PAYEE_CONFIRM, _S.BOUNCED, _S.PART_BOUNCED, _S.CANCELLED, _S.RETURNED_BY_PAYEE,
    _S.REJECTED, _S.EXPIRED, _S.BLOCKED,
)  # fmt: skip


def reports(session: Session, actor: Actor, at: datetime) -> Reports:
    """Return the reports over the last year of the actor's units."""
    mine = in_units_of(actor, Order.unit)
    since = at - timedelta(days=365)
    orders = session.scalars(
        select(Order)
        .where(mine, Order.made_at >= since)
        .options(joinedload(Order.basis))
        .order_by(Order.order_no)
    ).all()
    cleared = [each for each in orders if each.state is _S.CLEARED and each.ended_at is not None]
    took = [each.ended_at - each.basis.entered_at for each in cleared if each.ended_at]
    exceptions = select(func.count()).where(
        in_units_of(actor, BankLine.unit), BankLine.state == LineState.EXCEPTION
    )
    return Reports(
        days=_days(cleared),
        unsigned=[(each, (at - each.made_at).days) for each in orders if each.state in UNSENT],
        troubled=[each for each in orders if each.state in _TROUBLED],
        exceptions=session.scalar(exceptions) or 0,
        electronic=sum(each.instrument is not Instrument.CHEQUE for each in orders),
        all_orders=len(orders),
        mean_time=sum(took, timedelta()) / len(took) if took else None,
        deposits=_deposits(session, actor),
    )


def _days(cleared: Sequence[Order]) -> list[DayOfPayments]:
    amounts: defaultdict[tuple[date, str, Instrument], list[Rial]] = defaultdict(list)
    for each in cleared:
        if each.ended_at is not None:
            amounts[local_date(each.ended_at), each.unit, each.instrument].append(each.amount)
    return [
        DayOfPayments(*key, len(found), Rial.total(found))
        for key, found in sorted(amounts.items(), key=lambda each: each[0][0], reverse=True)
    ]


def _deposits(session: Session, actor: Actor) -> list[tuple[str, str, Rial]]:
    """Return what was kept back of paid bases, by unit and kind (R-PAY-09)."""
    paid = exists().where(Order.basis_id == Basis.id, Order.state == _S.CLEARED)
    rows = session.execute(
        select(Basis.unit, BasisLeg.kind, BasisLeg.amount)
        .join(BasisLeg, BasisLeg.basis_id == Basis.id)
        .where(in_units_of(actor, Basis.unit), paid)
    ).all()
    held: Counter[tuple[str, str]] = Counter()
    for unit, kind, amount in rows:
        held[unit, kind] += amount.amount
    return [(unit, kind, Rial(amount)) for (unit, kind), amount in sorted(held.items())]
