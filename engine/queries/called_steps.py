"""What a case waits for through those it has called: their open steps, and who has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import CTE, select
from sqlalchemy.orm import Session

from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.cases import OpenStep
from engine.queries.people import names
from engine.queries.scope import visible_cases
from engine.storage.bundles import Deployed, deployed

MOST: Final = 20  #: steps told, those that wait longest


@dataclass(frozen=True, slots=True)
class CalledStep:
    """An open step of a case that another one waits for, perhaps through a third."""

    instance_id: UUID
    title: str
    process_id: str
    definition: Deployed
    unit: str
    step: OpenStep
    holder_names: Mapping[str, str] | None


def called_steps(session: Session, instance_id: UUID, actor: Actor) -> tuple[CalledStep, ...]:
    """Return the open steps of the cases a case waits for, as far as the actor may see them."""
    of_step = (
        task.c.id, task.c.element_id, task.c.name, task.c.desk, task.c.holder, task.c.created_at,
        task.c.due_at, task.c.lane, task.c.owner, task.c.escalation_desk,
    )  # fmt: skip
    of_case = (
        instance.c.id, instance.c.title, instance.c.process_id, instance.c.definition_id,
        instance.c.unit,
    )  # fmt: skip
    rows = session.execute(
        select(*of_case, *of_step)
        .join(task, task.c.instance_id == instance.c.id)
        .where(
            instance.c.id.in_(select(_waited_for(instance_id).c.id)),
            task.c.closed_at.is_(None),
            visible_cases(actor),
        )
        .order_by(task.c.created_at, task.c.id)
        .limit(MOST)
    ).all()
    known = names(session, (each.holder for each in rows))
    return tuple(
        CalledStep(
            case_id,
            title,
            process_id,
            deployed(session, definition_id),
            unit,
            step := OpenStep(*about),
            known.get(step.holder or ""),
        )
        for case_id, title, process_id, definition_id, unit, *about in rows
    )


def _waited_for(instance_id: UUID) -> CTE:
    """Return the running cases that a case has called, and those that these have called."""
    running = InstanceState.RUNNING.value
    called = (
        select(instance.c.id)
        .where(instance.c.called_by == instance_id, instance.c.state == running)
        .cte("waited_for", recursive=True)
    )
    further = select(instance.c.id).where(
        instance.c.called_by == called.c.id, instance.c.state == running
    )
    return called.union(further)
