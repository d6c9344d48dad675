"""Steps of a version that an administrator holds: no worker takes up their work meanwhile."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class HeldStep(Base):
    """It holds for every case of the version, those that come meanwhile too."""

    __tablename__ = "held_step"

    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"), primary_key=True)
    element_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    by: Mapped[str]  #: user name
    at: Mapped[datetime]
