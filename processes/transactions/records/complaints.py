"""Complaints (شکایت) of bidders: who answered, who decided, and what came of each (§3.9)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from processes.transactions.records.columns import code_column
from processes.transactions.records.tenders import Tender
from processes.transactions.rules.complaint_windows import Complaint as Windows
from processes.transactions.rules.complaint_windows import Outcome


class About(enum.Enum):
    """Which act of a tender a complaint is about."""

    DOCUMENTS = "DOCUMENTS"
    OPENING = "OPENING"
    EVALUATION = "EVALUATION"
    AWARD = "AWARD"
    OTHER = "OTHER"


class TenderComplaint(Base):
    """A complaint of one bidder about one tender."""

    __tablename__ = "tnd_complaint"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    number: Mapped[str] = mapped_column(unique=True)  #: such as ``D07-1405-T-0042-S1``
    bidder: Mapped[str]  #: legal id
    about: Mapped[About] = mapped_column(code_column(About))
    text: Mapped[str]
    received_on: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]  #: the bidder's representative, or who kept a paper
    paper: Mapped[str | None]  #: number of the paper it came on
    answered_on: Mapped[date | None]  #: by the head of the buyer
    answered_by: Mapped[str | None]
    answer: Mapped[str | None]
    board_on: Mapped[date | None]  #: since when the board has it: refused, or not answered in time
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None]
    decision: Mapped[str | None]
    is_suspended: Mapped[bool] = mapped_column(default=False)  #: the board holds the contract back
    outcome: Mapped[Outcome | None] = mapped_column(code_column(Outcome))
    tender: Mapped[Tender] = relationship()

    @property
    def windows(self) -> Windows:
        """The complaint as the rules of its times read it."""
        return Windows(
            self.number,
            self.received_on,
            self.about is About.AWARD,
            self.answered_on,
            self.outcome,
            self.board_on,
            self.decided_on,
        )
