"""What was ordered, received and invoiced, as it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, and_, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from engine.sdk import Moment, Problem
from engine.values import Percentage, Rial
from processes.financial_documents.records import (
    InvoiceLine,
    InvoiceState,
    OrderLine,
    OrderSupplement,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SupplierInvoice,
    ToleranceChange,
    Voucher,
)
from processes.financial_documents.registry import registry
from processes.financial_documents.rules.matching import MatchLine, Tolerances

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A line of an order with its supplements."""

    quantity: Decimal
    unit_price: Rial


def ordered(session: Session, line: OrderLine) -> Ordered:
    """Return what is ordered by a line: its last confirmed supplement takes its place."""
    last = session.scalar(
        select(OrderSupplement)
        .where(OrderSupplement.order_line_id == line.id, OrderSupplement.confirmed_at.is_not(None))
        .order_by(OrderSupplement.confirmed_at.desc())
        .limit(1)
    )
    of = line if last is None else last
    return Ordered(of.quantity, of.unit_price)


def order_total(session: Session, invoice: SupplierInvoice | None) -> Rial:
    """Return the whole commitment that an invoice is part of; nothing without an order."""
    if invoice is None or invoice.order is None:
        return Rial.ZERO
    lines = (ordered(session, each) for each in invoice.order.lines)
    return Rial.total(each.unit_price.times(each.quantity) for each in lines)


def order_of(session: Session, unit: str, order_no: str) -> PurchaseOrder | None:
    """Return an order of a unit by its number, held against other changes."""
    query = select(PurchaseOrder).where(
        PurchaseOrder.unit == unit, PurchaseOrder.order_no == order_no
    )
    found: PurchaseOrder | None = session.scalar(query.with_for_update())
    return found


def suspended(voucher: Voucher) -> list[Problem]:
    """Return ``FIN-026`` where the complaints board holds a voucher's order back (§3.9)."""
    order = None if voucher.invoice is None else voucher.invoice.order
    if order is None or order.suspended_for is None:
        return []
    return [Problem("FIN-026", None, {"number": order.suspended_for})]


def match_lines(session: Session, invoice: SupplierInvoice) -> list[MatchLine]:
    """Return the lines of an invoice beside its order and what came, credit notes taken off."""
    return [
        _match_line(session, invoice, each)
        for each in invoice.lines
        if each.order_line_id is not None
    ]


def _match_line(session: Session, invoice: SupplierInvoice, line: InvoiceLine) -> MatchLine:
    assert line.order_line_id is not None
    order_line = session.get_one(OrderLine, line.order_line_id)
    now = ordered(session, order_line)
    return MatchLine(
        line.position,
        ordered=now.quantity,
        order_price=now.unit_price,
        received=received(session, order_line.id),
        invoiced_before=_invoiced(session, order_line.id, invoice),
        quantity=line.quantity - line.credited_quantity,
        price=line.unit_price - line.credited_price,
        vat=line.vat,
    )


def received(session: Session, order_line_id: UUID) -> Decimal:
    """Return how much of an order's line came, or was accepted, to date."""
    came = session.scalars(
        select(ReceiptLine.quantity).where(ReceiptLine.order_line_id == order_line_id)
    )
    return sum(came, _NOTHING)


def _invoiced(session: Session, order_line_id: UUID, invoice: SupplierInvoice) -> Decimal:
    """Return how much of an order's line was asked for before this invoice, and not returned."""
    earlier = and_(
        SupplierInvoice.state == InvoiceState.IN_VOUCHER,
        tuple_(SupplierInvoice.entered_at, SupplierInvoice.id)
        < tuple_(literal(invoice.entered_at, Moment()), literal(invoice.id, Uuid())),
    )
    rows = session.scalars(
        select(InvoiceLine)
        .join(SupplierInvoice, SupplierInvoice.id == InvoiceLine.invoice_id)
        .where(
            InvoiceLine.order_line_id == order_line_id,
            SupplierInvoice.id != invoice.id,
            or_(SupplierInvoice.state == InvoiceState.PAID, earlier),
        )
    )
    return sum((each.quantity - each.credited_quantity for each in rows), _NOTHING)


def is_paid(session: Session, order: PurchaseOrder) -> bool:
    """Tell whether all that is ordered has been paid for."""
    return all(_paid(session, each.id) >= ordered(session, each).quantity for each in order.lines)


def _paid(session: Session, order_line_id: UUID) -> Decimal:
    rows = session.scalars(
        select(InvoiceLine)
        .join(SupplierInvoice, SupplierInvoice.id == InvoiceLine.invoice_id)
        .where(
            InvoiceLine.order_line_id == order_line_id,
            SupplierInvoice.state == InvoiceState.PAID,
        )
    )
    return sum((each.quantity - each.credited_quantity for each in rows), _NOTHING)


def receivers(session: Session, invoice: SupplierInvoice | None) -> set[str]:
    """Return who received what an invoice asks for (SOD-007)."""
    if invoice is None or invoice.order_id is None:
        return set()
    return set(
        session.scalars(select(Receipt.received_by).where(Receipt.order_id == invoice.order_id))
    )


def tolerance(session: Session, key: str, on: date) -> Decimal:
    """Return one tolerance as it is in force, a share or rials."""
    return _said(session).get(key, registry.value(key, on))


def tolerances(session: Session, on: date) -> Tolerances:
    """Return the tolerances in force: of the registry, as two people have changed them since."""
    said = _said(session)

    def value(key: str) -> Decimal:
        return said.get(key, registry.value(key, on))

    return Tolerances(
        quantity=Percentage.of_fraction(value("match.quantity.tolerance")),
        price=Percentage.of_fraction(value("match.price.tolerance")),
        price_cap=Rial(int(value("match.price.cap"))),
    )


def _said(session: Session) -> dict[str, Decimal]:
    """Return the tolerances that two people have changed, as the last change left them."""
    changes = session.scalars(
        select(ToleranceChange)
        .where(ToleranceChange.confirmed_at.is_not(None))
        .order_by(ToleranceChange.confirmed_at)
    )
    return {each.key: Decimal(each.value) for each in changes}
