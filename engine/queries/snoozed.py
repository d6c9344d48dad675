"""What a person has put off: a condition for lists of tasks, and until when one task is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.model.snooze import Snooze


def is_snoozed(actor: Actor, at: datetime) -> ColumnElement[bool]:
    """Return the condition on ``human_task`` that the actor wants to see it only later."""
    return (
        exists()
        .where(Snooze.task_id == task.c.id, Snooze.person_id == actor.person_id, Snooze.until > at)
        .correlate(task)
    )


def snoozed_until(session: Session, task_id: UUID, actor: Actor, at: datetime) -> datetime | None:
    """Return the moment until which the actor has put a task off."""
    return session.scalar(
        select(Snooze.until).where(
            Snooze.task_id == task_id, Snooze.person_id == actor.person_id, Snooze.until > at
        )
    )
