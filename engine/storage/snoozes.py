"""Snooze rows: written by one person, for that person's list alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.snooze import Snooze


def write(
    session: Session, task_id: UUID, person_id: UUID, *, until: datetime, at: datetime
) -> None:
    """Put a task off; a later moment replaces the one before."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = (sqlite_insert if is_sqlite else postgresql_insert)(Snooze)
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["task_id", "person_id"], set_={"until": new.until, "at": new.at}
        ),
        [{"task_id": task_id, "person_id": person_id, "until": until, "at": at}],
    )


def forget(session: Session, task_id: UUID, person_id: UUID) -> bool:
    """Let a person see a task again; tell whether it was put off."""
    gone = session.execute(
        delete(Snooze).where(Snooze.task_id == task_id, Snooze.person_id == person_id)
    )
    assert isinstance(gone, CursorResult)
    return gone.rowcount > 0
