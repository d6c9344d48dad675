"""Job rows: queued once by their key, finished only with the fence that was given."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal_column, null, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model.incident import Incident
from engine.model.job import LEASED, UNFINISHED, Job, JobKind, JobState, job_table
from engine.storage.change import lost
from engine.storage.leases import job_of
from engine.storage.statements import Prepared

_FIELDS = tuple(field.name for field in dataclasses.fields(Job))


def close(session: Session, job: Job, state: JobState, *, error: str | None = None) -> None:
    """Record how a leased job ended.

    Raises:
        LeaseLost: another worker has the job, or its step no longer waits.
    """
    _write(session, job, _CLOSE, {"ended": state.value, "error": error})


def postpone(session: Session, job: Job, run_at: datetime, error: str) -> None:
    """Give a failed job another attempt later.

    Raises:
        LeaseLost: another worker has the job.
    """
    _write(session, job, _POSTPONE, {"later": run_at, "error": error})


def retry(session: Session, job_id: UUID, at: datetime) -> Job:
    """Make a job that gave up ready again, with all its attempts.

    Raises:
        NotFound: there is no such job, or it did not give up.
    """
    row = (
        session.execute(
            update(job_table)
            .where(job_table.c.id == job_id, job_table.c.state == JobState.INCIDENT.value)
            .values(state=JobState.READY.value, attempts=0, run_at=at, last_error=None)
            .returning(*job_table.c)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(f"no job {job_id} waits for a retry")
    return job_of(row)


def retry_of_token(session: Session, instance_id: UUID, token: str, at: datetime) -> list[Job]:
    """Make the jobs of one waiting step that gave up ready again, with all their attempts."""
    rows = session.execute(
        update(job_table)
        .where(
            job_table.c.instance_id == instance_id,
            job_table.c.token == token,
            job_table.c.state == JobState.INCIDENT.value,
        )
        .values(state=JobState.READY.value, attempts=0, run_at=at, last_error=None)
        .returning(*job_table.c)
    )
    return [job_of(row) for row in rows.mappings()]


def is_at_work(session: Session, instance_id: UUID, token: str) -> bool:
    """Tell whether a worker has a job of a waiting step; none takes one before the commit."""
    states = session.scalars(
        select(job_table.c.state)
        .where(job_table.c.instance_id == instance_id, job_table.c.token == token)
        .with_for_update()
    )
    return JobState.LEASED.value in list(states)


def is_leased(session: Session, job_id: UUID) -> bool:
    """Tell whether a worker has a job."""
    state = session.scalar(select(job_table.c.state).where(job_table.c.id == job_id))
    return bool(state == JobState.LEASED.value)


def resolve_incidents(session: Session, job_id: UUID, at: datetime) -> None:
    """Close the open incidents of a job."""
    session.execute(
        update(Incident)
        .where(Incident.job_id == job_id, Incident.resolved_at.is_(None))
        .values(resolved_at=at)
    )


def plan(session: Session, jobs: Sequence[Job]) -> None:
    """Add jobs; one that was planned before, by its key, stays as it is."""
    new = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    rows = [
        {name: getattr(each, name) for name in _FIELDS}
        | {"kind": each.kind.value, "state": each.state.value}
        for each in jobs
    ]
    if rows:
        statement = new(job_table).on_conflict_do_nothing(index_elements=["idem_key"])
        session.connection().execute(statement, rows)


def facts_of(session: Session, idem_key: str) -> Mapping[str, Any]:
    """Return what a job that was planned is about."""
    found: Mapping[str, Any] = session.scalars(
        select(job_table.c.facts).where(job_table.c.idem_key == idem_key)
    ).one()
    return found


def timers_by(session: Session, topic: str, after: UUID | None, limit: int) -> list[UUID]:
    """Return the next waiting timers of a topic, by id."""
    wanted = [
        job_table.c.kind == JobKind.TIMER.value,
        job_table.c.topic == topic,
        job_table.c.state == JobState.READY.value,
    ]
    if after is not None:
        wanted.append(job_table.c.id > after)
    return list(
        session.scalars(select(job_table.c.id).where(*wanted).order_by(job_table.c.id).limit(limit))
    )


def waiting(session: Session, job_id: UUID) -> Job | None:
    """Return a job that no worker has taken yet; none takes it before the commit."""
    row = (
        session.execute(
            select(job_table)
            .where(job_table.c.id == job_id, job_table.c.state == JobState.READY.value)
            .with_for_update()
        )
        .mappings()
        .one_or_none()
    )
    return job_of(row) if row is not None else None


def waiting_or_held(session: Session, job_id: UUID) -> Job | None:
    """Return a job that waits for a worker or that somebody holds; none takes it meanwhile."""
    states = [JobState.READY.value, JobState.HELD.value]
    row = (
        session.execute(
            select(job_table)
            .where(job_table.c.id == job_id, job_table.c.state.in_(states))
            .with_for_update()
        )
        .mappings()
        .one_or_none()
    )
    return job_of(row) if row is not None else None


def turn(session: Session, job: Job, state: JobState) -> None:
    """Hold a job that no worker has, or make it ready again at its own moment."""
    _end(session, job, state)


def notices_of(session: Session, instance_id: UUID, token: str) -> list[Job]:
    """Return what will still be told of a task; no worker takes it before the commit."""
    rows = session.execute(
        select(job_table)
        .where(
            job_table.c.instance_id == instance_id,
            job_table.c.token == token,
            job_table.c.kind == JobKind.NOTICE.value,
            job_table.c.state == JobState.READY.value,
        )
        .with_for_update()
    ).mappings()
    return [job_of(each) for each in rows]


def allow(session: Session, job_id: UUID, attempts: int) -> None:
    """Let a job be tried so many times from now on."""
    session.execute(
        update(job_table).where(job_table.c.id == job_id).values(attempts=0, max_attempts=attempts)
    )


def prefer(session: Session, job_id: UUID, priority: int) -> None:
    """Let a job run before those of lower priority."""
    session.execute(update(job_table).where(job_table.c.id == job_id).values(priority=priority))


def move(session: Session, job: Job, run_at: datetime) -> None:
    """Let a waiting job run at another moment."""
    session.execute(update(job_table).where(job_table.c.id == job.id).values(run_at=run_at))


def cancel(session: Session, job: Job) -> None:
    """Drop a job that no worker has taken."""
    _end(session, job, JobState.CANCELLED)


def done_by_hand(session: Session, job: Job) -> None:
    """Record that a job which no worker has taken was done without one."""
    _end(session, job, JobState.DONE)


def _end(session: Session, job: Job, state: JobState) -> None:
    session.execute(update(job_table).where(job_table.c.id == job.id).values(state=state.value))


def start_after(session: Session, job: Job) -> Mapping[str, Any] | None:
    """Return the facts of the start after this one of a repeating timer, once it is planned."""
    later = (
        select(job_table.c.facts)
        .where(
            job_table.c.kind == JobKind.START.value,
            job_table.c.token == job.token,
            job_table.c.element_id == job.element_id,
            job_table.c.created_at > job.created_at,
        )
        .order_by(job_table.c.created_at, job_table.c.id)
    )
    facts: Mapping[str, Any] | None = session.scalar(later.limit(1))
    return facts


def cancel_starts(session: Session, process_id: str, at: datetime) -> None:
    """Drop the timer starts planned for a process: a new version plans its own.

    One that is being run plans the next as it commits: that is waited for first, or this
    would not see it.
    """
    planned = (
        (job_table.c.kind == JobKind.START.value)
        & (job_table.c.token == process_id)
        & job_table.c.state.in_([each.value for each in UNFINISHED])
    )
    session.execute(select(job_table.c.id).where(planned).with_for_update())
    dropped = session.scalars(
        update(job_table)
        .where(planned)
        .values(state=JobState.CANCELLED.value)
        .returning(job_table.c.id)
    ).all()
    for each in dropped:
        resolve_incidents(session, each, at)


def _write(session: Session, job: Job, statement: Prepared, values: Mapping[str, Any]) -> None:
    held = {"of": job.id, "held": job.fence, **values}
    if statement.run(session.connection(), held) != 1:
        raise lost(job)


_HELD = update(job_table).where(
    job_table.c.id == bindparam("of"), job_table.c.fence == bindparam("held"), text(LEASED)
)
_CLOSE = Prepared(
    _HELD.values(state=bindparam("ended"), last_error=bindparam("error"), lease_until=null())
)
_POSTPONE = Prepared(
    _HELD.values(
        state=literal_column(f"'{JobState.READY.value}'"),
        run_at=bindparam("later"),
        last_error=bindparam("error"),
        lease_until=null(),
        worker=null(),
    )
)
