"""Cases that went on in another version of their definition, and how each stood before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class InstanceMigration(Base):
    """One migration of one case; it can be undone until something else touches the case."""

    __tablename__ = "instance_migration"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    from_definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    to_definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    plan: Mapped[Mapping[str, Any]]  #: as `engine.bpmn.read_plan` reads it
    snapshot: Mapped[bytes]  #: of the case before
    variables: Mapped[Mapping[str, Any]]  #: of the case before
    tasks: Mapped[Mapping[str, Any]]  #: by id: what tasks said before, where that changed
    version: Mapped[int]  #: of the case when it was done; another one means it was touched
    at: Mapped[datetime]
    by: Mapped[str]
    undone_at: Mapped[datetime | None]
