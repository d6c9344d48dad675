"""Whether work for later is done in time: cheap, however much of it waits for its moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from engine.model.incident import OPEN, Incident
from engine.model.job import CLAIMABLE, JobKind, job_table
from engine.model.worker import WorkerRow

MOST: Final = 1_000  #: due jobs that are counted
_LETTERS: Final = (JobKind.MAIL.value, JobKind.SMS.value)


@dataclass(frozen=True, slots=True)
class Queue:
    """What is due and not done."""

    due: int  #: at most `MOST` of each priority
    oldest: datetime | None  #: since when the first of them waits


def queue(session: Session, at: datetime) -> Queue:
    """Return what is due.

    The index has the jobs by priority and then by moment, so each priority is asked for by
    itself: jobs that wait for a moment to come are not looked at.
    """
    job = job_table.c
    due, oldest = 0, None
    top = session.scalar(select(func.max(job.priority)).where(text(CLAIMABLE)))
    while top is not None:
        here: tuple[ColumnElement[bool], ...] = (job.priority == top, job.run_at <= at)
        first = select(job.run_at).where(text(CLAIMABLE), *here).order_by(job.run_at)
        some = first.limit(MOST).subquery()
        count, since = session.execute(select(func.count(), func.min(some.c.run_at))).one()
        due += count
        oldest = min(filter(None, (oldest, since)), default=None)
        below = select(func.max(job.priority)).where(text(CLAIMABLE), job.priority < top)
        top = session.scalar(below)
    return Queue(due, oldest)


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """One worker, alive or lately so."""

    host: str
    started_at: datetime
    beat_at: datetime
    is_stopping: bool


def workers(session: Session) -> tuple[SeenWorker, ...]:
    """Return the workers that gave a sign of life within the last hour."""
    found = select(
        WorkerRow.host, WorkerRow.started_at, WorkerRow.beat_at, WorkerRow.stopping
    ).order_by(WorkerRow.host, WorkerRow.started_at)
    return tuple(SeenWorker(*each) for each in session.execute(found))


def unsent(session: Session) -> int:
    """Return how many letters and short messages gave up, at most `MOST`."""
    stuck = (
        select(Incident.id)
        .join(job_table, job_table.c.id == Incident.job_id)
        .where(text(OPEN), job_table.c.kind.in_(_LETTERS))
        .limit(MOST)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(stuck)) or 0
