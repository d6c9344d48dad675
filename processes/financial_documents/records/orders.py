"""What a payment rests on: orders, receipts and acceptances, suppliers' invoices (§2.2)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.financial_documents.records.columns import code_column


class OrderKind(enum.Enum):
    """What is ordered: goods are received, services are accepted (R-FIN-05)."""

    GOODS = "GOODS"
    SERVICE = "SERVICE"


class PurchaseOrder(Base):
    """An order or service contract with a supplier."""

    __tablename__ = "purchase_order"
    __table_args__ = (UniqueConstraint("unit", "order_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    order_no: Mapped[str]
    kind: Mapped[OrderKind] = mapped_column(code_column(OrderKind))
    payee_id: Mapped[str] = mapped_column(index=True)
    payee_name: Mapped[str]
    subject: Mapped[str]
    ordered_on: Mapped[date]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    credit_area: Mapped[str | None]  #: that placed it; ``None``: entered here, no credit is held
    credit_id: Mapped[UUID | None]  #: of the record there that holds its credit
    suspended_for: Mapped[str | None]  #: number of the complaint the board holds it back for
    framework: Mapped[str | None]  #: that it is called off from: its ceiling is decided already
    is_demo: Mapped[bool] = mapped_column(default=False)
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.position", cascade="all, delete-orphan"
    )
    receipts: Mapped[list[Receipt]] = relationship(
        back_populates="order", order_by="Receipt.received_on"
    )

    @property
    def total(self) -> Rial:
        """The whole commitment, before tax (R-DEL-01)."""
        return Rial.total(each.unit_price.times(each.quantity) for each in self.lines)


class OrderLine(Base):
    """One line of an order."""

    __tablename__ = "purchase_order_line"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    position: Mapped[int]
    title: Mapped[str]
    measure: Mapped[str]  #: عدد، متر، ساعت
    quantity: Mapped[Decimal]
    unit_price: Mapped[Rial]
    order: Mapped[PurchaseOrder] = relationship(back_populates="lines")


class OrderSupplement(Base):
    """Another quantity or price for a line of an order, in force once a second person says so."""

    __tablename__ = "order_supplement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order_line.id"), index=True)
    supplement_no: Mapped[str]
    quantity: Mapped[Decimal]
    unit_price: Mapped[Rial]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class Receipt(Base):
    """Goods received into the store, or a service accepted: never by who bought (SOD-006)."""

    __tablename__ = "goods_receipt"
    __table_args__ = (UniqueConstraint("order_id", "receipt_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    receipt_no: Mapped[str]
    received_on: Mapped[date]
    received_by: Mapped[str]
    entered_at: Mapped[datetime]
    order: Mapped[PurchaseOrder] = relationship(back_populates="receipts")
    lines: Mapped[list[ReceiptLine]] = relationship(cascade="all, delete-orphan")


class ReceiptLine(Base):
    """How much of an order's line came."""

    __tablename__ = "goods_receipt_line"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("goods_receipt.id"), index=True)
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order_line.id"), index=True)
    quantity: Mapped[Decimal]


class InvoiceState(enum.Enum):
    """What became of a supplier's invoice."""

    ENTERED = "ENTERED"
    IN_VOUCHER = "IN_VOUCHER"
    PAID = "PAID"
    RETURNED = "RETURNED"  #: to the supplier; its number may be used again


_NOT_RETURNED = text("state <> 'RETURNED'")


class SupplierInvoice(Base):
    """A supplier's invoice; its number is unique for payee and fiscal year (FIN-004)."""

    __tablename__ = "supplier_invoice"
    __table_args__ = (
        Index(
            "uq_supplier_invoice_number",
            "payee_id",
            "invoice_no",
            "fiscal_year",
            unique=True,
            sqlite_where=_NOT_RETURNED,
            postgresql_where=_NOT_RETURNED,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    payee_id: Mapped[str]
    payee_name: Mapped[str]
    invoice_no: Mapped[str]
    fiscal_year: Mapped[int]
    dated: Mapped[date]
    state: Mapped[InvoiceState] = mapped_column(code_column(InvoiceState))
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)
    order: Mapped[PurchaseOrder | None] = relationship()
    lines: Mapped[list[InvoiceLine]] = relationship(
        order_by="InvoiceLine.position", cascade="all, delete-orphan"
    )
    credit_notes: Mapped[list[CreditNote]] = relationship(cascade="all, delete-orphan")

    @property
    def net(self) -> Rial:
        """What is asked for before tax, credit notes taken off."""
        return Rial.total(each.amount for each in self.lines) - self._credited("amount")

    @property
    def vat(self) -> Rial:
        """The tax on it, credit notes taken off."""
        return Rial.total(each.vat for each in self.lines) - self._credited("vat")

    @property
    def total(self) -> Rial:
        """What the supplier is owed."""
        return self.net + self.vat

    def _credited(self, part: str) -> Rial:
        return Rial.total(getattr(each, part) for each in self.credit_notes)


class InvoiceLine(Base):
    """One line of an invoice; ``quantity`` and ``unit_price`` as the supplier wrote them."""

    __tablename__ = "supplier_invoice_line"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_invoice.id"), index=True)
    order_line_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("purchase_order_line.id"), index=True
    )
    position: Mapped[int]
    title: Mapped[str]
    quantity: Mapped[Decimal]
    unit_price: Mapped[Rial]
    amount: Mapped[Rial]
    vat: Mapped[Rial]
    credited_quantity: Mapped[Decimal] = mapped_column(default=Decimal(0))
    credited_price: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: off the unit price


class CreditNote(Base):
    """What a supplier takes off an invoice, so that it agrees with order and receipt."""

    __tablename__ = "supplier_credit_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_invoice.id"), index=True)
    note_no: Mapped[str]
    dated: Mapped[date]
    amount: Mapped[Rial]
    vat: Mapped[Rial]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
