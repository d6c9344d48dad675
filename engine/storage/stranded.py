"""Running cases that nothing would ever move again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from engine.model.incident import Incident
from engine.model.instance import RUNNING, instance_table, task_table
from engine.model.job import JobKind, JobState, job_table
from engine.model.subscription import subscription_table

_ID = instance_table.c.id
#: what moves a case on, sooner or later; a notice only speaks of a task
_MOVERS = (
    exists().where(
        job_table.c.instance_id == _ID,
        job_table.c.state.in_([JobState.READY.value, JobState.LEASED.value]),
        job_table.c.kind != JobKind.NOTICE.value,
    ),
    exists().where(subscription_table.c.instance_id == _ID),
    exists().where(task_table.c.instance_id == _ID, task_table.c.closed_at.is_(None)),
    exists().where(Incident.instance_id == _ID, Incident.resolved_at.is_(None)),
)


def stranded(session: Session, after: UUID | None, limit: int) -> tuple[list[UUID], UUID | None]:
    """Look at the next running cases; return those nothing moves, and where to go on.

    Args:
        after: where the last look ended; ``None``: at the beginning.
        limit: how many cases are looked at.

    Returns:
        The stranded ones, and the last case looked at; ``None`` when it was the last of all.
    """
    begin = after or UUID(int=0)
    portion = select(_ID).where(text(RUNNING), begin < _ID).order_by(_ID).limit(limit)
    last = list(session.scalars(portion.offset(limit - 1)))
    looked_at = portion.subquery("looked_at")
    found = session.scalars(
        select(_ID)
        .join(looked_at, looked_at.c.id == _ID)
        .where(*(~each for each in _MOVERS))
        .order_by(_ID)
    )
    return list(found), last[0] if last else None
