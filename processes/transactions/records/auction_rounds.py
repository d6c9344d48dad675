"""Live rounds of an auction of property: who is admitted, the events, and where they stand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base
from engine.values import Rial
from processes.transactions.records.auctions import PropertyAuction
from processes.transactions.records.columns import code_column
from processes.transactions.records.reversing import ReverseEventKind


class AuctionBidder(Base):
    """Somebody of the register whose deposit for a notice was confirmed."""

    __tablename__ = "tnd_auction_bidder"

    auction_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_auction.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identifier: Mapped[str] = mapped_column(primary_key=True)  #: legal id, or national code
    name: Mapped[str]
    deposit: Mapped[Rial]
    receipt_no: Mapped[str]
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str]


class AuctionRounds(Base):
    """Where the rounds for a notice stand: what their events come to, in one row."""

    __tablename__ = "tnd_auction_rounds"

    auction_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_auction.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    first_end: Mapped[datetime]  #: as it was announced
    ends_at: Mapped[datetime]  #: with its extensions; an offer at this very moment is late
    base: Mapped[Rial]
    step_amount: Mapped[Rial]
    last_minutes: Mapped[int]  #: an offer in these before the end moves it by as many
    most_extensions: Mapped[int]
    highest: Mapped[Rial | None]
    leader: Mapped[str | None]
    extensions: Mapped[int] = mapped_column(default=0)
    events: Mapped[int] = mapped_column(default=1)  #: how many there are
    last_at: Mapped[datetime]  #: of the last event: time never goes back
    closed_at: Mapped[datetime | None]
    auction: Mapped[PropertyAuction] = relationship()


class AuctionEvent(Base):
    """One event; the rounds are what they come to, and nothing else."""

    __tablename__ = "tnd_auction_event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["auction_id", "round"], ["tnd_auction_rounds.auction_id", "tnd_auction_rounds.round"]
        ),
    )

    auction_id: Mapped[UUID] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[ReverseEventKind] = mapped_column(code_column(ReverseEventKind))
    at: Mapped[datetime]
    bidder: Mapped[str | None]
    price: Mapped[Rial | None]
    ends_at: Mapped[datetime | None]
    typed_by: Mapped[str | None]  #: who typed what a bidder called out in the hall
