"""Months of a unit's books that are closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, new_id

_CLOSED = text("reopened_at IS NULL")


class ClosedMonth(Base):
    """A Jalali month in which nothing is posted any more (FIN-012), until it is reopened.

    A reopening keeps who did it and why, for the auditor (R-BUD-06).
    """

    __tablename__ = "closed_month"
    __table_args__ = (
        Index(
            "uq_closed_month_standing",
            "unit",
            "year",
            "month",
            unique=True,
            sqlite_where=_CLOSED,
            postgresql_where=_CLOSED,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    year: Mapped[int]
    month: Mapped[int]
    closed_at: Mapped[datetime]
    closed_by: Mapped[str]
    reopened_at: Mapped[datetime | None]
    reopened_by: Mapped[str | None]
    reason: Mapped[str | None]
