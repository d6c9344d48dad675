"""A process of which no case is started for now; those that run go on."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict
from engine.model.base import Base

LONGEST_REASON: Final = 500


class ProcessSuspended(Conflict):
    """No case of this process is started for now."""

    code = "GEN-SUSPENDED"

    def __init__(self, process_id: str, reason: str = "") -> None:
        super().__init__(f"{process_id} is suspended: {reason}")
        self.process_id = process_id
        self.reason = reason


class Suspension(Base):
    """It holds for all versions, those deployed meanwhile too, until somebody ends it."""

    __tablename__ = "suspension"

    process_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    by: Mapped[str]  #: user name
    at: Mapped[datetime]
