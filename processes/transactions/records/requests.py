"""Purchase requests (درخواست خرید): what is wanted, for how much, of which budget line (§3.3)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.rules.classes import PurchaseClass


class Category(enum.Enum):
    """What kind of thing is bought."""

    GOODS = "GOODS"
    WORKS = "WORKS"
    SERVICES = "SERVICES"


class Method(enum.Enum):
    """How it is bought or sold, as the decision table says (§3.4)."""

    DIRECT = "DIRECT"
    QUOTATIONS = "QUOTATIONS"
    LIMITED_TENDER = "LIMITED_TENDER"
    TWO_STAGE_TENDER = "TWO_STAGE_TENDER"
    PUBLIC_TENDER = "PUBLIC_TENDER"
    AUCTION = "AUCTION"
    WAIVER = "WAIVER"
    URGENT_WAIVER = "URGENT_WAIVER"
    CALL_OFF = "CALL_OFF"  #: from a framework agreement


class RequestState(enum.Enum):
    """Where a request stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    RESERVED = "RESERVED"  #: its credit is reserved: it may be bought
    ORDERED = "ORDERED"
    WITHDRAWN = "WITHDRAWN"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


#: Requests that come to nothing: they count in no sum.
GIVEN_UP: Final = frozenset({RequestState.WITHDRAWN, RequestState.REJECTED, RequestState.CANCELLED})


class PurchaseRequest(Base):
    """One request; its estimate is before tax."""

    __tablename__ = "tnd_request"
    __table_args__ = (Index("ix_tnd_request_group", "unit", "item_group", "submitted_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    fiscal_year: Mapped[int]  #: Jalali, of the number
    number: Mapped[int | None]  #: in the unit and year, given when it is first sent
    state: Mapped[RequestState] = mapped_column(code_column(RequestState))
    subject: Mapped[str]
    category: Mapped[Category] = mapped_column(code_column(Category))
    item_group: Mapped[str | None]  #: what counts as the same thing (R-DEL-04)
    purpose: Mapped[str | None]
    needed_by: Mapped[date | None]
    estimate: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    estimated_on: Mapped[date | None]
    estimated_by: Mapped[str | None]
    line_code: Mapped[str | None]  #: of the budget
    emergency_letter: Mapped[str | None]  #: of the authority that declared it
    waiver_letter: Mapped[str | None]  #: the waiver board's decision
    framework_id: Mapped[UUID | None] = mapped_column(ForeignKey("tnd_framework.id"), index=True)
    #: that it is to be called off from
    limited_reason: Mapped[str | None]  #: why only a list of suppliers is invited
    quality_matters: Mapped[bool] = mapped_column(default=False)
    value: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: the class went by it
    pack: Mapped[str | None]
    purchase_class: Mapped[PurchaseClass | None] = mapped_column(code_column(PurchaseClass))
    split_sum: Mapped[Rial | None]  #: with what it was split from, where that crosses a limit
    method: Mapped[Method | None] = mapped_column(code_column(Method))
    method_reason: Mapped[str | None]  #: the code of the row of the decision table
    credit_year: Mapped[int | None]  #: Jalali, of the line it was reserved on
    reserved: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: of the credit, and not ordered yet
    created_at: Mapped[datetime]
    requested_by: Mapped[str]
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    reserved_by: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    items: Mapped[list[RequestItem]] = relationship(
        order_by="RequestItem.position", cascade="all, delete-orphan"
    )

    @property
    def request_no(self) -> str | None:
        """The number as people know it: unit, year, R and sequence."""
        if self.number is None:
            return None
        return f"{self.unit}-{self.fiscal_year}-R-{self.number:04d}"


class RequestItem(Base):
    """One thing that is wanted."""

    __tablename__ = "tnd_request_item"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_request.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None]  #: of the catalogue of goods
    description: Mapped[str]
    quantity: Mapped[Decimal]
    measure: Mapped[str]
    delivery: Mapped[str | None]  #: where to, or when
