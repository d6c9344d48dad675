"""Advances and payments on account as they are settled (`domain.md` §2.8)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.financial_documents.records.columns import code_column
from processes.financial_documents.records.vouchers import Voucher


class SettlementState(enum.Enum):
    """Where the settlement of an advance stands."""

    OPEN = "OPEN"  #: paid, and nothing brought yet
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    CONFIRMED = "CONFIRMED"  #: the treasurer has the cash that came back
    SETTLED = "SETTLED"
    EXCESS = "EXCESS"  #: settled; a voucher may pay the documents above the advance
    IN_VOUCHER = "IN_VOUCHER"
    PAID = "PAID"
    RECOVERED = "RECOVERED"  #: deducted from later payments


#: the payee still owes it
UNSETTLED = frozenset(
    {
        SettlementState.OPEN,
        SettlementState.SUBMITTED,
        SettlementState.RETURNED,
        SettlementState.CONFIRMED,
    }
)


class AdvanceSettlement(Base):
    """What became of one advance that was paid."""

    __tablename__ = "advance_settlement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID | None] = mapped_column(index=True)
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("voucher.id"), unique=True)
    excess_voucher_id: Mapped[UUID | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    payee_id: Mapped[str] = mapped_column(index=True)
    state: Mapped[SettlementState] = mapped_column(code_column(SettlementState))
    number: Mapped[str | None]  #: from when it is handed in, without gaps
    settle_by: Mapped[date]
    given: Mapped[Rial]
    recovered: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: by deductions
    documented: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    cash_back: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    excess: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    cash_reference: Mapped[str | None]
    cash_on: Mapped[date | None]
    deduct_since: Mapped[date | None]  #: later payments recover it from then on
    opened_at: Mapped[datetime]
    prepared_by: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    settled_on: Mapped[date | None]
    advance: Mapped[Voucher] = relationship(foreign_keys=[voucher_id])
    papers: Mapped[list[AdvancePaper]] = relationship(
        order_by="AdvancePaper.position", cascade="all, delete-orphan"
    )

    @property
    def vat(self) -> Rial:
        """The value added tax in its documents."""
        return Rial.total(each.vat for each in self.papers)

    @property
    def outstanding(self) -> Rial:
        """What documents, cash or deductions have still to settle."""
        return self.given - self.recovered if self.state in UNSETTLED else Rial.ZERO


class AdvancePaper(Base):
    """One document of what an advance was spent on."""

    __tablename__ = "advance_paper"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    settlement_id: Mapped[UUID] = mapped_column(ForeignKey("advance_settlement.id"), index=True)
    position: Mapped[int]
    paper_no: Mapped[str]
    issuer: Mapped[str]
    dated: Mapped[date]
    title: Mapped[str]
    amount: Mapped[Rial]  #: with its tax
    vat: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: of it, where the paper says so


class AdvanceRecovery(Base):
    """What a later voucher deducted for an advance."""

    __tablename__ = "advance_recovery"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    settlement_id: Mapped[UUID] = mapped_column(ForeignKey("advance_settlement.id"), index=True)
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("voucher.id"), index=True)
    amount: Mapped[Rial]
    at: Mapped[datetime]
