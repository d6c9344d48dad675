"""Contractors and suppliers, their grades, and who may not take part (R-TND-18)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id


class Firm(Base):
    """A contractor, supplier or person that may offer to the city (طرف معامله)."""

    __tablename__ = "tnd_firm"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    identifier: Mapped[str] = mapped_column(unique=True)  #: legal id, or a person's national code
    name: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    grades: Mapped[list[FirmGrade]] = relationship(order_by="FirmGrade.field")
    debarments: Mapped[list[Debarment]] = relationship(order_by="Debarment.since")

    def debarment_on(self, on: date) -> Debarment | None:
        """Return what bars the firm on a day."""
        return next((each for each in self.debarments if each.bars(on)), None)

    def grade_in(self, field: str, on: date) -> int | None:
        """Return the firm's grade in a field of work on a day, 1 the highest."""
        valid = (each for each in self.grades if each.field == field and each.valid_until >= on)
        return min((each.grade for each in valid), default=None)


class FirmGrade(Base):
    """What a firm is qualified for: a field of work and a grade, until a day (رتبه)."""

    __tablename__ = "tnd_firm_grade"
    __table_args__ = (UniqueConstraint("firm_id", "field"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_firm.id"), index=True)
    field: Mapped[str]  #: such as road works, buildings, equipment
    grade: Mapped[int]  #: 1 the highest
    certificate: Mapped[str]  #: number of the certificate
    valid_until: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]


class Debarment(Base):
    """A decision that a firm takes no part for a while (محرومیت)."""

    __tablename__ = "tnd_debarment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_firm.id"), index=True)
    reason: Mapped[str]
    letter_no: Mapped[str]  #: of the decision
    since: Mapped[date]
    until: Mapped[date | None]  #: the last day; ``None``: until it is lifted
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[str | None]

    def bars(self, on: date) -> bool:
        """Tell whether the firm takes no part on a day; on the day of lifting it does again."""
        if on < self.since or (self.lifted_on is not None and on >= self.lifted_on):
            return False
        return self.until is None or on <= self.until

    def overlaps(self, since: date, until: date | None) -> bool:
        """Tell whether the firm is barred, or would be, on some day from ``since`` to ``until``."""
        last = self.until or date.max
        if self.lifted_on is not None:
            last = min(last, self.lifted_on - timedelta(days=1))
        return max(self.since, since) <= min(last, until or date.max)
