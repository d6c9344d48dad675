"""Priorities of the work of steps: asked for where a case comes to one, laid on what waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text, update
from sqlalchemy.orm import Session

from engine.model.instance import RUNNING, instance_table
from engine.model.job import UNFINISHED, job_table
from engine.model.step_priority import StepPriority
from engine.storage.held_steps import KINDS
from engine.storage.statements import Prepared


def said(
    session: Session, definition_ids: Collection[UUID]
) -> dict[tuple[UUID, str], StepPriority]:
    """Return what was said of steps of some versions, by version and element."""
    found = session.scalars(
        select(StepPriority).where(StepPriority.definition_id.in_(definition_ids))
    )
    return {(each.definition_id, each.element_id): each for each in found}


def priorities(session: Session, definition_id: UUID) -> Mapping[str, int]:
    """Return the priorities that were given to steps of a version, by element."""
    rows = _priorities().rows(session.connection(), {"of": definition_id})
    return {str(element_id): int(priority) for element_id, priority in rows}


@cache
def _priorities() -> Prepared:
    of = bindparam("of", type_=Uuid)
    return Prepared(
        select(StepPriority.element_id, StepPriority.priority).where(
            StepPriority.definition_id == of
        )
    )


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
