"""What counts by a working calendar and still runs: deadlines of open tasks, and timers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.model.instance import instance_table, task_table
from engine.model.job import JobKind, JobState, job_table


class DueTask(NamedTuple):
    """An open task with a deadline."""

    task_id: UUID
    instance_id: UUID
    element_id: str
    name: str
    created_at: datetime
    due_at: datetime
    unit: str
    process_id: str
    definition_id: UUID
    title: str


class RunningTimer(NamedTuple):
    """A timer of a case that counts working time."""

    job_id: UUID
    instance_id: UUID
    element_id: str
    created_at: datetime
    run_at: datetime
    facts: Mapping[str, Any]
    unit: str
    definition_id: UUID
    title: str

    @property
    def process_id(self) -> str:
        """The process of the diagram that the timer stands in."""
        return str(self.facts["process_id"])


def due_tasks(
    session: Session, units: Collection[str] | None, after: UUID | None, limit: int
) -> list[DueTask]:
    """Return the next open tasks with a deadline, by id.

    Args:
        units: of their cases; ``None``: all.
    """
    wanted: list[ColumnElement[bool]] = [
        task_table.c.closed_at.is_(None),
        task_table.c.due_at.is_not(None),
    ]
    if units is not None:
        wanted.append(instance_table.c.unit.in_(sorted(units)))
    if after is not None:
        wanted.append(task_table.c.id > after)
    found: Sequence[Sequence[Any]] = session.execute(
        select(
            task_table.c.id,
            task_table.c.instance_id,
            task_table.c.element_id,
            task_table.c.name,
            task_table.c.created_at,
            task_table.c.due_at,
            instance_table.c.unit,
            instance_table.c.process_id,
            instance_table.c.definition_id,
            instance_table.c.title,
        )
        .join(instance_table, instance_table.c.id == task_table.c.instance_id)
        .where(*wanted)
        .order_by(task_table.c.id)
        .limit(limit)
    ).all()
    return [DueTask(*each) for each in found]


def running_timers(
    session: Session, topic: str, units: Collection[str] | None, after: UUID | None, limit: int
) -> list[RunningTimer]:
    """Return the next timers that no worker has taken yet, by id.

    Args:
        units: of their cases; ``None``: all.
    """
    wanted: list[ColumnElement[bool]] = [
        job_table.c.kind == JobKind.TIMER.value,
        job_table.c.topic == topic,
        job_table.c.state == JobState.READY.value,
    ]
    if units is not None:
        wanted.append(instance_table.c.unit.in_(sorted(units)))
    if after is not None:
        wanted.append(job_table.c.id > after)
    found: Sequence[Sequence[Any]] = session.execute(
        select(
            job_table.c.id,
            job_table.c.instance_id,
            job_table.c.element_id,
            job_table.c.created_at,
            job_table.c.run_at,
            job_table.c.facts,
            instance_table.c.unit,
            instance_table.c.definition_id,
            instance_table.c.title,
        )
        .join(instance_table, instance_table.c.id == job_table.c.instance_id)
        .where(*wanted)
        .order_by(job_table.c.id)
        .limit(limit)
    ).all()
    return [RunningTimer(*each) for each in found]
