"""Which signed documents are looked at next, and which need another timestamp."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from engine.model.archive_stamp import NOT_RENEWED, ArchiveStamp
from engine.model.document import Document, DocumentVersion
from engine.model.incident import Incident
from engine.model.signature import KeptSignature


def signed_after(
    session: Session, reached: UUID | None, before: datetime, limit: int
) -> list[tuple[UUID, UUID]]:
    """Return signatures with a timestamp, in the order they came, each with its document.

    Args:
        reached: the last one that was looked at.
        before: those of later come with the next look, so that none is overtaken.
    """
    asked = (
        select(KeptSignature.id, KeptSignature.document_id)
        .where(
            KeptSignature.document_id.is_not(None),
            KeptSignature.stamped_at.is_not(None),
            KeptSignature.signed_at < before,
        )
        .order_by(KeptSignature.id)
        .limit(limit)
    )
    if reached is not None:
        asked = asked.where(KeptSignature.id > reached)
    return [(signature, document) for signature, document in session.execute(asked) if document]


def unstamped(session: Session, again: datetime, limit: int) -> list[UUID]:
    """Return documents whose newest version was signed without a timestamp, the oldest first.

    Args:
        again: whoever was tried in vain after it is left alone.
    """
    asked = (
        select(Document.id)
        .join(
            KeptSignature,
            (KeptSignature.document_id == Document.id)
            & (KeptSignature.document_number == Document.newest),
        )
        .outerjoin(ArchiveStamp, ArchiveStamp.document_id == Document.id)
        .where(
            Document.withdrawn_at.is_(None),
            KeptSignature.stamped_at.is_(None),
            or_(ArchiveStamp.document_id.is_(None), ArchiveStamp.tried_at < again),
        )
        .order_by(KeptSignature.id)
        .limit(limit)
    )
    return list(session.scalars(asked))


def due(session: Session, before: datetime, again: datetime, limit: int) -> list[UUID]:
    """Return documents whose proof ends before a moment, those tried the longest ago first.

    Args:
        again: whoever was tried in vain after it is left alone.
    """
    asked = (
        select(ArchiveStamp.document_id)
        .join(Document, Document.id == ArchiveStamp.document_id)
        .where(
            ArchiveStamp.ends_at < before,
            Document.withdrawn_at.is_(None),
            or_(ArchiveStamp.tried_at.is_(None), ArchiveStamp.tried_at < again),
        )
        .order_by(func.coalesce(ArchiveStamp.tried_at, ArchiveStamp.ends_at))
        .limit(limit)
    )
    return list(session.scalars(asked))


def newest(session: Session, documents: Sequence[UUID]) -> list[DocumentVersion]:
    """Return the version that counts of each document that was not withdrawn."""
    asked = (
        select(DocumentVersion)
        .join(
            Document,
            (Document.id == DocumentVersion.document_id)
            & (Document.newest == DocumentVersion.number),
        )
        .where(Document.id.in_(documents), Document.withdrawn_at.is_(None))
    )
    return list(session.scalars(asked))


def unproved(session: Session) -> int:
    """Return how many documents got no new timestamp although it was time."""
    asked = select(func.count()).where(ArchiveStamp.incident_id.is_not(None))
    return session.scalar(asked) or 0


def resolve_gone(session: Session, at: datetime) -> None:
    """End the incidents of documents that were purged with their case, or withdrawn."""
    stands = (
        select(ArchiveStamp.document_id)
        .join(Document, Document.id == ArchiveStamp.document_id)
        .where(ArchiveStamp.incident_id == Incident.id, Document.withdrawn_at.is_(None))
        .exists()
    )
    open_ones = (Incident.code == NOT_RENEWED, Incident.resolved_at.is_(None), ~stands)
    session.execute(
        update(Incident)
        .where(*open_ones)
        .values(resolved_at=at)
        .execution_options(synchronize_session=False)
    )
