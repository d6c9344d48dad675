"""The reverse auction (حراج معکوس) as a last round of a tender: its events, and where it stands."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.records.tenders import Tender


class ReverseAuction(Base):
    """Where a reverse auction stands: what its events come to, so that an offer reads one row."""

    __tablename__ = "tnd_reverse"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), primary_key=True)
    opened_at: Mapped[datetime]
    first_end: Mapped[datetime]  #: as it was announced
    ends_at: Mapped[datetime]  #: with its extensions; an offer at this very moment is late
    start: Mapped[Rial]  #: the lowest price that was opened
    step: Mapped[Decimal]  #: percent of the start
    last_minutes: Mapped[int]  #: an offer in these before the end moves it by as many
    most_extensions: Mapped[int]
    lowest: Mapped[Rial]
    step_amount: Mapped[Rial]
    extensions: Mapped[int] = mapped_column(default=0)
    events: Mapped[int] = mapped_column(default=1)  #: how many there are
    last_at: Mapped[datetime]  #: of the last event: time never goes back
    closed_at: Mapped[datetime | None]
    tender: Mapped[Tender] = relationship()
    bidders: Mapped[list[ReverseBidder]] = relationship(order_by="ReverseBidder.bidder")


class ReverseBidder(Base):
    """A bidder who may offer, with the offer that counts."""

    __tablename__ = "tnd_reverse_bidder"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_reverse.tender_id"), primary_key=True)
    bidder: Mapped[str] = mapped_column(primary_key=True)  #: legal id
    best: Mapped[Rial | None]
    best_event: Mapped[int | None]  #: of equal prices the earlier goes first


class ReverseEventKind(enum.Enum):
    """What happened."""

    OPENED = "OPENED"
    OFFERED = "OFFERED"
    EXTENDED = "EXTENDED"
    CLOSED = "CLOSED"


class ReverseEvent(Base):
    """One event; the auction is what they come to, and nothing else."""

    __tablename__ = "tnd_reverse_event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tender_id", "bidder"],
            ["tnd_reverse_bidder.tender_id", "tnd_reverse_bidder.bidder"],
        ),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_reverse.tender_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[ReverseEventKind] = mapped_column(code_column(ReverseEventKind))
    at: Mapped[datetime]
    bidder: Mapped[str | None]
    price: Mapped[Rial | None]
    ends_at: Mapped[datetime | None]
