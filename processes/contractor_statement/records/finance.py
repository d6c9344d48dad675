"""Money around statements: advances, credit, accounts, payment orders, debts."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.contractor_statement.records.columns import code_column


class AdvanceInstalment(Base):
    """One instalment of the advance payment, recovered from later statements (§1.8)."""

    __tablename__ = "advance_instalment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    statement_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement.id"))
    amount: Mapped[Rial]
    gross_at_payment: Mapped[Rial]  #: the certified gross when it was paid
    paid_on: Mapped[date]


class PayeeAccount(Base):
    """A bank account of a payee; only one owned by the payee itself is paid to (PAY-007)."""

    __tablename__ = "payee_account"
    __table_args__ = (UniqueConstraint("party", "iban"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    party: Mapped[str] = mapped_column(index=True)
    iban: Mapped[str]
    owner_id: Mapped[str]  #: as the bank's owner inquiry says
    owner_name: Mapped[str]
    verified_at: Mapped[datetime | None]
    valid_from: Mapped[datetime]  #: payments to it begin then (R-PAY-07)
    is_demo: Mapped[bool] = mapped_column(default=False)


class CreditKind(enum.Enum):
    """The two kinds of credit that never mix (R-BUD-05)."""

    CURRENT = "CURRENT"  #: جاری
    CAPITAL = "CAPITAL"  #: عمرانی


class CreditLine(Base):
    """A budget line of a unit in one fiscal year (`domain.md` §2.5)."""

    __tablename__ = "credit_line"
    __table_args__ = (UniqueConstraint("unit", "fiscal_year", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    fiscal_year: Mapped[int]  #: Jalali
    code: Mapped[str]
    title: Mapped[str]
    kind: Mapped[CreditKind] = mapped_column(code_column(CreditKind))
    approved: Mapped[Rial]
    allocated: Mapped[Rial]
    reserved: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    committed: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    paid: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def free_to_reserve(self) -> Rial:
        """What may still be reserved under both limits (R-BUD-01, strict)."""
        return min(self.approved, self.allocated) - self.reserved - self.committed - self.paid


class ReservationState(enum.Enum):
    """What became of a reservation of credit."""

    RESERVED = "RESERVED"
    COMMITTED = "COMMITTED"
    PAID = "PAID"
    RETURNED = "RETURNED"


class CreditReservation(Base):
    """Credit set aside for one statement, atomically with the check (R-BUD-04)."""

    __tablename__ = "credit_reservation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    credit_line_id: Mapped[UUID] = mapped_column(ForeignKey("credit_line.id"), index=True)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), index=True)
    amount: Mapped[Rial]
    state: Mapped[ReservationState] = mapped_column(
        code_column(ReservationState), default=ReservationState.RESERVED
    )
    reserved_at: Mapped[datetime]


class PaymentOrderState(enum.Enum):
    """Where a payment order is (`domain.md` §4.4); cheques add their own later."""

    ISSUED = "ISSUED"
    SENT = "SENT"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


class PaymentOrder(Base):
    """An order to pay (دستور پرداخت) one certified statement (`domain.md` §4.3)."""

    __tablename__ = "payment_order"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_no: Mapped[str] = mapped_column(unique=True)  #: unit-year-seq, without gaps
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), index=True)
    instrument: Mapped[str] = mapped_column(default="TRANSFER")  #: CHEQUE, ECHEQUE, TRANSFER
    payee_id: Mapped[str]
    payee_name: Mapped[str]
    payee_iban: Mapped[str]
    amount: Mapped[Rial]
    amount_in_words: Mapped[str]  #: Persian (R-MON-05)
    purpose_code: Mapped[str] = mapped_column(default="SPAC")
    #: the credit line that pays; ``None`` is the deposit account (retention release)
    credit_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("credit_line.id"))
    debit_account: Mapped[str]  #: code of the credit line, or ``DEPOSIT``
    due_on: Mapped[date | None]
    issued_at: Mapped[datetime]
    state: Mapped[PaymentOrderState] = mapped_column(
        code_column(PaymentOrderState), default=PaymentOrderState.ISSUED
    )
    bank_reference: Mapped[str | None]  #: of what the bank has paid
    paid_on: Mapped[date | None]
    returned_on: Mapped[date | None]  #: the money came back, and was not paid since
    return_reason: Mapped[str | None]


class RetentionRelease(Base):
    """One release of retention money (استرداد حسن انجام کار, §1.9)."""

    __tablename__ = "retention_release"
    __table_args__ = (UniqueConstraint("contract_id", "part"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    statement_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement.id"))
    part: Mapped[int]  #: 1 is the first half, 2 the remainder
    amount: Mapped[Rial]
    released_at: Mapped[datetime]
    against_guarantee_id: Mapped[UUID | None] = mapped_column(ForeignKey("guarantee.id"))


class Debt(Base):
    """What the contractor owes: a carried balance (R-STM-14) or a debt from elsewhere."""

    __tablename__ = "debt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    source: Mapped[str]  #: CARRIED or OTHER
    arose_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement.id"))
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement.id"))
    amount: Mapped[Rial]
    reference: Mapped[str | None]
    entered_at: Mapped[datetime | None]  #: none where a certificate left it
    entered_by: Mapped[str | None]
