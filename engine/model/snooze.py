"""Tasks somebody has put off: out of that person's list until a moment, in everybody else's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Snooze(Base):
    """One task one person does not want to see before a moment."""

    __tablename__ = "snooze"
    __table_args__ = (Index("ix_snooze_person_id", "person_id", "until"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("human_task.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    until: Mapped[datetime]
    at: Mapped[datetime]  #: when it was put off
