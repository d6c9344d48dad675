"""What a recall asks of a case's rows: what came of an answer, and what it takes back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from engine.model.act import Act
from engine.model.draft import DraftField
from engine.model.event import EventKind, event_table
from engine.model.instance import TaskState, task_table
from engine.model.job import JobKind, JobState, job_table
from engine.model.signature import KeptSignature


class Completion(NamedTuple):
    """The newest answer to a task, as the history has it."""

    seq: int
    answer: Mapping[str, Any]


class Touch(NamedTuple):
    """Somebody did something in a case."""

    kind: EventKind
    element_id: str | None
    name: str | None
    who: str | None
    at: datetime
    facts: Mapping[str, Any]
    task_id: UUID | None = None


class Typist(NamedTuple):
    """Who typed into an open step, and when last."""

    task_id: UUID
    who: str
    at: datetime


class Work(NamedTuple):
    """A job that came of an answer."""

    id: UUID
    kind: JobKind
    element_id: str
    topic: str | None
    state: JobState
    attempts: int


class DoneStep(NamedTuple):
    """A step somebody answered."""

    task_id: UUID
    element_id: str
    name: str
    who: str
    closed_at: datetime


def steps_done(session: Session, instance_id: UUID) -> list[DoneStep]:
    """Return the steps of a case that people answered, the newest first."""
    columns = task_table.c
    rows = session.execute(
        select(columns.id, columns.element_id, columns.name, columns.closed_by, columns.closed_at)
        .where(columns.instance_id == instance_id, columns.state == TaskState.COMPLETED.value)
        .order_by(columns.closed_at.desc(), columns.id.desc())
    )
    return [DoneStep(*each) for each in rows]


def completion(session: Session, instance_id: UUID, task_id: UUID) -> Completion | None:
    """Return the newest answer to a task."""
    found = session.execute(
        select(event_table.c.seq, event_table.c.facts)
        .where(
            event_table.c.instance_id == instance_id,
            event_table.c.task_id == task_id,
            event_table.c.kind == EventKind.TASK_COMPLETED.value,
        )
        .order_by(event_table.c.seq.desc())
    ).first()
    return Completion(found.seq, found.facts.get("answer") or {}) if found else None


def last_touch(session: Session, instance_id: UUID, task_id: UUID) -> Touch | None:
    """Return what was done last with a task."""
    columns = event_table.c
    with_task = _TOUCHES.where(columns.instance_id == instance_id, columns.task_id == task_id)
    return next(_touches(session, with_task.order_by(columns.seq.desc()).limit(1)), None)


def since(session: Session, instance_id: UUID, seq: int) -> list[Touch]:
    """Return what happened in a case after an event, oldest first."""
    columns = event_table.c
    later = _TOUCHES.where(columns.instance_id == instance_id, columns.seq > seq)
    return list(_touches(session, later.order_by(columns.seq)))


def typists(session: Session, task_ids: Collection[UUID]) -> list[Typist]:
    """Return who typed into tasks what is not sent yet, the newest first."""
    last = func.max(DraftField.at)
    rows = session.execute(
        select(DraftField.task_id, DraftField.by, last)
        .where(DraftField.task_id.in_(sorted(task_ids)))
        .group_by(DraftField.task_id, DraftField.by)
        .order_by(last.desc())
    )
    return [Typist(*each) for each in rows]


def work_of(session: Session, instance_id: UUID, tokens: Collection[str]) -> list[Work]:
    """Return the jobs of visits; nobody begins one of them until the transaction ends."""
    rows = session.execute(
        select(
            job_table.c.id,
            job_table.c.kind,
            job_table.c.element_id,
            job_table.c.topic,
            job_table.c.state,
            job_table.c.attempts,
        )
        .where(job_table.c.instance_id == instance_id, job_table.c.token.in_(sorted(tokens)))
        .order_by(job_table.c.id)
        .with_for_update()
    )
    return [
        Work(id_, JobKind(kind), element_id, topic, JobState(state), attempts)
        for id_, kind, element_id, topic, state, attempts in rows
    ]


def webhooks_of(session: Session, instance_id: UUID, at: datetime) -> list[Work]:
    """Return the jobs that tell receivers what happened in a case since a moment."""
    rows = session.execute(
        select(
            job_table.c.id,
            job_table.c.element_id,
            job_table.c.topic,
            job_table.c.state,
            job_table.c.attempts,
        )
        .where(
            job_table.c.idem_key.startswith(f"{instance_id}/webhook/", autoescape=True),
            job_table.c.created_at >= at,
        )
        .with_for_update()
    )
    return [
        Work(id_, JobKind.WEBHOOK, element_id, topic, JobState(state), attempts)
        for id_, element_id, topic, state, attempts in rows
    ]


def drop(session: Session, jobs: Sequence[Work]) -> None:
    """Cancel jobs that nobody has begun."""
    if jobs:
        session.execute(
            update(job_table)
            .where(job_table.c.id.in_([each.id for each in jobs]))
            .values(state=JobState.CANCELLED.value)
        )


def void_acts(session: Session, task_ids: Collection[UUID], at: datetime) -> None:
    """Say of what was confirmed with these tasks that it stands no more; its content stays."""
    if task_ids:
        session.execute(
            update(Act)
            .where(Act.task_id.in_(sorted(task_ids)), Act.voided_at.is_(None))
            .values(voided_at=at)
        )
        session.execute(
            update(KeptSignature)
            .where(KeptSignature.task_id.in_(sorted(task_ids)), KeptSignature.voided_at.is_(None))
            .values(voided_at=at)
        )


_TOUCHES: Final = select(
    event_table.c.kind,
    event_table.c.element_id,
    event_table.c.name,
    event_table.c.actor,
    event_table.c.at,
    event_table.c.facts,
    event_table.c.task_id,
)


def _touches(session: Session, asked: Select[Any]) -> Iterator[Touch]:
    return (Touch(EventKind(kind), *rest) for kind, *rest in session.execute(asked))
