"""Orders with what came of them, payees and tolerances, as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.sdk import Actor, Person
from processes.financial_documents.answers.orders import Ordered, ordered, received
from processes.financial_documents.queries.tables import READERS
from processes.financial_documents.records import (
    BudgetLine,
    OrderLine,
    PurchaseOrder,
    Receipt,
    SupplierInvoice,
    ToleranceChange,
    VerifiedPayee,
)

_MOST = 200


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A line of an order, what is ordered now and what came."""

    line: OrderLine
    now: Ordered
    received: Decimal


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with all that hangs on it."""

    order: PurchaseOrder
    rows: Sequence[OrderRow]
    receipts: Sequence[Receipt]
    invoices: Sequence[SupplierInvoice]


def units_read(actor: Actor) -> set[str]:
    """Return the units whose papers the actor reads; ``*`` is all of them."""
    roles = READERS | {"STOREKEEPER", "TECH_OFFICE"}
    return {place for role in roles & actor.roles for place in actor.units_of(role)}


def order_list(session: Session, actor: Actor) -> Sequence[PurchaseOrder]:
    """Return the orders of the actor's units, newest first."""
    query = select(PurchaseOrder).options(selectinload(PurchaseOrder.lines))
    units = units_read(actor)
    if "*" not in units:
        query = query.where(PurchaseOrder.unit.in_(units))
    return session.scalars(query.order_by(PurchaseOrder.entered_at.desc()).limit(_MOST)).all()


def order_page(session: Session, actor: Actor, order_id: UUID) -> OrderPage | None:
    """Return one order; nothing where there is none, or not for this actor."""
    order = session.get(PurchaseOrder, order_id)
    units = units_read(actor)
    if order is None or ("*" not in units and order.unit not in units):
        return None
    invoices = session.scalars(
        select(SupplierInvoice)
        .where(SupplierInvoice.order_id == order.id)
        .options(selectinload(SupplierInvoice.lines), selectinload(SupplierInvoice.credit_notes))
        .order_by(SupplierInvoice.entered_at)
    ).all()
    rows = [
        OrderRow(each, ordered(session, each), received(session, each.id)) for each in order.lines
    ]
    receipts = session.scalars(
        select(Receipt)
        .where(Receipt.order_id == order.id)
        .options(selectinload(Receipt.lines))
        .order_by(Receipt.received_on)
    ).all()
    return OrderPage(order, rows, receipts, invoices)


def payee_list(session: Session) -> Sequence[VerifiedPayee]:
    """Return the accounts of payees, those to be verified first."""
    query = select(VerifiedPayee).order_by(
        VerifiedPayee.verified_at.is_not(None), VerifiedPayee.entered_at.desc()
    )
    return session.scalars(query.limit(_MOST)).all()


def tolerance_list(session: Session) -> Sequence[ToleranceChange]:
    """Return what was proposed for the tolerances, newest first."""
    query = select(ToleranceChange).order_by(ToleranceChange.proposed_at.desc())
    return session.scalars(query.limit(_MOST)).all()


def lines_kept(session: Session, actor: Actor) -> Sequence[BudgetLine]:
    """Return the budget lines that the actor keeps."""
    units = actor.units_of("BUDGET_OFFICER")
    query = select(BudgetLine).where(BudgetLine.unit.in_(units))
    return session.scalars(query.order_by(BudgetLine.code).limit(_MOST)).all()


def names(session: Session) -> dict[str, dict[str, str]]:
    """Return what people are called, by user name and language."""
    rows = session.execute(select(Person.username, Person.name_fa, Person.name_en))
    return {username: {"fa": fa, "en": en} for username, fa, en in rows}
