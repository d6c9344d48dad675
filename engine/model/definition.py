"""Deployed process folders and the definitions in them.

A *bundle* is the content of one deployed folder (diagrams, forms, texts, settings),
kept by hash; a *definition* is one process of a bundle with a version number. A case
keeps the definition, and so the bundle, it began with (R-BPM-05).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class BundleRow(Base):
    """The files of one deployed folder, zipped; the id is the SHA-256 of their content."""

    __tablename__ = "bundle"

    id: Mapped[str] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes]
    deployed_at: Mapped[datetime]  #: for the first time; a version may be put back later
    deployed_by: Mapped[str | None]


class Definition(Base):
    """One version of one process."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("process_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    process_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundle.id"))
    deployed_at: Mapped[datetime]  #: the same for all that was deployed together
    deployed_by: Mapped[str | None]  #: user name, or what did it
