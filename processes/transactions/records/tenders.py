"""Tenders (مناقصه): documents, dates, who is asked, questions, and how each one ended (§3.3)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.errors import Conflict
from engine.sdk import Base, JsonText, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.records.firms import Firm
from processes.transactions.records.requests import Method, PurchaseRequest
from processes.transactions.records.sealing import SealedTender
from processes.transactions.rules.frameworks import CallOffChoice, places_of
from processes.transactions.rules.ranking import Places


class NotNow(Conflict):
    """A tender is not where this is done."""

    code = "TND-050"


class TenderState(enum.Enum):
    """Where a tender stands, from its documents to its contract."""

    DRAFT = "DRAFT"  #: documents are written, approved, and the key is made
    PUBLISHED = "PUBLISHED"  #: questions and sealed bids are taken until the deadline
    OPENING = "OPENING"  #: the deadline is past: sessions, scores of quality, prices
    AWARDED = "AWARDED"  #: winners are named; complaints are heard, the contract is signed
    CONTRACTED = "CONTRACTED"
    UNSUCCESSFUL = "UNSUCCESSFUL"  #: no bid, none left, or nobody signed
    CANCELLED = "CANCELLED"


#: Everybody may know who won.
DECIDED: Final = frozenset({TenderState.AWARDED, TenderState.CONTRACTED})
#: Nothing more comes of these.
FAILED: Final = frozenset({TenderState.UNSUCCESSFUL, TenderState.CANCELLED})
_LIVE: Final = text("state NOT IN ('UNSUCCESSFUL', 'CANCELLED')")
_NEXT: Final = {
    TenderState.DRAFT: {TenderState.PUBLISHED, TenderState.CANCELLED},
    TenderState.PUBLISHED: {TenderState.OPENING, TenderState.UNSUCCESSFUL, TenderState.CANCELLED},
    TenderState.OPENING: {TenderState.AWARDED, TenderState.UNSUCCESSFUL, TenderState.CANCELLED},
    TenderState.AWARDED: {
        TenderState.OPENING,  # a complaint has a step repeated
        TenderState.CONTRACTED,
        TenderState.UNSUCCESSFUL,
        TenderState.CANCELLED,
    },
}


class ChoiceRule(enum.Enum):
    """By which rule some firms of a grade are invited and others are not (R-TND-15)."""

    ROTATION = "ROTATION"  #: whose turn it is
    SCORE = "SCORE"  #: those with the best record


class Tender(Base):
    """One tender of a request; a request has one that is alive."""

    __tablename__ = "tnd_tender"
    __table_args__ = (
        Index(
            "uq_tnd_tender_live", "request_id", unique=True,
            sqlite_where=_LIVE, postgresql_where=_LIVE,
        ),
        Index("ix_tnd_tender_open", "state", "deadline"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_request.id"), index=True)
    #: of the documents: who sits in the commission, and how many of them open; the ceremony has
    #: its own rows of them from the approval on
    members: Mapped[Any] = mapped_column(JsonText, nullable=True)  #: user names
    threshold: Mapped[int | None]
    deputies: Mapped[Any] = mapped_column(JsonText, nullable=True)  #: by their members
    seal_id: Mapped[UUID | None] = mapped_column(ForeignKey("tnd_seal_tender.id"), unique=True)
    earlier_id: Mapped[UUID | None] = mapped_column(ForeignKey("tnd_tender.id"))
    #: the unsuccessful one that this one repeats
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    number: Mapped[str] = mapped_column(unique=True)  #: such as ``D07-1405-T-0042``
    method: Mapped[Method] = mapped_column(code_column(Method))
    state: Mapped[TenderState] = mapped_column(code_column(TenderState))
    title: Mapped[str]
    description: Mapped[str | None]
    estimate: Mapped[Rial]  #: before tax
    is_international: Mapped[bool] = mapped_column(default=False)
    guarantee: Mapped[Rial] = mapped_column(default=Rial.ZERO)  #: of a bid, at least (R-TND-12)
    validity_days: Mapped[int | None]  #: of bids, from the deadline on (R-TND-11)
    advance: Mapped[Decimal | None]  #: percent of the contract
    is_adjustable: Mapped[bool] = mapped_column(default=False)  #: prices follow an index
    impact: Mapped[Decimal] = mapped_column(default=Decimal(0))  #: of quality on price
    minimum_score: Mapped[Decimal | None]  #: of quality, 0 to 100
    is_prequalified: Mapped[bool] = mapped_column(default=False)
    #: ``None``: its contract orders what is tendered; else what is signed is a framework
    framework: Mapped[CallOffChoice | None] = mapped_column(code_column(CallOffChoice))
    suppliers: Mapped[int | None]  #: of a framework with several: with how many at most
    work_field: Mapped[str | None]  #: in which who bids needs a grade, as the register says it
    least_grade: Mapped[int | None]  #: 1 the highest
    list_reason: Mapped[str | None]  #: of a limited tender: why these are invited (R-TND-15)
    choice_rule: Mapped[ChoiceRule | None] = mapped_column(code_column(ChoiceRule))
    turn_note: Mapped[str | None]  #: why it is not by turn that was said to be by rotation
    #: of a limited tender that does not invite all of the grade: how these were chosen (R-TND-15)
    documents_until: Mapped[date | None]  #: the last day documents are given out
    questions_until: Mapped[datetime | None]
    deadline: Mapped[datetime | None]  #: of bids; the sealed tender's is the same
    opening_at: Mapped[datetime | None]
    opening_place: Mapped[str | None]
    fingerprint: Mapped[str | None]  #: of the keys bids are sealed to, printed in the notice
    version: Mapped[int] = mapped_column(default=1)  #: of the documents, one more each change
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    published_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    complaints_until: Mapped[datetime | None]  #: of the announced result
    valid_until: Mapped[date | None]  #: of the bids, with its extension
    extensions: Mapped[int] = mapped_column(default=0)  #: of that validity
    is_demo: Mapped[bool] = mapped_column(default=False)
    request: Mapped[PurchaseRequest] = relationship()
    sealing: Mapped[SealedTender | None] = relationship()
    earlier: Mapped[Tender | None] = relationship(remote_side="Tender.id")
    criteria: Mapped[list[TenderCriterion]] = relationship(
        order_by="TenderCriterion.position", cascade="all, delete-orphan"
    )
    documents: Mapped[list[TenderDocument]] = relationship(order_by="TenderDocument.position")
    amendments: Mapped[list[TenderAmendment]] = relationship(order_by="TenderAmendment.version")
    invitations: Mapped[list[TenderInvitation]] = relationship(cascade="all, delete-orphan")
    questions: Mapped[list[TenderQuestion]] = relationship(order_by="TenderQuestion.asked_at")

    @property
    def rates_quality(self) -> bool:
        """Tell whether bids get a score before their prices are opened."""
        return bool(self.criteria)

    @property
    def places(self) -> Places:
        """With how many it is signed, and how many are named for that."""
        return places_of(self.framework, self.suppliers)

    def come_to(self, state: TenderState) -> None:
        """Go on.

        Raises:
            NotNow: this does not follow.
        """
        if state not in _NEXT.get(self.state, ()):
            raise NotNow(f"{self.number}: {self.state.value} -> {state.value}")
        self.state = state

    def must_be(self, *states: TenderState) -> None:
        """Refuse what is done in another state.

        Raises:
            NotNow: it is in another.
        """
        if self.state not in states:
            raise NotNow(f"{self.number}: {self.state.value}")


class TenderCriterion(Base):
    """One thing of quality that is scored, with its weight, as published."""

    __tablename__ = "tnd_tender_criterion"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    weight: Mapped[Decimal]  #: percent; all together 100


class DocumentKind(enum.Enum):
    """What a published document of a tender is."""

    NOTICE = "NOTICE"
    INSTRUCTIONS = "INSTRUCTIONS"
    SPECIFICATION = "SPECIFICATION"
    PRICE_SCHEDULE = "PRICE_SCHEDULE"
    CONTRACT_DRAFT = "CONTRACT_DRAFT"
    AMENDMENT = "AMENDMENT"


class TenderDocument(Base):
    """A file that bidders are given; its content lies in the document store."""

    __tablename__ = "tnd_tender_document"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[DocumentKind] = mapped_column(code_column(DocumentKind))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes
    sha256: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]  #: of the documents in which it came
    added_at: Mapped[datetime]
    added_by: Mapped[str]


class TenderAmendment(Base):
    """A change after publication: what, why, and where the deadline moved (R-TND-03)."""

    __tablename__ = "tnd_tender_amendment"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rationale: Mapped[str]
    changes: Mapped[Any] = mapped_column(JsonText)  #: field -> [before, after]
    deadline_before: Mapped[datetime]
    deadline_after: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class TenderInvitation(Base):
    """A firm of the approved list of a limited tender (R-TND-15)."""

    __tablename__ = "tnd_tender_invitation"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_firm.id"), primary_key=True)
    firm: Mapped[Firm] = relationship()


class DocumentsTaken(Base):
    """That a bidder took a document of a tender while signed in: it is told of what changes."""

    __tablename__ = "tnd_documents_taken"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), primary_key=True)
    bidder: Mapped[str] = mapped_column(primary_key=True)  #: legal id
    first_at: Mapped[datetime]
    first_by: Mapped[str]


class TenderQuestion(Base):
    """A question of a bidder; its answer goes to everybody, and nobody learns who asked."""

    __tablename__ = "tnd_tender_question"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), index=True)
    number: Mapped[int]
    bidder: Mapped[str]  #: legal id; never shown with the question
    text: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
