"""Papers: documents that a process prints, each with a number of its register and a code.

The row is written before the paper is printed, with its number: a number once given is in the
register for good, whatever becomes of the printing, so that a series has no gaps.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class Paper(Base):
    """One entry of a register, and the document it stands for."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("instance_id", "kind", "occasion"),
        UniqueConstraint("series", "unit", "year", "sequence"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    kind: Mapped[str]  #: its name in ``process.toml``
    occasion: Mapped[int]  #: the event of the case behind which it is made
    series: Mapped[str]
    unit: Mapped[str]  #: that owns it
    year: Mapped[int]  #: Jalali, of `reserved_at` in Tehran
    sequence: Mapped[int]  #: within series, unit and year, from 1 without gaps
    code: Mapped[str] = mapped_column(unique=True)  #: by which anybody finds it to verify it
    retention: Mapped[str]  #: class of how long it is kept
    language: Mapped[str]
    reserved_at: Mapped[datetime]  #: the moment it bears
    template: Mapped[str | None]  #: SHA-256 of what it was printed from; ``None``: not printed yet
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), unique=True)

    @property
    def number(self) -> str:
        """Its registry number: unit, year and sequence."""
        return f"{self.unit}-{self.year}-{self.sequence:04}"
