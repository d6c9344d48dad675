"""Buying without a tender: prices that were found, quotations that were asked for (§3.13)."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.records.firms import Firm
from processes.transactions.records.requests import PurchaseRequest


class PurchaseKind(enum.Enum):
    """As the request's method: from one place, by quotations, by waiver, from a framework."""

    DIRECT = "DIRECT"
    QUOTATIONS = "QUOTATIONS"
    WAIVER = "WAIVER"
    URGENT_WAIVER = "URGENT_WAIVER"
    CALL_OFF = "CALL_OFF"


class PurchaseState(enum.Enum):
    """Where a purchase stands."""

    OPEN = "OPEN"
    INVITED = "INVITED"  #: quotations are awaited until the deadline
    CHOSEN = "CHOSEN"
    ORDERED = "ORDERED"
    REDECIDED = "REDECIDED"  #: its prices are of a higher class: the method is decided again
    GIVEN_UP = "GIVEN_UP"


#: Without a tender, whatever the class.
WAIVED: Final = frozenset({PurchaseKind.WAIVER, PurchaseKind.URGENT_WAIVER})
#: Nothing more comes of these.
ENDED: Final = frozenset({PurchaseState.REDECIDED, PurchaseState.GIVEN_UP})
_LIVE = text("state NOT IN ('REDECIDED', 'GIVEN_UP')")


class Purchase(Base):
    """One attempt to buy what a request asks for; a request has one that is alive."""

    __tablename__ = "tnd_purchase"
    __table_args__ = (
        Index(
            "uq_tnd_purchase_live",
            "request_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_request.id"), index=True)
    kind: Mapped[PurchaseKind] = mapped_column(code_column(PurchaseKind))
    state: Mapped[PurchaseState] = mapped_column(code_column(PurchaseState))
    started_at: Mapped[datetime]
    buyer: Mapped[str]
    deadline: Mapped[datetime | None]  #: of the quotations
    is_extended: Mapped[bool] = mapped_column(default=False)
    few_reason: Mapped[str | None]  #: why fewer than the least number were enough
    few_by: Mapped[str | None]  #: who accepted that
    market_check: Mapped[str | None]  #: how the buyer knows that the price is fair
    chosen_id: Mapped[UUID | None]  #: of the quotations
    choice_reason: Mapped[str | None]  #: a code, where it is not the lowest
    choice_note: Mapped[str | None]
    split_sum: Mapped[Rial | None]  #: with other orders to the supplier, where it crosses a limit
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    order_no: Mapped[str | None] = mapped_column(unique=True)
    ordered_at: Mapped[datetime | None]
    request: Mapped[PurchaseRequest] = relationship()
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan")
    quotations: Mapped[list[Quotation]] = relationship(
        order_by="Quotation.position", cascade="all, delete-orphan"
    )

    @property
    def chosen(self) -> Quotation | None:
        """The quotation that is ordered, or is to be."""
        return next((each for each in self.quotations if each.id == self.chosen_id), None)


class Invitation(Base):
    """A supplier that was asked for a quotation, all of them the same at the same time."""

    __tablename__ = "tnd_invitation"

    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_purchase.id"), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_firm.id"), primary_key=True)
    invited_at: Mapped[datetime]
    firm: Mapped[Firm] = relationship()


class Quotation(Base):
    """What one supplier asks for everything, delivered, before tax (استعلام بها)."""

    __tablename__ = "tnd_quotation"
    __table_args__ = (UniqueConstraint("purchase_id", "firm_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_purchase.id"), index=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_firm.id"), index=True)
    position: Mapped[int]
    total: Mapped[Rial]
    delivery_days: Mapped[int | None]
    conditions: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    firm: Mapped[Firm] = relationship()
    prices: Mapped[list[ItemPrice]] = relationship(
        order_by="ItemPrice.position", cascade="all, delete-orphan"
    )


class ItemPrice(Base):
    """The unit price of one item of the request, in the quotation that was chosen."""

    __tablename__ = "tnd_item_price"

    quotation_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_quotation.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  #: of the request's item
    unit_price: Mapped[Rial]
