"""What somebody typed and could not send, and who has a step open now."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class WhyKept(enum.Enum):
    """What kept an answer from arriving."""

    SIGNED_OUT = "signed_out"  #: the next sign-in of the same person puts it back
    TOO_LATE = "too_late"  #: the step is done, or somebody else's: it stays as a note


class KeptAnswer(Base):
    """An answer that did not arrive, for its writer alone; one for each step."""

    __tablename__ = "kept_answer"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("human_task.id"), primary_key=True)
    why: Mapped[str]  #: a value of `WhyKept`
    typed: Mapped[Mapping[str, Any]]  #: texts by field path
    at: Mapped[datetime]


class Presence(Base):
    """A page of a step that somebody has open; it says so again and again."""

    __tablename__ = "presence"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("human_task.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
