"""Rows of documents that wait for the case they were handed in for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.model.upload import Upload
from engine.storage.documents import Held

#: a start form that is open longer asks for its documents again
WAITS: Final = timedelta(days=1)


def waiting(
    session: Session, person_id: UUID, process_id: str, ids: Collection[UUID]
) -> Sequence[Upload]:
    """Return those of some documents that wait for this person's case of a process."""
    if not ids:
        return ()
    asked = select(Upload).where(
        Upload.id.in_(list(ids)), Upload.person_id == person_id, Upload.process_id == process_id
    )
    return session.scalars(asked.order_by(Upload.id)).all()


def held_by(session: Session, person_id: UUID) -> Held:
    """Return how much waits for somebody's cases."""
    asked = select(func.count(), func.coalesce(func.sum(Upload.size), 0))
    count, size = session.execute(asked.where(Upload.person_id == person_id)).one()
    return Held(count, int(size))


def forget_unclaimed(session: Session, at: datetime) -> None:
    """Forget what no start has claimed in time."""
    session.execute(delete(Upload).where(Upload.at < at - WAITS))
