"""Pre-qualification (ارزیابی کیفی): firms hand papers in, are scored, and are put on a short list.

A limited tender of the same request then invites the short list and nobody else (R-TND-15).
"""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from processes.transactions.records.columns import code_column
from processes.transactions.records.firms import Firm
from processes.transactions.records.requests import PurchaseRequest
from processes.transactions.records.tenders import NotNow


class PrequalificationState(enum.Enum):
    """Where a pre-qualification stands."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"  #: papers are taken until the deadline
    SCORING = "SCORING"  #: the deadline is past: scores, and what follows from them
    LISTED = "LISTED"  #: the short list is announced
    UNSUCCESSFUL = "UNSUCCESSFUL"
    CANCELLED = "CANCELLED"


_OVER: Final = frozenset({PrequalificationState.UNSUCCESSFUL, PrequalificationState.CANCELLED})
_LIVE: Final = text("state NOT IN ('UNSUCCESSFUL', 'CANCELLED')")
_NEXT: Final = {
    PrequalificationState.DRAFT: {PrequalificationState.PUBLISHED} | _OVER,
    PrequalificationState.PUBLISHED: {PrequalificationState.SCORING} | _OVER,
    PrequalificationState.SCORING: {
        PrequalificationState.DRAFT,  # too few were left: called once more
        PrequalificationState.LISTED,
    }
    | _OVER,
}


class Prequalification(Base):
    """One pre-qualification of a request; a request has one that is alive."""

    __tablename__ = "tnd_prequalification"
    __table_args__ = (
        Index(
            "uq_tnd_prequalification_live", "request_id", unique=True,
            sqlite_where=_LIVE, postgresql_where=_LIVE,
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_request.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    number: Mapped[str] = mapped_column(unique=True)  #: such as ``D07-1405-Q-0001``
    state: Mapped[PrequalificationState] = mapped_column(code_column(PrequalificationState))
    title: Mapped[str]
    description: Mapped[str | None]
    papers_asked: Mapped[str | None]  #: what a firm hands in
    minimum_score: Mapped[Decimal | None]  #: 0 to 100
    deadline: Mapped[datetime | None]  #: of the papers; at the deadline is in time
    call: Mapped[int] = mapped_column(default=1)  #: how often it was called
    round: Mapped[int] = mapped_column(default=0)  #: of scoring, one more each time
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    published_at: Mapped[datetime | None]
    exception_reason: Mapped[str | None]  #: why fewer than the least are enough
    exception_by: Mapped[str | None]
    listed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    request: Mapped[PurchaseRequest] = relationship()
    criteria: Mapped[list[PrequalificationCriterion]] = relationship(
        order_by="PrequalificationCriterion.position", cascade="all, delete-orphan"
    )
    applicants: Mapped[list[Applicant]] = relationship(order_by="Applicant.position")
    evaluators: Mapped[list[PrequalificationEvaluator]] = relationship(
        order_by="PrequalificationEvaluator.position"
    )

    @property
    def scoring(self) -> list[PrequalificationEvaluator]:
        """Who scores in the round that is on, those with a declared interest among them."""
        return [each for each in self.evaluators if each.round == self.round]

    @property
    def short_list(self) -> list[Applicant]:
        """Who reached the least score, the highest first."""
        passed = [each for each in self.applicants if each.passes]
        return sorted(passed, key=lambda each: (-(each.score or 0), each.position))

    def come_to(self, state: PrequalificationState) -> None:
        """Go on.

        Raises:
            NotNow: this does not follow.
        """
        if state not in _NEXT.get(self.state, ()):
            raise NotNow(f"{self.number}: {self.state.value} -> {state.value}")
        self.state = state


class PrequalificationCriterion(Base):
    """One thing that is scored, with its weight, as published."""

    __tablename__ = "tnd_prequalification_criterion"

    prequalification_id: Mapped[UUID] = mapped_column(
        ForeignKey("tnd_prequalification.id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    weight: Mapped[Decimal]  #: percent; all together 100


class Applicant(Base):
    """A firm that handed its papers in; handed in again they take the place of the earlier."""

    __tablename__ = "tnd_applicant"
    __table_args__ = (UniqueConstraint("prequalification_id", "firm_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    prequalification_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_prequalification.id"))
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_firm.id"), index=True)
    position: Mapped[int]  #: in the order in which firms came
    version: Mapped[int]  #: of the papers, one more each time
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str]
    receipt: Mapped[str]  #: what the site signed, as canonical JSON
    signature: Mapped[str]  #: hex, Ed25519 by the site's key
    score: Mapped[Decimal | None]  #: to the hundredth, of the last round of scoring
    passes: Mapped[bool | None]
    firm: Mapped[Firm] = relationship()
    papers: Mapped[list[ApplicantPaper]] = relationship(
        order_by="ApplicantPaper.position", cascade="all, delete-orphan"
    )


class ApplicantPaper(Base):
    """A paper of an applicant; its content lies in the document store."""

    __tablename__ = "tnd_applicant_paper"

    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_applicant.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes
    sha256: Mapped[str] = mapped_column(index=True)


class PrequalificationEvaluator(Base):
    """A member of the technical committee who scores in one round."""

    __tablename__ = "tnd_prequalification_evaluator"

    prequalification_id: Mapped[UUID] = mapped_column(
        ForeignKey("tnd_prequalification.id"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    username: Mapped[str]
    conflict: Mapped[str | None]  #: the declared interest: no mark counts
    finished_at: Mapped[datetime | None]


class ApplicantMark(Base):
    """What an evaluator gave an applicant for a criterion, with the reason."""

    __tablename__ = "tnd_applicant_mark"

    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_applicant.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    criterion: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: its position
    evaluator: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: position
    value: Mapped[Decimal]  #: 0 to 100
    reason: Mapped[str]
