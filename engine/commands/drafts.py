"""Keeping what somebody types before it is an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.errors import NotTaskHolder, Problem, RulesBroken, TaskAlreadyClosed, TaskNotFound
from engine.model.draft import DraftField
from engine.model.instance import TaskState, task_table
from engine.model.person import Actor
from engine.storage.database import UnitOfWork

MAX_TYPED = 10_000  #: characters in one field
MAX_CHANGES = 20_000  #: fields in one save


def save(
    uow: UnitOfWork, task_id: UUID, changes: Mapping[str, str | None], *, actor: Actor, at: datetime
) -> None:
    """Keep what was typed in some fields of a task, valid or not; ``None`` forgets a field.

    Raises:
        TaskNotFound, TaskAlreadyClosed, NotTaskHolder: nothing was kept.
        RulesBroken: more text than a form holds.
    """
    if len(changes) > MAX_CHANGES or any(len(each or "") > MAX_TYPED for each in changes.values()):
        raise RulesBroken([Problem("GEN-LENGTH", None, {"limit": str(MAX_TYPED)})])
    with uow:
        row = uow.session.execute(
            select(task_table.c.state, task_table.c.holder, task_table.c.closed_by).where(
                task_table.c.id == task_id
            )
        ).one_or_none()
        if row is None:
            raise TaskNotFound(task_id)
        if row.state in (TaskState.COMPLETED.value, TaskState.WITHDRAWN.value):
            raise TaskAlreadyClosed(task_id, row.state, row.closed_by)
        if row.holder != actor.username:
            raise NotTaskHolder(task_id, actor.username)
        _write(uow, task_id, changes, actor.username, at)
        uow.commit()


def _write(
    uow: UnitOfWork, task_id: UUID, changes: Mapping[str, str | None], by: str, at: datetime
) -> None:
    forgotten = [path for path, typed in changes.items() if typed is None]
    kept = [
        {"task_id": task_id, "path": path, "typed": typed, "by": by, "at": at}
        for path, typed in changes.items()
        if typed is not None
    ]
    if forgotten:
        uow.session.execute(
            delete(DraftField).where(DraftField.task_id == task_id, DraftField.path.in_(forgotten))
        )
    if kept:
        insert = sqlite_insert if uow.database.is_sqlite else postgresql_insert
        statement = insert(DraftField)
        new = statement.excluded
        uow.session.execute(
            statement.on_conflict_do_update(
                index_elements=["task_id", "path"], set_={"typed": new.typed, "by": new.by, "at": new.at}
            ),
            kept,
        )
