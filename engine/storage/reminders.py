"""When somebody last asked after a task."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.event import EventKind, event_table


def asked_at(session: Session, instance_id: UUID, task_id: UUID) -> datetime | None:
    """Return when a person last reminded those who have a task; what the clock did is not asked."""
    columns = event_table.c
    found: datetime | None = session.scalar(
        select(func.max(columns.at)).where(
            columns.instance_id == instance_id,
            columns.task_id == task_id,
            columns.kind == EventKind.REMINDED.value,
            columns.actor.is_not(None),
        )
    )
    return found
