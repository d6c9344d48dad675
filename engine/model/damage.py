"""Contents of documents that are missing, or are not any more what was handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

DAMAGED: Final = "ARC-001"  #: code of the incident of a content that is missing or was changed


class DamagedContent(Base):
    """One content that does not hash to its name; gone from here once it does again."""

    __tablename__ = "damaged_content"

    sha256: Mapped[str] = mapped_column(primary_key=True)  #: as rows of documents name it
    found: Mapped[str | None]  #: what it hashes to now; ``None``: it cannot be read at all
    found_at: Mapped[datetime]
    looked_at: Mapped[datetime]  #: the last time
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"), unique=True)

    @property
    def cause(self) -> str:
        """What is wrong with it, for its incident; hashes are quoted, so that causes are alike."""
        if self.found is None:
            return f"the content '{self.sha256}' is missing or cannot be read"
        return f"the content '{self.sha256}' was changed: it hashes to '{self.found}'"
