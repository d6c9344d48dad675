"""Draft rows: what somebody typed into the fields of a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.draft import DraftField
from engine.model.instance import TaskState, task_table


def write(
    session: Session, task_id: UUID, changes: Mapping[str, str | None], *, by: str, at: datetime
) -> None:
    """Keep the texts by field path; ``None`` forgets a field."""
    forgotten = [path for path, typed in changes.items() if typed is None]
    kept = [
        {"task_id": task_id, "path": path, "typed": typed, "by": by, "at": at}
        for path, typed in changes.items()
        if typed is not None
    ]
    if forgotten:
        session.execute(
            delete(DraftField).where(DraftField.task_id == task_id, DraftField.path.in_(forgotten))
        )
    if kept:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        statement = (sqlite_insert if is_sqlite else postgresql_insert)(DraftField)
        new = statement.excluded
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["task_id", "path"],
                set_={"typed": new.typed, "by": new.by, "at": new.at},
            ),
            kept,
        )


def forget_withdrawn(session: Session, task_id: UUID, *, by: str) -> None:
    """Forget what somebody typed into a task, if that was withdrawn."""
    withdrawn = select(task_table.c.id).where(
        task_table.c.id == task_id, task_table.c.state == TaskState.WITHDRAWN.value
    )
    session.execute(
        delete(DraftField).where(DraftField.task_id.in_(withdrawn), DraftField.by == by)
    )
