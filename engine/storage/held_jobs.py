"""Jobs of a case that an administrator holds: no worker takes them until it goes on."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.model.job import JobKind, JobState, job_table

#: what moves a case on, or speaks of its steps; letters about what has happened still go out
_HELD: Final = [
    each.value
    for each in (
        JobKind.SERVICE,
        JobKind.EXTERNAL,
        JobKind.TIMER,
        JobKind.NOTICE,
        JobKind.MESSAGE,
        JobKind.SEND,
        JobKind.SIGNAL,
        JobKind.CALL,
        JobKind.RETURN,
    )
]


def hold(session: Session, instance_id: UUID) -> str | None:
    """Hold a case's jobs, unless a worker has one: return the element that one is of."""
    of_case = (job_table.c.instance_id == instance_id, job_table.c.kind.in_(_HELD))
    live = [JobState.READY.value, JobState.LEASED.value]
    found = session.execute(
        select(job_table.c.state, job_table.c.element_id)
        .where(*of_case, job_table.c.state.in_(live))
        .with_for_update()
    )
    for state, element_id in found:
        if state == JobState.LEASED.value:
            return str(element_id)
    session.execute(
        update(job_table)
        .where(*of_case, job_table.c.state == JobState.READY.value)
        .values(state=JobState.SUSPENDED.value)
    )
    return None


def let_go(session: Session, instance_id: UUID) -> None:
    """Make the held jobs of a case ready again, each at its own moment."""
    session.execute(
        update(job_table)
        .where(
            job_table.c.instance_id == instance_id, job_table.c.state == JobState.SUSPENDED.value
        )
        .values(state=JobState.READY.value)
    )
