"""Batches as their pages show them: how far each has come, and what stood against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from engine.errors import Forbidden
from engine.findings import Detail, detail_from
from engine.model.batch import FAILED, Batch, BatchNotFound, BatchState, batch_item_table
from engine.model.instance import instance_table as instance
from engine.model.person import Actor

PAGE_SIZE: Final = 50
SHOWN: Final = 20  #: of those that failed alike
CAUSES: Final = 20
READERS: Final = frozenset({"ADMIN", "AUDITOR"})
_ITEM: Final = batch_item_table.c


@dataclass(frozen=True, slots=True)
class Stopped:
    """One thing that could not be done."""

    target_id: UUID
    title: str | None  #: of the case; ``None``: it is no case, or there is none


@dataclass(frozen=True, slots=True)
class Against:
    """What stood against it at one place."""

    process_id: str
    element_id: str
    why: Detail


@dataclass(frozen=True, slots=True)
class FailedAlike:
    """What could not be done for one cause."""

    code: str
    cause: str  #: as one of them says it
    count: int
    some: tuple[Stopped, ...]
    against: tuple[Against, ...] = ()  #: the cause place by place, in no language yet


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One batch with what stood against it."""

    batch: Batch
    failures: tuple[FailedAlike, ...]
    undone_by: UUID | None  #: the batch that takes it back


def may_read(actor: Actor) -> bool:
    """Tell whether the actor reads what was done to many cases."""
    return bool(READERS & actor.roles)


def must_read(actor: Actor) -> None:
    """Refuse who neither runs the site nor audits it.

    Raises:
        Forbidden: …
    """
    if not may_read(actor):
        raise Forbidden(f"{actor.username} is neither administrator nor auditor")


def newest(session: Session, actor: Actor, before: datetime | None) -> tuple[Batch, ...]:
    """Return the newest batches, one more than a page when there are more.

    Raises:
        Forbidden: the actor does not read them.
    """
    must_read(actor)
    asked = select(Batch).order_by(Batch.asked_at.desc(), Batch.id).limit(PAGE_SIZE + 1)
    if before is not None:
        asked = asked.where(Batch.asked_at < before)
    return tuple(session.scalars(asked))


def one(session: Session, batch_id: UUID, actor: Actor) -> BatchPage:
    """Return a batch as its page shows it.

    Raises:
        Forbidden: the actor does not read it.
        BatchNotFound: there is none.
    """
    must_read(actor)
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise BatchNotFound(f"no batch {batch_id}")
    undone_by = session.scalar(
        select(Batch.id)
        .where(Batch.of_batch == batch_id, Batch.state != BatchState.CANCELLED.value)
        .limit(1)
    )
    return BatchPage(batch, failures(session, batch_id), undone_by)


def failures(session: Session, batch_id: UUID) -> tuple[FailedAlike, ...]:
    """Return what could not be done in a batch, by cause, the most frequent first."""
    count = func.count().label("count")
    groups = session.execute(
        select(_ITEM.fingerprint, _ITEM.code, func.min(_ITEM.cause), count)
        .where(_ITEM.batch_id == batch_id, text(FAILED))
        .group_by(_ITEM.fingerprint, _ITEM.code)
        .order_by(count.desc(), _ITEM.fingerprint)
        .limit(CAUSES)
    ).all()
    some = _some(session, batch_id, [each[0] for each in groups])
    against = _against(session, batch_id, [each[0] for each in groups])
    return tuple(
        FailedAlike(
            code, cause, number, tuple(some.get(fingerprint, ())), against.get(fingerprint, ())
        )
        for fingerprint, code, cause, number in groups
    )


def _against(
    session: Session, batch_id: UUID, fingerprints: Sequence[str]
) -> dict[str, tuple[Against, ...]]:
    """Return what the first of each kind says, place by place."""
    firsts = (
        select(func.min(_ITEM.number))
        .where(_ITEM.batch_id == batch_id, text(FAILED), _ITEM.fingerprint.in_(fingerprints))
        .group_by(_ITEM.fingerprint)
    )
    rows = session.execute(
        select(_ITEM.fingerprint, _ITEM.details).where(
            _ITEM.batch_id == batch_id, _ITEM.number.in_(firsts)
        )
    )
    return {
        fingerprint: tuple(
            Against(each["process"], each["element"], detail_from(each)) for each in details or ()
        )
        for fingerprint, details in rows
    }


def _some(
    session: Session, batch_id: UUID, fingerprints: Sequence[str]
) -> dict[str, list[Stopped]]:
    """Return the first of each kind, all in one statement."""
    place = func.row_number().over(partition_by=_ITEM.fingerprint, order_by=_ITEM.number)
    ranked = (
        select(_ITEM.fingerprint, _ITEM.target_id, _ITEM.number, place.label("place"))
        .where(
            _ITEM.batch_id == batch_id,
            text(FAILED),
            _ITEM.fingerprint.in_(fingerprints),
        )
        .subquery("ranked")
    )
    rows = session.execute(
        select(ranked.c.fingerprint, ranked.c.target_id, instance.c.title)
        .outerjoin(instance, instance.c.id == ranked.c.target_id)
        .where(ranked.c.place <= SHOWN)
        .order_by(ranked.c.number)
    )
    found: dict[str, list[Stopped]] = {}
    for fingerprint, target_id, title in rows:
        found.setdefault(fingerprint, []).append(Stopped(target_id, title))
    return found
