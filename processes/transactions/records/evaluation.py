"""Evaluation of bids: marks of quality, opened prices, and what the commission votes (§3.5)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.rules.abnormal_prices import Standing


class Evaluation(Base):
    """How far the evaluation of a tender has come."""

    __tablename__ = "tnd_evaluation"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), primary_key=True)
    quality_closed_at: Mapped[datetime | None]
    quality_closed_by: Mapped[str | None]
    worked_out_at: Mapped[datetime | None]  #: prices are corrected, and their range is found
    worked_out_by: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=1)  #: of naming winners, until a vote passes


class Evaluator(Base):
    """A member of the technical committee who scores the bids of a tender."""

    __tablename__ = "tnd_evaluator"
    __table_args__ = (UniqueConstraint("tender_id", "username"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    username: Mapped[str]
    is_head: Mapped[bool] = mapped_column(default=False)  #: sees the spread, and closes
    conflict: Mapped[str | None]  #: the declared interest: out, and no mark counts
    finished_at: Mapped[datetime | None]
    asked_again: Mapped[str | None]  #: why the head asked for another look


class QualityMark(Base):
    """What an evaluator gave a bid for a criterion, as typed until it is finished."""

    __tablename__ = "tnd_quality_mark"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_bid.id"), primary_key=True)
    criterion: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: its position
    evaluator: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: position
    typed: Mapped[str]
    value: Mapped[Decimal | None]  #: 0 to 100; ``None``: what was typed is no mark
    reason: Mapped[str]


class QualityScore(Base):
    """The technical score of a bid, kept when the evaluation of quality was closed."""

    __tablename__ = "tnd_quality_score"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_bid.id"), primary_key=True)
    value: Mapped[Decimal]  #: to the hundredth
    passes: Mapped[bool]


class PriceSource(enum.Enum):
    """Where the figures of a price come from."""

    FILE = "FILE"  #: ``price.json`` of the envelope, as the bidder's page sealed it
    PAPER = "PAPER"  #: typed from the papers by one person, confirmed by another


class PriceDecision(enum.Enum):
    """What the commission decided of an abnormally low price; never by itself."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


class OpenedPrice(Base):
    """The price of a bid as it was opened, what it comes to, and where it lies."""

    __tablename__ = "tnd_price"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_bid.id"), primary_key=True)
    source: Mapped[PriceSource] = mapped_column(code_column(PriceSource))
    total: Mapped[Rial]  #: as the bidder wrote it in digits
    words: Mapped[str]  #: the same in words; blank where there are none
    taken_by: Mapped[str]
    taken_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]  #: of figures typed from the papers
    corrected: Mapped[Rial | None]  #: after arithmetic (R-TND-07)
    standing: Mapped[Standing | None] = mapped_column(code_column(Standing))
    justify_until: Mapped[date | None]  #: the last day for the price analysis of a low one
    justification: Mapped[str | None]
    justified_at: Mapped[datetime | None]
    justified_by: Mapped[str | None]  #: who wrote it down
    decision: Mapped[PriceDecision | None] = mapped_column(code_column(PriceDecision))
    decision_reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    papers: Mapped[list[PricePaper]] = relationship(
        order_by="PricePaper.position", cascade="all, delete-orphan"
    )
    lines: Mapped[list[PriceLine]] = relationship(
        order_by="PriceLine.position", cascade="all, delete-orphan"
    )

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the figures may be relied on."""
        return self.source is PriceSource.FILE or self.confirmed_by is not None

    @property
    def waits(self) -> bool:
        """Tell whether the commission has still to decide of it."""
        return self.standing is Standing.LOW and self.decision is None


class PriceLine(Base):
    """One line of a bid's price schedule, as the bidder wrote it."""

    __tablename__ = "tnd_price_line"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_price.bid_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: of the request
    quantity: Mapped[Decimal]  #: of the request's item
    unit_price: Mapped[Rial]
    total: Mapped[Rial]


class PricePaper(Base):
    """A paper of a bidder's analysis of an abnormally low price; it lies in the document store."""

    __tablename__ = "tnd_price_paper"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_price.bid_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes
    sha256: Mapped[str] = mapped_column(index=True)


class CommissionVote(Base):
    """How a member of the commission voted on something, in his own browser (R-TND-05)."""

    __tablename__ = "tnd_commission_vote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["seal_id", "position"], ["tnd_seal_member.tender_id", "tnd_seal_member.position"]
        ),
    )

    seal_id: Mapped[UUID] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(primary_key=True)  #: such as ``winners/1/1``
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: the member's
    is_for: Mapped[bool]
    reason: Mapped[str]
    seen: Mapped[str]  #: SHA-256 of what was voted on: a vote holds for nothing else
    at: Mapped[datetime]
