"""Keep orders, what came of them, and suppliers' invoices (§2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk, NotFound, Problem
from engine.sdk import Actor, Entered, UnitOfWork, desk_of, is_one_of, tell_act, unit_of
from engine.values import JalaliDate, Rial
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.records import (
    InvoiceLine,
    InvoiceState,
    OrderKind,
    OrderLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SupplierInvoice,
)
from processes.financial_documents.registry import registry
from processes.financial_documents.rules.matching import check_vat

BUYERS: Final = ("PROC_OFFICER",)
RECEIVERS: Final = ("STOREKEEPER", "TECH_OFFICE")
INVOICERS: Final = ("FIN_EXPERT",)


def enter_order(uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Keep an order; its lines are *title; measure; quantity; unit price*, one a row.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``FIN-021`` a row of another shape, ``NUM-001``,
            ``MON-001``, ``CAL-001``, ``GEN-CHOICE`` no such kind, ``FIN-022`` the number is known.
    """
    entered, unit = Entered(), unit_of(actor, *BUYERS, named=typed.get("unit", ""))
    order = PurchaseOrder(
        unit=unit,
        order_no=entered.text("order_no", typed.get("order_no", "")),
        kind=entered.choice("kind", OrderKind, typed.get("kind", "GOODS"), OrderKind.GOODS),
        payee_id=entered.text("payee_id", typed.get("payee_id", "")),
        payee_name=entered.text("payee_name", typed.get("payee_name", "")),
        subject=entered.text("subject", typed.get("subject", "")),
        ordered_on=entered.day("ordered_on", typed.get("ordered_on", "")),
        entered_by=actor.username,
        entered_at=at,
    )
    rows = _rows(entered, "order_lines", typed.get("order_lines", ""), 4)
    for number, (title, measure, quantity, price) in enumerate(rows, 1):
        line = OrderLine(position=number, title=title, measure=measure)
        line.quantity = entered.quantity("order_lines", quantity)
        line.unit_price = entered.money("order_lines", price)
        order.lines.append(line)
    with uow:
        known = select(PurchaseOrder.id).where(
            PurchaseOrder.unit == unit, PurchaseOrder.order_no == order.order_no
        )
        if uow.session.scalar(known) is not None:
            entered.problems.append(Problem("FIN-022", "order_no"))
        entered.must_be_right()
        uow.session.add(order)
        facts = {
            "number": order.order_no,
            "unit": unit,
            "kind": order.kind.value,
            "payee": order.payee_id,
            "on": order.ordered_on.isoformat(),
            "amount": str(order.total.amount),
            "lines": len(order.lines),
        }
        tell_act(uow.session, AREA, "order_entered", facts, actor=actor, at=at)
        uow.commit()


def enter_receipt(
    uow: UnitOfWork, order_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Keep a goods receipt or the acceptance of a service; rows are *line; quantity*.

    Raises:
        RulesBroken: ``SOD-006`` the actor ordered it, under whichever account, ``FIN-021``,
            ``FIN-023`` no such line.
    """
    entered = Entered()
    with uow:
        order = _order(uow.session, order_id, actor, *RECEIVERS)
        if is_one_of(uow.session, actor, [order.entered_by]):
            entered.problems.append(Problem("SOD-006", "receipt_no"))
        receipt = Receipt(
            order_id=order.id,
            receipt_no=entered.text("receipt_no", typed.get("receipt_no", "")),
            received_on=entered.day("received_on", typed.get("received_on", "")),
            received_by=actor.username,
            entered_at=at,
        )
        if any(each.receipt_no == receipt.receipt_no for each in order.receipts):
            entered.problems.append(Problem("FIN-022", "receipt_no"))
        rows, told = _rows(entered, "receipt_lines", typed.get("receipt_lines", ""), 2), []
        for position, quantity in rows:
            line = _order_line(entered, order, "receipt_lines", position)
            came = entered.quantity("receipt_lines", quantity)
            if line is not None:
                receipt.lines.append(ReceiptLine(order_line_id=line.id, quantity=came))
                told.append({"line": line.position, "quantity": f"{came:f}"})
        entered.must_be_right()
        uow.session.add(receipt)
        facts = {
            "number": receipt.receipt_no,
            "unit": order.unit,
            "order": order.order_no,
            "on": receipt.received_on.isoformat(),
            "lines": told,
        }
        tell_act(uow.session, AREA, "receipt_entered", facts, actor=actor, at=at)
        uow.commit()


def enter_invoice(
    uow: UnitOfWork, order_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Keep a supplier's invoice of an order; rows are *line; quantity; unit price; tax*.

    Raises:
        RulesBroken: ``FIN-004`` the supplier's number is known in this year, ``FIN-006`` the
            tax is not what it must be, ``FIN-012`` the date is after today, ``FIN-021``,
            ``FIN-023``.
    """
    entered = Entered()
    with uow:
        order = _order(uow.session, order_id, actor, *INVOICERS)
        number = entered.text("invoice_no", typed.get("invoice_no", ""))
        dated = entered.day("dated", typed.get("dated", ""))
        rows = _rows(entered, "invoice_lines", typed.get("invoice_lines", ""), 4)
        entered.must_be_right()
        year = JalaliDate.of(dated).year
        if _is_known(uow.session, order.payee_id, number, year):
            entered.problems.append(Problem("FIN-004", "invoice_no", {"number": number}))
        lines = _invoice_lines(entered, order, rows)
        amounts = [(each.position, each.amount, each.vat) for each in lines]
        for each in check_vat(amounts, registry.rate("vat.rate", dated)):
            entered.problems.append(Problem(each.code, "invoice_lines", each.params))
        entered.must_be_right()
        invoice = SupplierInvoice(
            unit=order.unit,
            order_id=order.id,
            payee_id=order.payee_id,
            payee_name=order.payee_name,
            invoice_no=number,
            fiscal_year=year,
            dated=dated,
            state=InvoiceState.ENTERED,
            entered_by=actor.username,
            entered_at=at,
            lines=lines,
        )
        uow.session.add(invoice)
        facts = {
            "number": number,
            "unit": order.unit,
            "order": order.order_no,
            "payee": order.payee_id,
            "on": dated.isoformat(),
            "amount": str(invoice.total.amount),
            "vat": str(invoice.vat.amount),
            "lines": len(lines),
        }
        tell_act(uow.session, AREA, "invoice_entered", facts, actor=actor, at=at)
        uow.commit()


def _invoice_lines(
    entered: Entered, order: PurchaseOrder, rows: Sequence[Sequence[str]]
) -> list[InvoiceLine]:
    lines = []
    for number, (position, quantity, price, vat) in enumerate(rows, 1):
        line = _order_line(entered, order, "invoice_lines", position)
        asked = entered.quantity("invoice_lines", quantity)
        unit_price = entered.money("invoice_lines", price)
        tax = entered.value("invoice_lines", Rial.from_text, vat, Rial.ZERO)
        if line is not None:
            lines.append(
                InvoiceLine(
                    order_line_id=line.id,
                    position=number,
                    title=line.title,
                    quantity=asked,
                    unit_price=unit_price,
                    amount=unit_price.times(asked),
                    vat=tax,
                    credited_quantity=Decimal(0),
                    credited_price=Rial.ZERO,
                )
            )
    return lines


def _is_known(session: Session, payee_id: str, number: str, year: int) -> bool:
    known = select(SupplierInvoice.id).where(
        SupplierInvoice.payee_id == payee_id,
        SupplierInvoice.invoice_no == number,
        SupplierInvoice.fiscal_year == year,
        SupplierInvoice.state != InvoiceState.RETURNED,
    )
    return session.scalar(known) is not None


def _order(session: Session, order_id: UUID, actor: Actor, *roles: str) -> PurchaseOrder:
    """Return an order of a unit in which the actor holds one of these roles."""
    order = session.get(PurchaseOrder, order_id)
    if order is None:
        raise NotFound(f"no order {order_id}")
    if not any(actor.sits_at(desk_of(role, order.unit)) for role in roles):
        raise NotAtThisDesk(desk_of(roles[0], order.unit))
    return order


def _order_line(
    entered: Entered, order: PurchaseOrder, field: str, position: str
) -> OrderLine | None:
    number = entered.value(field, lambda text: int(text) if text.isdecimal() else -1, position, -1)
    found = next((each for each in order.lines if each.position == number), None)
    if found is None:
        entered.problems.append(Problem("FIN-023", field, {"line": position}))
    return found


def _rows(entered: Entered, field: str, typed: str, columns: int) -> list[list[str]]:
    """Return the lines of a text, each of ``columns`` parts; ``GEN-REQUIRED``, ``FIN-021``.

    Parts are apart by a semicolon or a tab, as a spreadsheet copies them.
    """
    lines = [each for each in typed.splitlines() if each.strip()]
    rows = [
        [part.strip() for part in each.replace("؛", ";").replace("\t", ";").split(";")]
        for each in lines
    ]
    if not rows:
        entered.problems.append(Problem("GEN-REQUIRED", field))
    for number, row in enumerate(rows, 1):
        if len(row) != columns:
            params = {"row": str(number), "columns": str(columns)}
            entered.problems.append(Problem("FIN-021", field, params))
    return [each for each in rows if len(each) == columns]
