"""Filters of the list of work that people keep under a name, for themselves or for a desk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id

LONGEST_NAME = 60
LONGEST_QUERY = 2_000


class SavedFilter(Base):
    """What somebody asks of a list again and again."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))  #: whose it is
    name: Mapped[str]
    query: Mapped[str]  #: as it stands in the address of the list
    desk: Mapped[str | None] = mapped_column(index=True)  #: everybody there sees it too
    kept_at: Mapped[datetime]
