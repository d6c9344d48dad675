"""Rows of documents, for the commands that change them and the sweep that asks for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import DocumentNotFound
from engine.model.document import Document, DocumentVersion
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.model.substitution import StandIn
from engine.model.upload import Upload
from engine.storage.area_contents import held_by_areas


@dataclass(frozen=True, slots=True)
class Held:
    """What a case's file holds, all versions counted."""

    count: int
    size: int  #: bytes


def one(session: Session, document_id: UUID) -> Document:
    """Return a document to be changed; others wait until that is done.

    Raises:
        DocumentNotFound: there is none.
    """
    found = session.get(Document, document_id, with_for_update=True)
    if found is None:
        raise DocumentNotFound(document_id)
    return found


def counting(session: Session, instance_id: UUID) -> dict[UUID, DocumentVersion]:
    """Return what the documents of a case that count say now, by their ids, the oldest first."""
    found = session.scalars(
        select(DocumentVersion)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(
            Document.instance_id == instance_id,
            Document.withdrawn_at.is_(None),
            DocumentVersion.number == Document.newest,
        )
        .order_by(DocumentVersion.event_seq, DocumentVersion.document_id)
    )
    return {each.document_id: each for each in found}


def held_by(session: Session, instance_id: UUID) -> Held:
    """Return how much a case's file holds."""
    count, size = session.execute(
        select(func.count(), func.coalesce(func.sum(DocumentVersion.size), 0))
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.instance_id == instance_id)
    ).one()
    return Held(count, int(size))


def desks_and_holders(session: Session, instance_id: UUID) -> list[tuple[str, str | None]]:
    """Return where the steps of a case lie or lay, and who had them."""
    asked = select(task.c.desk, task.c.holder).where(task.c.instance_id == instance_id).distinct()
    return [(desk, holder) for desk, holder in session.execute(asked)]


@dataclass(frozen=True, slots=True)
class Part:
    """What of a case says who takes part in it."""

    process_id: str
    amount: int | None  #: in rials
    started_by: str
    party: str | None
    steps: Sequence[tuple[str, str | None]]  #: desk and holder of each step so far

    def is_of(self, actor: Actor) -> bool:
        """Tell whether somebody takes part in the case, so that its file is theirs to add to.

        Who started it, who is at a desk where it lies or lay or stands in there, and the party
        it is about; who only looks at it, like an auditor, does not.
        """
        return self._is_own(actor) or self.stands_of(actor) is not None

    def stands_of(self, actor: Actor) -> StandIn | None:
        """Return for whom somebody takes part in the case; ``None``: for himself, or not at all."""
        if self._is_own(actor):
            return None
        desks = sorted({desk for desk, _ in self.steps})
        ways = (actor.stands_at(each, self.process_id, self.amount) for each in desks)
        return next(filter(None, ways), None)

    def _is_own(self, actor: Actor) -> bool:
        if self.started_by == actor.username or self.party in actor.parties:
            return True
        return any(holder == actor.username or actor.sits_at(desk) for desk, holder in self.steps)


def is_adder(session: Session, document_id: UUID, username: str) -> bool:
    """Tell whether somebody brought a version of a document."""
    asked = select(DocumentVersion.number).where(
        DocumentVersion.document_id == document_id, DocumentVersion.added_by == username
    )
    return session.scalar(asked.limit(1)) is not None


def named(session: Session, hashes: Collection[str]) -> Collection[str]:
    """Return those of some hashes that rows name."""
    filed = select(DocumentVersion.sha256).where(DocumentVersion.sha256.in_(list(hashes)))
    waiting = select(Upload.sha256).where(Upload.sha256.in_(list(hashes)))
    return set(session.scalars(filed.union(waiting))) | held_by_areas(session, hashes)
