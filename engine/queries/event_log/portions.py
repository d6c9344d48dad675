"""Cases with all their events and tasks, some at a time, so that none of it is ever held whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from engine.model.event import event_table as event
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.analytics.sample import Asked, cases_asked
from engine.queries.watched import must_watch

PORTION: Final = 100  #: cases


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One line of the journal."""

    instance_id: UUID
    seq: int
    at: datetime
    kind: str
    element_id: str | None
    name: str | None
    task_id: UUID | None
    actor: str | None
    desk: str | None

    @property
    def activity(self) -> str:
        """What happened, as process miners name it: the element, or what befell the whole case."""
        return self.name or self.element_id or self.kind


@dataclass(frozen=True, slots=True)
class LoggedTask:
    """One human step."""

    id: UUID
    instance_id: UUID
    element_id: str
    name: str
    desk: str
    created_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """One case with all that is logged of it."""

    id: UUID
    process_id: str
    unit: str
    party: str | None
    business_key: str | None
    title: str
    state: str
    started_at: datetime
    events: Sequence[LoggedEvent]
    tasks: Sequence[LoggedTask]


def cases(session: Session, actor: Actor, asked: Asked) -> Iterator[LoggedCase]:
    """Yield the cases of a period that an actor watches, oldest first.

    Raises:
        Forbidden: the actor watches nothing.
    """
    must_watch(actor)
    conditions = cases_asked(actor, asked)
    beyond: list[ColumnElement[bool]] = []
    while True:
        rows = session.execute(
            select(*_OF_CASE, instance.c.started_at)
            .where(*conditions, *beyond)
            .order_by(instance.c.started_at, instance.c.id)
            .limit(PORTION)
        ).all()
        yield from _logged(session, rows)
        if len(rows) < PORTION:
            return
        last = rows[-1]
        beyond = [
            tuple_(instance.c.started_at, instance.c.id) > tuple_(last.started_at, last.id),
        ]


_OF_CASE: Final[tuple[Any, ...]] = (
    instance.c.id,
    instance.c.process_id,
    instance.c.unit,
    instance.c.party,
    instance.c.business_key,
    instance.c.title,
    instance.c.state,
)
_OF_EVENT: Final[tuple[Any, ...]] = (
    event.c.instance_id,
    event.c.seq,
    event.c.at,
    event.c.kind,
    event.c.element_id,
    event.c.name,
    event.c.task_id,
    event.c.actor,
    event.c.desk,
)
_OF_TASK: Final[tuple[Any, ...]] = (
    task.c.id,
    task.c.instance_id,
    task.c.element_id,
    task.c.name,
    task.c.desk,
    task.c.created_at,
    task.c.due_at,
)


def _logged(session: Session, rows: Sequence[Any]) -> Iterator[LoggedCase]:
    """Read events before tasks: each task that an event speaks of is there then."""
    ids = [each.id for each in rows]
    of_case = select(*_OF_EVENT).where(event.c.instance_id.in_(ids))
    events: dict[UUID, list[LoggedEvent]] = {}
    for line in session.execute(of_case.order_by(event.c.instance_id, event.c.seq)):
        events.setdefault(line.instance_id, []).append(LoggedEvent(*line))
    tasks: dict[UUID, list[LoggedTask]] = {}
    of_task = select(*_OF_TASK).where(task.c.instance_id.in_(ids))
    for step in session.execute(of_task.order_by(task.c.id)):
        tasks.setdefault(step.instance_id, []).append(LoggedTask(*step))
    for row in rows:
        told = (*row, events.get(row.id, ()), tasks.get(row.id, ()))
        yield LoggedCase(*told)
