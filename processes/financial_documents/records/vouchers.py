"""Vouchers, whom they pay, and what was unusual about them (§2.2)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.financial_documents.records.budget import BudgetLine
from processes.financial_documents.records.columns import code_column
from processes.financial_documents.records.orders import SupplierInvoice


class DocumentType(enum.Enum):
    """What a voucher pays."""

    EXPENSE = "EXPENSE"  #: سند هزینه
    INVOICE = "INVOICE"  #: صورتحساب با سفارش
    PAYROLL = "PAYROLL"  #: لیست حقوق
    ADVANCE = "ADVANCE"  #: پیش‌پرداخت
    ON_ACCOUNT = "ON_ACCOUNT"  #: علی‌الحساب
    PETTY_CASH = "PETTY_CASH"  #: تنخواه
    SETTLEMENT = "SETTLEMENT"  #: مازاد تسویهٔ پیش‌پرداخت


class SecurityKind(enum.Enum):
    """What stands behind an advance (§2.2)."""

    GUARANTEE = "GUARANTEE"  #: ضمانت‌نامه
    RECEIVABLE = "RECEIVABLE"  #: طلب ذی‌نفع


class VoucherState(enum.Enum):
    """Where a voucher stands (§2.2)."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    CHECKED = "CHECKED"
    CREDIT_OK = "CREDIT_OK"
    APPROVED = "APPROVED"
    CONTROLLED = "CONTROLLED"
    ORDERED = "ORDERED"
    PAID = "PAID"
    POSTED = "POSTED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    REVERSED = "REVERSED"


#: nothing of them is edited any more; only a reversal follows (GEN-409)
APPROVED = frozenset(
    {
        VoucherState.APPROVED,
        VoucherState.CONTROLLED,
        VoucherState.ORDERED,
        VoucherState.PAID,
        VoucherState.POSTED,
    }
)
#: they take part in nothing any more
ENDED = frozenset({VoucherState.REJECTED, VoucherState.REVERSED})


class Voucher(Base):
    """One payment voucher; who did what to it stands in the acts of its case, too."""

    __tablename__ = "voucher"
    __table_args__ = (UniqueConstraint("unit", "fiscal_year", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID | None] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    fiscal_year: Mapped[int]
    number: Mapped[int | None]  #: in its unit and year, without gaps; from when it is submitted
    document_type: Mapped[DocumentType] = mapped_column(code_column(DocumentType))
    state: Mapped[VoucherState] = mapped_column(code_column(VoucherState))
    budget_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_line.id"))
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("supplier_invoice.id"), index=True)
    payee_id: Mapped[str | None] = mapped_column(index=True)
    payee_name: Mapped[str | None]
    payee_iban: Mapped[str | None]
    gross: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    net: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    dated: Mapped[date]
    basis: Mapped[str | None]  #: kind and number of the paper it rests on
    description: Mapped[str | None]
    attachments: Mapped[int] = mapped_column(default=0)
    commitment: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: the whole of it (R-DEL-01)
    settle_by: Mapped[date | None]  #: of an advance or a payment on account
    security_kind: Mapped[SecurityKind | None] = mapped_column(code_column(SecurityKind))
    security_no: Mapped[str | None]
    security_amount: Mapped[Rial | None]
    security_until: Mapped[date | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    prepared_by: Mapped[str | None]
    checked_by: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    approved_as: Mapped[str | None]  #: the role whose limit allowed it
    controlled_by: Mapped[str | None]
    controlled_at: Mapped[datetime | None]
    paid_by: Mapped[str | None]
    paid_at: Mapped[datetime | None]
    bank_reference: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    line: Mapped[BudgetLine | None] = relationship()
    invoice: Mapped[SupplierInvoice | None] = relationship()
    deductions: Mapped[list[VoucherDeduction]] = relationship(
        order_by="VoucherDeduction.position", cascade="all, delete-orphan"
    )

    @property
    def voucher_no(self) -> str | None:
        """Unit, year and sequence, as people write it."""
        if self.number is None:
            return None
        return f"{self.unit}-{self.fiscal_year}-{self.number:06d}"


class VoucherDeduction(Base):
    """Something held back from a payment; the parts go to deposit accounts (R-PAY-09)."""

    __tablename__ = "voucher_deduction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("voucher.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]  #: TAX, INSURANCE, RETENTION, ADVANCE, OTHER
    amount: Mapped[Rial]


class ExceptionKind(enum.Enum):
    """What makes a voucher worth a look (§2.10)."""

    TOLERANCE = "TOLERANCE"  #: the invoice differs from the order, within tolerance
    DUPLICATE = "DUPLICATE"  #: FIN-005
    SPLIT = "SPLIT"  #: DEL-005
    INSISTED = "INSISTED"  #: paid against the treasurer's written objection
    REOPENED = "REOPENED"  #: posted to a year that was closed


class VoucherException(Base):
    """One thing an auditor looks at."""

    __tablename__ = "voucher_exception"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("voucher.id"), index=True)
    kind: Mapped[ExceptionKind] = mapped_column(code_column(ExceptionKind))
    note: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str | None]


class VerifiedPayee(Base):
    """An account of a payee, entered by one person and verified by another (PAY-001)."""

    __tablename__ = "verified_payee"
    __table_args__ = (UniqueConstraint("payee_id", "iban"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    payee_id: Mapped[str]  #: national code, or id of a legal entity
    name: Mapped[str]
    iban: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    verified_by: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)


class ToleranceChange(Base):
    """Another tolerance of the match: proposed by one person, in force by another (R-FIN-06)."""

    __tablename__ = "tolerance_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_as: Mapped[str | None]  #: the role: the other of the two confirms it
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
