"""Waiving a tender (ترک تشریفات): reasons, the board's session and its votes (R-TND-14)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base
from processes.transactions.records.columns import code_column
from processes.transactions.records.purchases import Purchase


class WaiverState(enum.Enum):
    """Where a waiver stands."""

    ASKED = "ASKED"
    DECIDED = "DECIDED"  #: by the board, and by the higher authority where one has to
    REFUSED = "REFUSED"
    URGENT = "URGENT"  #: bought because of a declared emergency, reported on afterwards


class Waiver(Base):
    """Why a purchase is made without a tender, and who let that be."""

    __tablename__ = "tnd_waiver"

    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_purchase.id"), primary_key=True)
    state: Mapped[WaiverState] = mapped_column(code_column(WaiverState), index=True)
    reason: Mapped[str | None]  #: a code of the form
    no_competition: Mapped[str | None]  #: why competition is impossible; not published
    public_reason: Mapped[str | None]  #: what is published with the order
    reasoned_by: Mapped[str | None]
    legal_result: Mapped[str | None]  #: ``agree`` or ``object``
    legal_opinion: Mapped[str | None]
    legal_by: Mapped[str | None]
    session: Mapped[int] = mapped_column(default=0)  #: how many times the board was convened
    session_no: Mapped[str | None]  #: as the board numbers it
    session_on: Mapped[date | None]
    session_place: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    higher_by: Mapped[str | None]
    higher_at: Mapped[datetime | None]
    higher_note: Mapped[str | None]
    price_basis: Mapped[str | None]  #: a code of the form
    negotiation: Mapped[str | None]  #: the record of it
    negotiated_on: Mapped[date | None]
    report_due: Mapped[datetime | None]  #: of an urgent purchase
    report: Mapped[str | None]
    reported_at: Mapped[datetime | None]
    reported_by: Mapped[str | None]
    purchase: Mapped[Purchase] = relationship()
    votes: Mapped[list[WaiverVote]] = relationship(
        order_by="WaiverVote.session, WaiverVote.position", cascade="all, delete-orphan"
    )

    @property
    def seats(self) -> list[WaiverVote]:
        """The members of the newest session."""
        return [each for each in self.votes if each.session == self.session]


class WaiverVote(Base):
    """A member's seat at a session of the board, and how that member voted."""

    __tablename__ = "tnd_waiver_vote"

    purchase_id: Mapped[UUID] = mapped_column(
        ForeignKey("tnd_waiver.purchase_id"), primary_key=True
    )
    session: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    member: Mapped[str]  #: user name
    vote: Mapped[str | None]  #: ``for``, ``against``, or ``interest`` of who does not vote
    reason: Mapped[str | None]
    voted_at: Mapped[datetime | None]
