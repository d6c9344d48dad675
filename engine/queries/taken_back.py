"""Who took back the answer that had led to a step, and so closed it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.event import EventKind, event_table
from engine.model.instance import TaskState
from engine.model.instance import task_table as task


def taken_back_by(session: Session, task_id: UUID) -> str | None:
    """Return the user name of whose recall withdrew a step; ``None``: it was no recall.

    The step was closed in the transaction of the recall, and has its moment.
    """
    return session.scalar(
        select(event_table.c.actor)
        .join(
            task,
            (task.c.instance_id == event_table.c.instance_id)
            & (task.c.closed_at == event_table.c.at),
        )
        .where(
            task.c.id == task_id,
            task.c.state == TaskState.WITHDRAWN.value,
            event_table.c.kind == EventKind.TASK_RECALLED.value,
        )
    )
