"""A case as it stands in its rows: what is open of it, so that two moments can be compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import CaseNotFound
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.job import UNFINISHED, JobKind, JobState, job_table
from engine.model.subscription import Listens, subscription_table


@dataclass(frozen=True, slots=True)
class TaskState:
    """An open task."""

    id: UUID
    token: str
    element_id: str
    name: str
    desk: str
    holder: str | None
    due_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job that is not done."""

    id: UUID
    token: str
    element_id: str
    kind: JobKind
    topic: str | None
    state: JobState
    run_at: datetime
    attempts: int
    max_attempts: int
    last_error: str | None
    worker: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """Something the case listens for."""

    token: str
    element_id: str
    kind: Listens
    name: str
    correlation: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CaseState:
    """All that is open of a case, and its values."""

    id: UUID
    version: int  #: grows with each change
    state: InstanceState
    process_id: str
    definition_id: UUID
    variables: Mapping[str, Any]
    tasks: tuple[TaskState, ...]
    jobs: tuple[JobLine, ...]
    listens: tuple[Heard, ...]


def case_state(session: Session, instance_id: UUID) -> CaseState:
    """Return a case as its rows have it now.

    Raises:
        CaseNotFound: there is none.
    """
    of = instance.c
    row = session.execute(
        select(of.version, of.state, of.process_id, of.definition_id, of.variables).where(
            of.id == instance_id
        )
    ).one_or_none()
    if row is None:
        raise CaseNotFound(instance_id)
    return CaseState(
        instance_id,
        row.version,
        InstanceState(row.state),
        row.process_id,
        row.definition_id,
        row.variables or {},
        _tasks(session, instance_id),
        _jobs(session, instance_id),
        _listens(session, instance_id),
    )


def _tasks(session: Session, instance_id: UUID) -> tuple[TaskState, ...]:
    columns = (
        task.c.id, task.c.token, task.c.element_id, task.c.name, task.c.desk, task.c.holder,
        task.c.due_at, task.c.created_at,
    )  # fmt: skip
    rows = session.execute(
        select(*columns)
        .where(task.c.instance_id == instance_id, task.c.closed_at.is_(None))
        .order_by(task.c.id)
    )
    return tuple(TaskState(*each) for each in rows)


def _jobs(session: Session, instance_id: UUID) -> tuple[JobLine, ...]:
    of = job_table.c
    rows = session.execute(
        select(
            of.id, of.token, of.element_id, of.kind, of.topic, of.state, of.run_at, of.attempts,
            of.max_attempts, of.last_error, of.worker, of.created_at,
        )
        .where(of.instance_id == instance_id, of.state.in_([each.value for each in UNFINISHED]))
        .order_by(of.run_at, of.id)
    )  # fmt: skip
    return tuple(
        JobLine(id_, token, element, JobKind(kind), topic, JobState(state), *rest)
        for id_, token, element, kind, topic, state, *rest in rows
    )


def _listens(session: Session, instance_id: UUID) -> tuple[Heard, ...]:
    of = subscription_table.c
    rows = session.execute(
        select(of.token, of.element_id, of.kind, of.name, of.correlation, of.created_at)
        .where(of.instance_id == instance_id)
        .order_by(of.id)
    )
    return tuple(
        Heard(token, element, Listens(kind), name, correlation, at)
        for token, element, kind, name, correlation, at in rows
    )


def has_others(
    session: Session, instance_id: UUID, *, jobs: Collection[UUID], tasks: Collection[UUID]
) -> bool:
    """Tell whether one of these jobs and tasks is of another case."""
    return any(
        ids
        and session.scalar(
            select(func.count()).where(
                table.c.id.in_(ids), table.c.instance_id.is_distinct_from(instance_id)
            )
        )
        for table, ids in ((job_table, jobs), (task, tasks))
    )


def hearers_of(session: Session, signal: str) -> int:
    """Return how many cases and starts of processes listen for a signal now."""
    of = subscription_table.c
    return (
        session.scalar(
            select(func.count()).where(
                of.kind == Listens.SIGNAL.value, of.name == signal, of.correlation == ""
            )
        )
        or 0
    )
