"""Documents of a case: what was handed in, in which versions, and whether it still counts.

The rows name the content by its SHA-256; the content itself lies in the document store.
Nothing here is ever deleted by a person: a document is replaced by a newer version, or
withdrawn with a reason.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import DocumentWithdrawn
from engine.model.base import Base, new_id


class Document(Base):
    """One document of one case."""

    __tablename__ = "document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    task_id: Mapped[UUID | None]  #: the step it was handed in with, if any
    element_id: Mapped[str | None]  #: of that step
    field: Mapped[str | None]  #: of its form, when that asked for it
    newest: Mapped[int] = mapped_column(default=1)  #: number of the version that counts
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]

    def replace(self) -> int:
        """Make room for a newer version and return its number.

        Raises:
            DocumentWithdrawn: it does not count any more.
        """
        self._must_count()
        self.newest += 1
        return self.newest

    def withdraw(self, actor: str, reason: str, at: datetime) -> None:
        """Let it count no more; it stays to be read.

        Raises:
            DocumentWithdrawn: it was withdrawn before.
        """
        self._must_count()
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_reason = at, actor, reason

    def _must_count(self) -> None:
        if self.withdrawn_at is not None:
            raise DocumentWithdrawn(self.id)


class DocumentVersion(Base):
    """One state of a document: a content, under a name, brought by somebody."""

    __tablename__ = "document_version"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]  #: cleaned, with its extension
    kind: Mapped[str]  #: found from the content; a name of `engine.documents.KINDS`
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes
    sha256: Mapped[str] = mapped_column(index=True)  #: hexadecimal digits
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    event_seq: Mapped[int]  #: the line of the case's trail that tells of it
    scanned: Mapped[bool]  #: a virus scanner found nothing
