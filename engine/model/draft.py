"""Answers as typed, kept before they are valid: nothing a person types is lost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class DraftField(Base):
    """The text in one field of one task, such as ``note`` or ``lines/010604/claimed``."""

    __tablename__ = "draft_field"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("human_task.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    typed: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
