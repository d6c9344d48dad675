"""The area's record of a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from engine.sdk import knows_accounts, new_id
from processes.payments.bank.messages import CREDIT_TRANSFER
from processes.payments.records import (
    BankFile,
    BankLine,
    Basis,
    Order,
    OrderBatch,
    Payee,
    PayeeIban,
)
from processes.payments.rules.states import GIVEN_BACK, NOT_LIVE, OrderState


def account_of_case(session: Session, instance_id: UUID) -> PayeeIban:
    """Return the account that a case is about."""
    return session.scalars(select(PayeeIban).where(PayeeIban.instance_id == instance_id)).one()


def basis_told(session: Session, kind: str, reference: str, order_no: str) -> Basis | None:
    """Return what another area told under a number, held against a new order."""
    query = select(Basis).where(
        Basis.kind == kind, Basis.reference == reference, Basis.source_no == order_no
    )
    return session.scalar(query.with_for_update())


def live_order(session: Session, basis: Basis) -> str | None:
    """Return the number of the order that pays a basis, or has paid it."""
    query = select(Order.order_no).where(Order.basis_id == basis.id, Order.state.not_in(NOT_LIVE))
    return session.scalar(query.limit(1))


def is_account_known(session: Session, payee: Payee, iban: str) -> bool:
    """Tell whether an account of a payee was told, proposed or approved before."""
    query = select(PayeeIban.id).where(PayeeIban.payee_id == payee.id, PayeeIban.iban == iban)
    return session.scalar(query.limit(1)) is not None


def told_account(session: Session, payee: Payee, iban: str) -> PayeeIban | None:
    """Return an account as another area told it, which nobody has taken up yet."""
    query = select(PayeeIban).where(
        PayeeIban.payee_id == payee.id, PayeeIban.iban == iban, is_only_told()
    )
    return session.scalar(query.limit(1).with_for_update())


def is_only_told() -> ColumnElement[bool]:
    """Return the condition of an account that was told and not taken up by a case."""
    return and_(PayeeIban.instance_id.is_(None), PayeeIban.approved_at.is_(None))


def order_of_case(session: Session, instance_id: UUID) -> Order:
    """Return the order of a case, held against every other change of it."""
    return session.scalars(_held(select(Order).where(Order.instance_id == instance_id))).one()


def order_shown(session: Session, instance_id: UUID) -> Order:
    """Return the order of a case, only to be read."""
    return session.scalars(select(Order).where(Order.instance_id == instance_id)).one()


def orders_of_case(session: Session, instance_id: UUID) -> Sequence[Order]:
    """Return the orders of a case, held against every other change: one, or those of its batch.

    What was left out of a batch before it was signed is none of them.
    """
    return session.scalars(_held(_of_case(instance_id))).all()


def orders_shown(session: Session, instance_id: UUID) -> Sequence[Order]:
    """Return the orders of a case, only to be read."""
    return session.scalars(_of_case(instance_id)).all()


def _of_case(instance_id: UUID) -> Select[Order]:
    batch = select(OrderBatch.id).where(OrderBatch.instance_id == instance_id).scalar_subquery()
    return (
        select(Order)
        .where(
            or_(Order.instance_id == instance_id, Order.batch_id == batch),
            Order.state != OrderState.DECLINED,
        )
        .order_by(Order.order_no)
    )


def name_of(orders: Sequence[Order]) -> str:
    """Return the number under which orders go to the bank: of their batch, or of the one order."""
    first = orders[0]
    return first.order_no if first.batch is None else first.batch.batch_no


def message_id(orders: Sequence[Order]) -> str:
    """Return the id of the message that carries orders to the bank."""
    return f"M-{name_of(orders)}"


def file_sent(session: Session, orders: Sequence[Order]) -> str | None:
    """Return the stored file of orders."""
    query = select(BankFile.content).where(
        BankFile.kind == CREDIT_TRANSFER, BankFile.message_id == message_id(orders)
    )
    return session.scalar(query)


def orders_numbered(session: Session, numbers: Iterable[str]) -> dict[str, Order]:
    """Return orders by number, held against every other change; always in the same order.

    Two who hold several then wait for each other and never for each other at once.
    """
    query = select(Order).where(Order.order_no.in_(sorted(set(numbers)))).order_by(Order.order_no)
    return {each.order_no: each for each in session.scalars(_held(query))}


def _held(query: Select[Order]) -> Select[Order]:
    """Return a query that waits for who changes an order, and then reads what it became."""
    return query.with_for_update(of=Order).execution_options(populate_existing=True)


def came_back(session: Session, order: Order) -> bool:
    """Tell whether an earlier order for the same basis was told as not paid."""
    query = select(Order.id).where(
        Order.basis_id == order.basis_id, Order.id != order.id, Order.state.in_(GIVEN_BACK)
    )
    return session.scalar(query.limit(1)) is not None


def line_known(session: Session, iban: str, reference: str) -> bool:
    """Tell whether a line of an account was taken before."""
    query = select(BankLine.id).where(BankLine.iban == iban, BankLine.reference == reference)
    return session.scalar(query) is not None


def payee_known(session: Session, identifier: str, name: str) -> Payee:
    """Return a payee of the registry, entered where he is new."""
    known = session.scalar(select(Payee).where(Payee.identifier == identifier))
    if known is None:
        known = Payee(id=new_id(), identifier=identifier, name=name)
        session.add(known)
        session.flush()
    return known


@knows_accounts(PayeeIban)
def accounts_of_persons(numbers: Collection[str]) -> Select[Any]:
    """Ask for the accounts that persons are paid to."""
    payee = select(Payee.id).where(Payee.identifier.in_(numbers))
    return select(PayeeIban.iban).where(PayeeIban.payee_id.in_(payee))
