"""Who won a tender, and who comes next (§3.5, R-TND-09)."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.records.firms import Firm
from processes.transactions.records.tenders import Tender


class AwardState(enum.Enum):
    """What became of a winner."""

    PENDING = "PENDING"  #: named; complaints may still come
    ACTIVE = "ACTIVE"  #: the window is over: the contract is to be signed
    RESERVE = "RESERVE"  #: comes after the first: the second, or the next of a framework
    SIGNED = "SIGNED"
    REFUSED = "REFUSED"  #: did not sign: the guarantee is kept
    CANCELLED = "CANCELLED"  #: by a complaint, or because another signed


#: named, and neither signed nor out: whose turn to sign is now, or may come
TO_SIGN: Final = (AwardState.ACTIVE, AwardState.PENDING, AwardState.RESERVE)


class Award(Base):
    """Whom a tender names, at one place of its order, with the price the contract is signed at."""

    __tablename__ = "tnd_award"
    __table_args__ = (UniqueConstraint("tender_id", "rank", "round"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"), index=True)
    rank: Mapped[int]  #: 1 or 2; of a framework with several suppliers more
    round: Mapped[int] = mapped_column(default=1)  #: one more when a complaint has it named anew
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_seal_bid.id"))
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_firm.id"))
    price: Mapped[Rial]  #: corrected, before tax
    balanced: Mapped[Rial]
    score: Mapped[Decimal | None]  #: of quality, 0 to 100
    instance_id: Mapped[UUID | None] = mapped_column(index=True)  #: the case that has it signed
    state: Mapped[AwardState] = mapped_column(code_column(AwardState))
    named_at: Mapped[datetime]
    named_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]  #: why it was refused or cancelled
    tender: Mapped[Tender] = relationship()
    firm: Mapped[Firm] = relationship()

    @property
    def no(self) -> int:
        """Its number among all of the tender: who is named anew has an award of his own."""
        return self.rank + self.tender.places.named * (self.round - 1)
