"""Until when the timestamps of a signed document prove its signatures (`domain.md` R-SIG-03)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

NOT_RENEWED: Final = "ARC-002"  #: code of the incident of a document that got no new timestamp


class ArchiveStamp(Base):
    """What is known of the newest version of one signed PDF."""

    __tablename__ = "archive_stamp"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)  #: of its newest timestamp
    tried_at: Mapped[datetime | None]  #: to add another, the last time, in vain
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
