"""Everything in the database of a run: its few cases whole, with what waits in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.event import Event, EventKind, event_table
from engine.model.incident import Incident
from engine.model.instance import Instance, instance_table
from engine.model.job import UNFINISHED, Job, JobKind, JobState, job_table
from engine.model.person import Representation, Unit
from engine.storage.cases import CaseStore
from engine.storage.leases import job_of

_UNFINISHED = [each.value for each in UNFINISHED]


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a run has come to."""

    cases: tuple[Instance, ...]  #: oldest first, with their open tasks
    jobs: tuple[Job, ...]  #: not done, the first to run first
    events: tuple[Event, ...]  #: in the order they were written
    incidents: tuple[Incident, ...]


def whole(session: Session, after: Mapping[UUID, int] | None = None) -> Whole:
    """Return what stands, with the events written since.

    Args:
        after: the number of the last event of each case that is known already.
    """
    ids = session.scalars(
        select(instance_table.c.id).order_by(instance_table.c.started_at, instance_table.c.id)
    ).all()
    store = CaseStore(session.connection())
    known = after or {}
    rows = session.execute(
        select(event_table).order_by(event_table.c.at, event_table.c.instance_id, event_table.c.seq)
    ).mappings()
    events = [
        Event(**{**row, "kind": EventKind(row["kind"])})
        for row in rows
        if row["seq"] > known.get(row["instance_id"], 0)
    ]
    open_incidents = select(Incident).where(Incident.resolved_at.is_(None))
    return Whole(
        tuple(store.one(each) for each in ids),
        unfinished_jobs(session),
        tuple(events),
        tuple(session.scalars(open_incidents.order_by(Incident.opened_at, Incident.id))),
    )


def unfinished_jobs(session: Session) -> tuple[Job, ...]:
    """Return the jobs that are not done, the first to run first."""
    found = (
        select(job_table)
        .where(job_table.c.state.in_(_UNFINISHED))
        .order_by(job_table.c.run_at, job_table.c.id)
    )
    return tuple(job_of(each) for each in session.execute(found).mappings())


def ready_jobs(session: Session, until: datetime) -> tuple[Job, ...]:
    """Return the jobs that are due until a moment and that nobody runs, the first first."""
    found = (
        select(job_table)
        .where(
            job_table.c.state == JobState.READY.value,
            job_table.c.kind != JobKind.EXTERNAL.value,
            job_table.c.run_at <= until,
        )
        .order_by(job_table.c.run_at, job_table.c.id)
    )
    return tuple(job_of(each) for each in session.execute(found).mappings())


def case_of(session: Session, task_id: UUID) -> Instance:
    """Return the case of a task.

    Raises:
        TaskNotFound: there is no such task.
    """
    return CaseStore(session.connection()).read(task_id).instance


def count_of_cases(session: Session) -> int:
    """Return how many cases there are."""
    return session.scalar(select(func.count()).select_from(instance_table)) or 0


def units(session: Session) -> tuple[str, ...]:
    """Return the units, those that have none below them first."""
    above = set(session.scalars(select(Unit.parent_code).where(Unit.parent_code.is_not(None))))
    codes = session.scalars(select(Unit.code).order_by(Unit.code))
    return tuple(sorted(codes, key=lambda code: (code in above, code)))


def parties(session: Session, role: str) -> tuple[str, ...]:
    """Return the organisations somebody represents in a role."""
    found = select(Representation.party).where(Representation.role == role).distinct()
    return tuple(session.scalars(found.order_by(Representation.party)))
