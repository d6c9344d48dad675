"""Petty cash: floats of holders, their claims and the receipts of these (`domain.md` §2.7)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.financial_documents.records.columns import code_column
from processes.financial_documents.rules.petty_cash import settle_by


class FloatState(enum.Enum):
    """Where a float stands."""

    ASKED = "ASKED"
    OPEN = "OPEN"  #: paid to its holder
    SETTLED = "SETTLED"
    REFUSED = "REFUSED"  #: withdrawn before it was paid


#: money the holder has, or asks for: it counts against the ceiling
HELD = frozenset({FloatState.ASKED, FloatState.OPEN})


class PettyCashFloat(Base):
    """A float of one holder (تنخواه‌گردان); it is settled in full before its year ends."""

    __tablename__ = "petty_cash_float"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    holder: Mapped[str] = mapped_column(index=True)  #: user name
    payee_id: Mapped[str | None]  #: the holder's national code: whom its vouchers pay
    amount: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    state: Mapped[FloatState] = mapped_column(code_column(FloatState))
    asked_at: Mapped[datetime]
    opened_on: Mapped[date | None]
    refilled_on: Mapped[date | None]  #: last
    settled_on: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def settle_by(self) -> date | None:
        """The last day of its fiscal year."""
        return None if self.opened_on is None else settle_by(self.opened_on)


class ClaimKind(enum.Enum):
    """What a holder asks for."""

    FLOAT = "FLOAT"  #: a new float
    REFILL = "REFILL"  #: his receipts paid back
    SETTLEMENT = "SETTLEMENT"  #: receipts and cash given back, and the float ends


class ClaimState(enum.Enum):
    """Where a claim stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    CHECKED = "CHECKED"
    APPROVED = "APPROVED"  #: a voucher may pay it
    IN_VOUCHER = "IN_VOUCHER"
    PAID = "PAID"
    SETTLED = "SETTLED"
    REJECTED = "REJECTED"  #: withdrawn


#: nothing is to be done about them any more
CLAIM_ENDED = frozenset({ClaimState.PAID, ClaimState.SETTLED, ClaimState.REJECTED})


class PettyCashClaim(Base):
    """What a holder asks for once: a float, a refill, or to settle."""

    __tablename__ = "petty_cash_claim"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID | None] = mapped_column(index=True)
    float_id: Mapped[UUID] = mapped_column(ForeignKey("petty_cash_float.id"), index=True)
    voucher_id: Mapped[UUID | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    kind: Mapped[ClaimKind] = mapped_column(code_column(ClaimKind))
    state: Mapped[ClaimState] = mapped_column(code_column(ClaimState))
    number: Mapped[str | None]  #: from when it is handed in, without gaps
    amount: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    cash_on_hand: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: counted by the holder
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    checked_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    cash: Mapped[PettyCashFloat] = relationship()
    receipts: Mapped[list[PettyCashReceipt]] = relationship(
        order_by="PettyCashReceipt.position", cascade="all, delete-orphan"
    )

    @property
    def is_ended(self) -> bool:
        """Tell whether nothing is to be done about it any more."""
        return self.state in CLAIM_ENDED


class PettyCashReceipt(Base):
    """One receipt of a small purchase."""

    __tablename__ = "petty_cash_receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("petty_cash_claim.id"), index=True)
    position: Mapped[int]
    receipt_no: Mapped[str]
    seller: Mapped[str]
    bought_on: Mapped[date]
    title: Mapped[str]
    amount: Mapped[Rial]
