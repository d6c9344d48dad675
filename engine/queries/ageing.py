"""Open tasks that are older than is usual for their step, by how long the last ones took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.model.human_task import TaskState
from engine.model.instance import RUNNING
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.analytics.spread import Spread
from engine.queries.batches import must_read

RECENT: Final = 2_000  #: cases begun last, whose steps say what is usual
ENOUGH: Final = 5  #: fewer answers of a step say nothing
LOOKED_AT: Final = 2_000  #: running cases, the oldest first
SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Ageing:
    """One task that waits longer than nine of ten did."""

    instance_id: UUID
    title: str
    process_id: str
    definition_id: UUID
    element_id: str
    name: str
    unit: str
    holder: str | None
    created_at: datetime
    usual: timedelta  #: half of the last ones took no longer; by the clock
    long: timedelta  #: …and nine of ten


def ageing(session: Session, actor: Actor, at: datetime) -> tuple[Ageing, ...]:
    """Return what waits longer than usual, that which exceeds it most first.

    Raises:
        Forbidden: the actor reads no such list.
    """
    must_read(actor)
    usual = _usual(session)
    found = [
        Ageing(*(*row, known.median, known.high))
        for row in _open(session)
        if (known := usual.get((row.process_id, row.element_id))) is not None
        and at - row.created_at > known.high
    ]
    found.sort(key=lambda each: (each.long - (at - each.created_at), each.instance_id))
    return tuple(found[:SHOWN])


def _usual(session: Session) -> Mapping[tuple[str, str], Spread]:
    """Return how long the steps of the last cases took, by process and element."""
    last = (
        select(instance.c.id, instance.c.process_id)
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
        .limit(RECENT)
        .subquery("last")
    )
    rows = session.execute(
        select(last.c.process_id, task.c.element_id, task.c.created_at, task.c.closed_at)
        .join(last, last.c.id == task.c.instance_id)
        .where(task.c.state == TaskState.COMPLETED.value)
    )
    took: dict[tuple[str, str], list[timedelta]] = {}
    for process_id, element_id, created_at, closed_at in rows:
        took.setdefault((process_id, element_id), []).append(closed_at - created_at)
    spreads = {key: Spread.of(each) for key, each in took.items() if len(each) >= ENOUGH}
    return {key: each for key, each in spreads.items() if each is not None}


def _open(session: Session) -> Sequence[Any]:
    """Return the open tasks of the cases that run longest."""
    oldest = (
        select(
            instance.c.id,
            instance.c.title,
            instance.c.process_id,
            instance.c.definition_id,
            instance.c.unit,
        )
        .where(text(RUNNING))
        .order_by(instance.c.started_at, instance.c.id)
        .limit(LOOKED_AT)
        .subquery("oldest")
    )
    return session.execute(
        select(
            task.c.instance_id,
            oldest.c.title,
            oldest.c.process_id,
            oldest.c.definition_id,
            task.c.element_id,
            task.c.name,
            oldest.c.unit,
            task.c.holder,
            task.c.created_at,
        )
        .join(oldest, oldest.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None))
    ).all()
