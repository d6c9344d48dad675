"""Rows of paper that documents were scanned from."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.document import Document
from engine.model.original import ScanCertificate


def certificates(session: Session, document: Document) -> list[ScanCertificate]:
    """Return who found the newest version of a document true, in their order."""
    asked = select(ScanCertificate).where(
        ScanCertificate.document_id == document.id, ScanCertificate.number == document.newest
    )
    return list(session.scalars(asked.order_by(ScanCertificate.at)))
