"""Auctions of property (مزایده): what is sold or leased, its valuations, who offers what."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.records.guarantees import Guarantee
from processes.transactions.records.sealing import SealedTender


class AuctionKind(enum.Enum):
    """What becomes of the property."""

    SALE = "SALE"
    LEASE = "LEASE"


class AuctionState(enum.Enum):
    """Where an auction stands."""

    PREPARED = "PREPARED"  #: legal status, base price and approvals are still to come
    APPROVED = "APPROVED"
    OPEN = "OPEN"  #: the notice is out
    OPENED = "OPENED"  #: the offers are ranked
    NAMED = "NAMED"  #: somebody is to pay
    INSTALMENTS = "INSTALMENTS"  #: the first part is paid, the rest is guaranteed
    PAID = "PAID"
    HANDED_OVER = "HANDED_OVER"
    ENDED = "ENDED"  #: nothing came of it


class OfferState(enum.Enum):
    """What became of an offer."""

    OFFERED = "OFFERED"
    PAYING = "PAYING"
    PAID = "PAID"  #: in instalments: the first part
    DEFAULTED = "DEFAULTED"  #: did not pay in time: the deposit is kept


class PropertyAuction(Base):
    """Something of the city's that is sold or leased to who offers most."""

    __tablename__ = "tnd_auction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[AuctionKind] = mapped_column(code_column(AuctionKind))
    subject: Mapped[str]
    state: Mapped[AuctionState] = mapped_column(code_column(AuctionState), index=True)
    description: Mapped[str | None]
    title_no: Mapped[str | None]
    title_note: Mapped[str | None]  #: ownership, seizure, mortgage, as the legal office says
    title_by: Mapped[str | None]
    base: Mapped[Rial | None]
    valuer: Mapped[str | None]
    valuer_licence: Mapped[str | None]
    valuation_no: Mapped[str | None]
    valued_on: Mapped[date | None]
    valued_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    higher_by: Mapped[str | None]
    round: Mapped[int] = mapped_column(default=0)  #: how many notices there were
    is_repeated: Mapped[bool] = mapped_column(default=False)  #: once for each valuation
    is_live: Mapped[bool] = mapped_column(default=False)
    #: what the newest notice's offers are sealed to; ``None``: they come on paper, or live
    seal_id: Mapped[UUID | None] = mapped_column(ForeignKey("tnd_seal_tender.id"), unique=True)
    published_at: Mapped[datetime | None]  #: of the newest notice
    notice: Mapped[str | None]
    visit_from: Mapped[date | None]
    visit_until: Mapped[date | None]
    deadline: Mapped[datetime | None]
    #: how the newest notice lets the price be paid; without a count all at once
    first_percent: Mapped[Decimal | None]  #: of the price; none: each part is as much
    instalment_count: Mapped[int | None]  #: after the first part
    interval_months: Mapped[int | None]
    lease_months: Mapped[int | None]  #: Jalali months; none: a sale, or a lease of before
    leased_from: Mapped[date | None]  #: the day of handing over
    leased_until: Mapped[date | None]  #: its last day
    rent_until: Mapped[date | None]  #: up to this day its rent is income
    rent_earned: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: so much of it
    #: what stands for the instalments
    guarantee_id: Mapped[UUID | None] = mapped_column(ForeignKey("tnd_guarantee.id"), unique=True)
    minute_no: Mapped[str | None]
    named_by: Mapped[str | None]
    pays_until: Mapped[datetime | None]
    balance_receipt: Mapped[str | None]
    paid_on: Mapped[date | None]
    deed_no: Mapped[str | None]
    handed_over_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    sealing: Mapped[SealedTender | None] = relationship()
    offers: Mapped[list[PropertyOffer]] = relationship(
        order_by="PropertyOffer.round, PropertyOffer.position", cascade="all, delete-orphan"
    )

    instalments: Mapped[list[AuctionInstalment]] = relationship(order_by="AuctionInstalment.no")
    guarantee: Mapped[Guarantee | None] = relationship(Guarantee)

    @property
    def open_instalments(self) -> list[AuctionInstalment]:
        """The instalments that are not received, the next first."""
        return [each for each in self.instalments if each.received_on is None]

    def claimed_of(self, no: int) -> list[AuctionInstalment]:
        """The damages that were claimed of an instalment so far, the first claim first."""
        return [each for each in self.instalments if each.late_of == no]

    @property
    def current(self) -> list[PropertyOffer]:
        """The offers for the newest notice, in the order they came."""
        return [each for each in self.offers if each.round == self.round]

    @property
    def payer(self) -> PropertyOffer | None:
        """Who is to pay, or has paid."""
        paying = {OfferState.PAYING, OfferState.PAID}
        return next((each for each in self.current if each.state in paying), None)


class PropertyOffer(Base):
    """What somebody offers; in a live auction one bidder raises it several times."""

    __tablename__ = "tnd_auction_offer"

    auction_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_auction.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  #: in the order they came
    identifier: Mapped[str]  #: national code, or id of a legal entity
    bidder: Mapped[str]
    amount: Mapped[Rial]
    deposit: Mapped[Rial]  #: nothing in a bidder's later lines
    receipt_no: Mapped[str | None]  #: of the deposit
    state: Mapped[OfferState] = mapped_column(code_column(OfferState))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class ReceiptUse(enum.Enum):
    """What a receipt stands for."""

    DEPOSIT = "DEPOSIT"
    PAYMENT = "PAYMENT"  #: of the price, at once or in parts


class AuctionReceipt(Base):
    """A receipt that counts: whoever has its row has the money, and nobody else of the unit."""

    __tablename__ = "tnd_auction_receipt"

    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), primary_key=True)
    receipt: Mapped[str] = mapped_column(primary_key=True)  #: as `normalise` has it
    auction_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_auction.id"))
    round: Mapped[int]  #: of the notice it was deposited for
    identifier: Mapped[str]  #: who deposited it; empty: it pays the price
    use: Mapped[ReceiptUse] = mapped_column(code_column(ReceiptUse))


class AuctionInstalment(Base):
    """A part of the price that is paid after the first, and what came of it."""

    __tablename__ = "tnd_auction_instalment"

    auction_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_auction.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)  #: from 1
    due_on: Mapped[date] = mapped_column(index=True)
    amount: Mapped[Rial]
    received_on: Mapped[date | None]  #: nothing else is known of it before
    receipt_no: Mapped[str | None]  #: one receipt may be of several
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str | None]
    late_of: Mapped[int | None]  #: damages of this instalment; none: a part of the price
    late_days: Mapped[int | None]
    late_rate: Mapped[Decimal | None]  #: a year, in percent
