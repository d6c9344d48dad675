"""Signatures as pages show them, and what anybody may know of a document by its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.document import Document, DocumentVersion
from engine.model.paper import Paper
from engine.model.signature import KeptSignature
from engine.signing.codes import id_of
from engine.storage.signatures import broken_links, of_case


@dataclass(frozen=True, slots=True)
class Known:
    """What anybody may know who has the code of a document: that it is here, and its hashes."""

    document_id: UUID
    number: str | None  #: of its register, of a paper that was printed here
    version: int
    sha256: str
    added_at: datetime
    is_withdrawn: bool
    hashes: frozenset[str]  #: of every version


def known_by(session: Session, code: str) -> Known | None:
    """Return what a code leads to; ``None``: nothing."""
    paper = session.scalar(select(Paper).where(Paper.code == code.strip()))
    document_id = paper.document_id if paper else id_of(code)
    document = session.get(Document, document_id) if document_id else None
    if document is None:
        return None
    asked = select(DocumentVersion).where(DocumentVersion.document_id == document.id)
    versions = session.scalars(asked.order_by(DocumentVersion.number)).all()
    newest = versions[-1]
    return Known(
        document.id,
        paper.number if paper else None,
        newest.number,
        newest.sha256,
        newest.added_at,
        document.withdrawn_at is not None,
        frozenset(each.sha256 for each in versions),
    )


def versions_with(session: Session, digest: str) -> bool:
    """Tell whether a file of these bytes is kept here."""
    asked = select(DocumentVersion.number).where(DocumentVersion.sha256 == digest)
    return session.scalar(asked.limit(1)) is not None


def shown(session: Session, instance_id: UUID) -> tuple[Sequence[KeptSignature], list[int]]:
    """Return the signatures of a case, the first first, and at which the chain is broken."""
    return of_case(session, instance_id), broken_links(session, instance_id)
