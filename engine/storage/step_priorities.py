"""Priorities of the work of steps: over those of jobs that are written, and on what waits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, case, func, literal_column, select, text, update
from sqlalchemy.orm import Session

from engine.model.instance import RUNNING, instance_table
from engine.model.job import UNFINISHED, job_table
from engine.model.step_priority import StepPriority
from engine.storage.held_steps import KINDS

_table: Final = cast(Table, StepPriority.__table__)


def said(
    session: Session, definition_ids: Collection[UUID]
) -> dict[tuple[UUID, str], StepPriority]:
    """Return what was said of steps of some versions, by version and element."""
    found = session.scalars(
        select(StepPriority).where(StepPriority.definition_id.in_(definition_ids))
    )
    return {(each.definition_id, each.element_id): each for each in found}


def said_over(
    kind: ColumnElement[str],
    definition_id: ColumnElement[UUID],
    element_id: ColumnElement[str],
    otherwise: ColumnElement[int],
) -> ColumnElement[int]:
    """Return the priority of a job as it is written: what was said of its step, else its own.

    It is asked within the statement that writes the job, so that no case pays a question of its
    own for what hardly ever is said.
    """
    said = (
        select(_table.c.priority)
        .where(_table.c.definition_id == definition_id, _table.c.element_id == element_id)
        .scalar_subquery()
    )
    kinds = sorted(each.value for each in KINDS)
    of_ours = kind.in_([literal_column(f"'{each}'") for each in kinds])
    return case((of_ours, func.coalesce(said, otherwise)), else_=otherwise)


def lay_on(session: Session, definition_id: UUID, element_id: str, priority: int) -> None:
    """Give what is not done yet at a step a priority, in every running case of the version."""
    running = select(instance_table.c.id).where(
        instance_table.c.definition_id == definition_id, text(RUNNING)
    )
    session.execute(
        update(job_table)
        .where(
            job_table.c.instance_id.in_(running),
            job_table.c.element_id == element_id,
            job_table.c.kind.in_([each.value for each in KINDS]),
            job_table.c.state.in_([each.value for each in UNFINISHED]),
        )
        .values(priority=priority)
    )
