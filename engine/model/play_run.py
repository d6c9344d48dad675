"""What an analyst is playing with a draft: the acts so far, played anew each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, JsonText


class PlayRun(Base):
    """One person's run of one draft; nobody else sees it."""

    __tablename__ = "play_run"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("area_draft.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    began_at: Mapped[datetime]  #: what the run's own clock begins at
    acts: Mapped[Sequence[Mapping[str, Any]]] = mapped_column(JsonText)
    version: Mapped[int]  #: grows with each change, so that two windows do not mix theirs
