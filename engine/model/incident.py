"""Incidents: something went wrong that a person has to look at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class Incident(Base):
    """A job that gave up, with its cause; resolved by a retry that works."""

    __tablename__ = "incident"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id"), index=True)
    element_id: Mapped[str]
    code: Mapped[str]
    cause: Mapped[str]
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
