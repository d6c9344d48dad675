"""Paper that documents were scanned from: taken in, found true by two people, and its end.

A row stands for the sheets themselves. A document without one was born electronic. Nothing here
is changed once it is written but by the next step of the same life: taken in, (allowed to be
destroyed, which a newer scan takes back), destroyed or returned (`domain.md` §5.4).
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

#: the roles of who keeps paper and finds scans true, and of who lets paper be destroyed
KEEPS: Final = "RECORDS"
ALLOWS: Final = "AUDITOR"
CERTIFIERS: Final = 2  #: people who find a scan true (R-ARC-01)


class Ending(enum.Enum):
    """What became of the paper."""

    DESTROYED = "destroyed"
    RETURNED = "returned"  #: to whom it belongs


class Original(Base):
    """The paper of one document."""

    __tablename__ = "paper_original"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    received_by: Mapped[str]
    received_at: Mapped[datetime]
    received_from: Mapped[str]  #: who handed it in, as he is named
    pages: Mapped[int]  #: counted on the paper; the scan has as many
    allowed_by: Mapped[str | None]  #: an auditor who lets it be destroyed
    allowed_at: Mapped[datetime | None]
    ending: Mapped[str | None]  #: of `Ending`
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]  #: when it was written down
    ended_on: Mapped[date | None]  #: the day it happened
    minute_no: Mapped[str | None]  #: of the minute that says so

    @property
    def is_there(self) -> bool:
        """Tell whether the paper still lies in the house."""
        return self.ending is None


class ScanCertificate(Base):
    """One person's word that a version of a document is the paper, whole and legible."""

    __tablename__ = "scan_certificate"

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("paper_original.document_id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)  #: of the version that was looked at
    certifier: Mapped[str] = mapped_column(primary_key=True)
    national_code: Mapped[str | None]  #: one person can have two accounts
    sha256: Mapped[str]  #: of that version
    at: Mapped[datetime]
