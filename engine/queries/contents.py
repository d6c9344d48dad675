"""How the stored contents of documents are: what was found damaged, and how far the look is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.damage import DamagedContent
from engine.model.document import Document, DocumentVersion
from engine.model.incident import Incident
from engine.model.instance import instance_table as instance
from engine.model.worker import Round
from engine.storage.contents import ROUND, Place


@dataclass(frozen=True, slots=True)
class Checked:
    """What the look at all contents has found, and how far it is."""

    damaged: int
    example: str | None  #: the hash of one of them
    behind: timedelta | None  #: its time; ``None``: nobody has looked yet


@dataclass(frozen=True, slots=True)
class DamagedDocument:
    """A version of a document whose content is damaged."""

    instance_id: UUID
    title: str  #: of the case
    document_id: UUID
    number: int
    name: str
    sha256: str
    found_at: datetime


def checked(session: Session, at: datetime) -> Checked:
    """Return what the look at all contents has found."""
    asked = select(func.count(), func.min(DamagedContent.sha256))
    damaged, example = session.execute(asked).one()
    made = session.get(Round, ROUND)
    reached = Place.read(made.reached) if made and made.reached else None
    return Checked(damaged, example, None if reached is None else reached.behind(at))


def damaged_documents(session: Session, fingerprint: str, limit: int) -> list[DamagedDocument]:
    """Return the documents whose contents are damaged in one way, the first found first."""
    found = session.execute(
        select(
            Document.instance_id,
            instance.c.title,
            Document.id,
            DocumentVersion.number,
            DocumentVersion.name,
            DocumentVersion.sha256,
            DamagedContent.found_at,
        )
        .join(Incident, Incident.id == DamagedContent.incident_id)
        .join(DocumentVersion, DocumentVersion.sha256 == DamagedContent.sha256)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(instance, instance.c.id == Document.instance_id)
        .where(Incident.fingerprint == fingerprint)
        .order_by(DamagedContent.found_at, Document.id, DocumentVersion.number)
        .limit(limit)
    )
    return [DamagedDocument(*each) for each in found]
