"""Contracts (قرارداد) with their bill and supplements, however the firm was found (§3.3, §3.5)."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.awards import Award
from processes.transactions.records.columns import code_column
from processes.transactions.records.firms import Firm
from processes.transactions.records.requests import Category, PurchaseRequest
from processes.transactions.records.tenders import NotNow


class Ground(enum.Enum):
    """What a contract rests on."""

    AWARD = "AWARD"  #: of a tender
    WAIVER = "WAIVER"  #: a decision of the waiver board
    CALL_OFF = "CALL_OFF"  #: of a framework
    AUCTION = "AUCTION"  #: a sale or lease out of property


class ContractState(enum.Enum):
    """Where a contract is."""

    DRAFT = "DRAFT"  #: written, and not signed by both
    SIGNED = "SIGNED"
    SUSPENDED = "SUSPENDED"  #: by the complaints board
    ENDED = "ENDED"
    NOT_SIGNED = "NOT_SIGNED"  #: the firm refused, or let the time pass


_NEXT: Final = {
    ContractState.DRAFT: {ContractState.SIGNED, ContractState.NOT_SIGNED},
    ContractState.SIGNED: {ContractState.SUSPENDED, ContractState.ENDED},
    ContractState.SUSPENDED: {ContractState.SIGNED, ContractState.ENDED},
}


class PublicContract(Base):
    """A contract of a unit with one firm; its price is before tax."""

    __tablename__ = "tnd_contract"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID | None] = mapped_column(index=True)  #: the case it is signed in
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    number: Mapped[str] = mapped_column(unique=True)  #: such as ``D07-1405-C-0012``
    ground: Mapped[Ground] = mapped_column(code_column(Ground))
    reference: Mapped[str | None]  #: number of the tender, decision or framework it rests on
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("tnd_request.id"), index=True)
    award_id: Mapped[UUID | None] = mapped_column(ForeignKey("tnd_award.id"), unique=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_firm.id"), index=True)
    subject: Mapped[str]
    category: Mapped[Category] = mapped_column(code_column(Category))
    price: Mapped[Rial]  #: as signed; what it is now says `worth`
    starts_on: Mapped[date]
    duration_days: Mapped[int]
    advance: Mapped[Decimal | None]  #: percent of the price
    is_adjustable: Mapped[bool] = mapped_column(default=False)
    guarantee: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: of performance, at least
    state: Mapped[ContractState] = mapped_column(code_column(ContractState))
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str]
    firm_signed_on: Mapped[date | None]
    firm_paper: Mapped[str | None]  #: number of the paper the firm signed
    firm_recorded_by: Mapped[str | None]  #: who kept that, or the firm's own representative
    signed_at: Mapped[datetime | None]  #: by the head of the unit: it is in force
    signed_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    request: Mapped[PurchaseRequest | None] = relationship()
    award: Mapped[Award | None] = relationship()
    firm: Mapped[Firm] = relationship()
    bill: Mapped[list[BillItem]] = relationship(
        order_by="BillItem.position", cascade="all, delete-orphan"
    )
    supplements: Mapped[list[ContractSupplement]] = relationship(
        order_by="ContractSupplement.position"
    )

    @property
    def worth(self) -> Rial:
        """The price with the supplements in force."""
        return self.price + Rial.total(each.amount_change for each in self.in_force)

    @property
    def ends_on(self) -> date:
        """The last day, with the supplements in force."""
        days = self.duration_days + sum(each.days_added for each in self.in_force)
        return self.starts_on + timedelta(days=days)

    @property
    def in_force(self) -> list[ContractSupplement]:
        """The supplements that were signed."""
        return [each for each in self.supplements if each.signed_on is not None]

    def come_to(self, state: ContractState) -> None:
        """Go on.

        Raises:
            NotNow: this does not follow.
        """
        if state not in _NEXT.get(self.state, ()):
            raise NotNow(f"{self.number}: {self.state.value} -> {state.value}")
        self.state = state


class BillItem(Base):
    """One line of a contract's bill of quantities; the price of one is before tax."""

    __tablename__ = "tnd_contract_item"

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_contract.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str | None]  #: of the price list
    description: Mapped[str]
    measure: Mapped[str]
    quantity: Mapped[Decimal]
    unit_price: Mapped[Rial]


class ContractSupplement(Base):
    """An agreed change of amount or time (الحاقیه), proposed and then signed (R-PRC-04)."""

    __tablename__ = "tnd_contract_supplement"

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_contract.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)  #: such as ``D07-1405-C-0012/1``
    reason: Mapped[str]
    amount_change: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    days_added: Mapped[int] = mapped_column(default=0)
    crosses_class: Mapped[bool] = mapped_column(default=False)
    approval: Mapped[str | None]  #: the commission's minute, where it crosses a class
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    signed_on: Mapped[date | None]  #: ``None``: proposed, or refused
    signed_by: Mapped[str | None]
    refused_at: Mapped[datetime | None]
