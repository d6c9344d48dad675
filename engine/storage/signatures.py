"""Signatures of a case as rows: added, never changed but for being voided."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.document import Document, DocumentVersion
from engine.model.signature import KeptSignature
from engine.signing.content import FIRST, SeenDocument, chained, sha256


def standing(session: Session, instance_id: UUID) -> tuple[int, str]:
    """Return how many signatures a case has, and where their chain stands."""
    asked = (
        select(KeptSignature.number, KeptSignature.chain)
        .where(KeptSignature.instance_id == instance_id)
        .order_by(KeptSignature.number.desc())
        .limit(1)
    )
    found = session.execute(asked).first()
    return (found.number, found.chain) if found else (0, FIRST)


def of_case(session: Session, instance_id: UUID) -> Sequence[KeptSignature]:
    """Return the signatures of a case, the first first."""
    return session.scalars(
        select(KeptSignature)
        .where(KeptSignature.instance_id == instance_id)
        .order_by(KeptSignature.number)
    ).all()


def broken_links(session: Session, instance_id: UUID) -> list[int]:
    """Return the numbers of signatures at which the chain of a case does not hold (SIG-005)."""
    asked = (
        select(
            KeptSignature.number,
            KeptSignature.previous,
            KeptSignature.chain,
            KeptSignature.content_hash,
            KeptSignature.content,
        )
        .where(KeptSignature.instance_id == instance_id)
        .order_by(KeptSignature.number)
    )
    found, stands = [], FIRST
    for expected, each in enumerate(session.execute(asked), 1):
        is_whole = each.content is None or sha256(each.content) == each.content_hash
        follows = (each.number, each.previous) == (expected, stands)
        if not (is_whole and follows and each.chain == chained(stands, each.content_hash)):
            found.append(each.number)
        stands = each.chain
    return found


def of_document(session: Session, document_id: UUID) -> Sequence[KeptSignature]:
    """Return the signatures of a document, the first first."""
    return session.scalars(
        select(KeptSignature)
        .where(KeptSignature.document_id == document_id)
        .order_by(KeptSignature.number)
    ).all()


def has_signed(session: Session, document_id: UUID, username: str) -> bool:
    """Tell whether a document stands as somebody signed it: nobody signs twice.

    What nobody's hand did, such as an archive timestamp, leaves it so.
    """
    by_hand = select(func.max(DocumentVersion.number)).where(
        DocumentVersion.document_id == document_id, DocumentVersion.added_by != ""
    )
    asked = select(KeptSignature.id).where(
        KeptSignature.document_id == document_id,
        KeptSignature.username == username,
        KeptSignature.document_number == by_hand.scalar_subquery(),
    )
    return session.scalar(asked.limit(1)) is not None


def documents_seen(session: Session, instance_id: UUID) -> list[SeenDocument]:
    """Return the documents that people brought as they stand: who signs has them before him.

    What the process printed says what the case's values say, and whoever signs it besides signs
    the file; a version that is there because somebody signed it shows nothing new.
    """
    signed = (
        select(KeptSignature.id)
        .where(
            KeptSignature.document_id == DocumentVersion.document_id,
            KeptSignature.document_number == DocumentVersion.number,
        )
        .exists()
    )
    asked = (
        select(Document.id, DocumentVersion.number, DocumentVersion.sha256)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            Document.instance_id == instance_id,
            Document.withdrawn_at.is_(None),
            DocumentVersion.added_by != "",
            ~signed,
        )
        .order_by(DocumentVersion.number)
    )
    newest = {each.id: SeenDocument(*each) for each in session.execute(asked)}
    return list(newest.values())
