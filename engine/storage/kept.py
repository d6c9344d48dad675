"""Rows of answers that did not arrive, and of pages that are open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.instance import task_table as task
from engine.model.kept import KeptAnswer, Presence, WhyKept

#: a page that has not said so for longer is not open any more; it says so every half minute
GONE: Final = timedelta(seconds=90)


def is_task(session: Session, task_id: UUID) -> bool:
    """Tell whether there is such a step."""
    return session.scalar(select(task.c.id).where(task.c.id == task_id)) is not None


def one(session: Session, person_id: UUID, task_id: UUID) -> KeptAnswer | None:
    """Return what somebody's answer to a step was, if it did not arrive."""
    return session.get(KeptAnswer, (person_id, task_id), with_for_update=True)


def keep(
    session: Session,
    person_id: UUID,
    task_id: UUID,
    typed: dict[str, str],
    why: WhyKept,
    at: datetime,
) -> None:
    """Keep an answer; what was kept of it before stays where nothing newer was typed."""
    row = {"person_id": person_id, "task_id": task_id}
    found = one(session, person_id, task_id)
    if found is None:
        session.add(KeptAnswer(**row, why=why.value, typed=typed, at=at))
    else:
        found.typed, found.why, found.at = {**found.typed, **typed}, why.value, at


def is_here(session: Session, person_id: UUID, task_id: UUID, at: datetime) -> None:
    """Say that somebody has a step open; after a pause it counts as opened anew."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = (sqlite_insert if is_sqlite else postgresql_insert)(Presence)
    forgotten = delete(Presence).where(Presence.task_id == task_id, Presence.seen_at < at - GONE)
    session.execute(forgotten)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["task_id", "person_id"], set_={"seen_at": statement.excluded.seen_at}
        ),
        {"task_id": task_id, "person_id": person_id, "since": at, "seen_at": at},
    )


def leave(session: Session, person_id: UUID, task_id: UUID) -> None:
    """Say that somebody has closed a step's page."""
    session.execute(
        delete(Presence).where(Presence.task_id == task_id, Presence.person_id == person_id)
    )


def forget_gone(session: Session, at: datetime) -> None:
    """Forget every page that is not open any more."""
    session.execute(delete(Presence).where(Presence.seen_at < at - GONE))
