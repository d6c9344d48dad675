"""Rows of a case that goes on in another version: what a step never changes in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from engine.model.instance import HumanTask, InstanceState, instance_table, task_table
from engine.model.job import UNFINISHED, JobState, job_table
from engine.model.migration import InstanceMigration
from engine.model.subscription import subscription_table

_OPEN = [each.value for each in UNFINISHED]


def rehome(session: Session, instance_id: UUID, definition_id: UUID) -> None:
    """Give a case another definition."""
    session.execute(
        update(instance_table)
        .where(instance_table.c.id == instance_id)
        .values(definition_id=definition_id)
    )


def retitle(session: Session, tasks: Iterable[HumanTask]) -> None:
    """Write what tasks are called and where they lie."""
    for task in tasks:
        session.execute(
            update(task_table)
            .where(task_table.c.id == task.id)
            .values(
                element_id=task.element_id,
                name=task.name,
                lane=task.lane,
                desk=task.desk,
                form_id=task.form_id,
            )
        )


def steps_done(session: Session, instance_id: UUID) -> dict[UUID, str]:
    """Return the elements of a case's closed tasks."""
    columns = select(task_table.c.id, task_table.c.element_id)
    closed = task_table.c.closed_at.is_not(None)
    rows = session.execute(columns.where(task_table.c.instance_id == instance_id, closed))
    return {row.id: row.element_id for row in rows}


def rename_steps(session: Session, elements: Mapping[UUID, str]) -> None:
    """Let closed tasks stand for other elements, so that rules between steps still find them."""
    for task_id, element_id in elements.items():
        session.execute(
            update(task_table).where(task_table.c.id == task_id).values(element_id=element_id)
        )


def relabel(session: Session, instance_id: UUID, token: str, element_id: str, name: str) -> None:
    """Let the jobs of a token, and what it listens for, name another element or message."""
    session.execute(
        update(job_table)
        .where(
            job_table.c.instance_id == instance_id,
            job_table.c.token == token,
            job_table.c.state.in_(_OPEN),
        )
        .values(element_id=element_id)
    )
    session.execute(
        update(subscription_table)
        .where(subscription_table.c.instance_id == instance_id, subscription_table.c.token == token)
        .values(element_id=element_id, name=name)
    )


def revive_jobs(session: Session, instance_id: UUID, tokens: Sequence[str]) -> None:
    """Make the cancelled jobs of these tokens ready again."""
    session.execute(
        update(job_table)
        .where(
            job_table.c.instance_id == instance_id,
            job_table.c.token.in_(tokens),
            job_table.c.state == JobState.CANCELLED.value,
        )
        .values(state=JobState.READY.value)
    )


def last_migration(session: Session, instance_id: UUID) -> InstanceMigration | None:
    """Return the newest migration of a case that was not undone."""
    return session.scalar(
        select(InstanceMigration)
        .where(InstanceMigration.instance_id == instance_id, InstanceMigration.undone_at.is_(None))
        .order_by(InstanceMigration.version.desc())
        .limit(1)
    )


def running(session: Session, definition_id: UUID) -> list[UUID]:
    """Return the running cases of a definition, oldest first."""
    return list(session.scalars(running_of(definition_id).order_by(instance_table.c.id)))


def running_of(definition_id: UUID) -> Select[Any]:
    """Return the statement for the running cases of a definition."""
    return select(instance_table.c.id).where(
        instance_table.c.definition_id == definition_id,
        instance_table.c.state == InstanceState.RUNNING.value,
    )
