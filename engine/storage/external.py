"""External tasks: rows that workers outside fetch, each locked for one of them.

A lock is a lease with a name. When it has run out anybody may fetch the task; until somebody
does, its last holder may still finish it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, case, or_, select, text, update
from sqlalchemy.orm import Session

from engine.errors import NotFound, NotLocked
from engine.model.instance import instance_table
from engine.model.job import FETCHABLE, UNFINISHED, Job, JobKind, JobState, job_table
from engine.storage.json_values import has_values
from engine.storage.leases import job_of

_job = job_table.c
_OPEN = [each.value for each in UNFINISHED]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a worker asks for."""

    name: str
    lock: timedelta
    variables: Collection[str] | None = None  #: of the case; ``None``: all
    own_only: bool = False  #: no variables of the case, only those of the task itself
    business_key: str | None = None  #: of the case
    definitions: frozenset[UUID] | None = None  #: versions the case runs by; ``None``: any
    processes: frozenset[str] | None = None
    values: Mapping[str, Any] | None = None  #: variables of the case, all of them equal

    @property
    def question(self) -> tuple[object, ...]:
        """What is asked, however long it is locked and whatever is told of it."""
        keys, cases = sorted(map(str, self.definitions or ())), sorted(self.processes or ())
        return (self.name, self.business_key, keys, cases, self.values)


@dataclass(frozen=True, slots=True)
class CaseOfTask:
    """What a worker is told of a task's case."""

    definition_id: UUID
    process_id: str
    business_key: str | None
    variables: Mapping[str, Any]


def fetch(
    session: Session,
    worker: str,
    topics: Sequence[Topic],
    limit: int,
    at: datetime,
    *,
    by_priority: bool = True,
    units: Collection[str] | None = None,
) -> list[Job]:
    """Lock up to ``limit`` tasks of some topics for a worker, in one statement.

    Args:
        units: whose cases the worker serves; ``None``: all.
    """
    first = [_job.priority.desc()] if by_priority else []
    due = (
        select(_job.id)
        .where(*_due(session, topics, units, at))
        .order_by(*first, _job.run_at, _job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    until = case({each.name: at + each.lock for each in topics}, value=_job.topic)
    rows = session.execute(
        update(job_table)
        .where(_job.id.in_(select(due.c.id)))
        .values(
            state=JobState.LEASED.value,
            worker=worker,
            lease_until=until,
            fence=_job.fence + 1,
            attempts=_job.attempts + 1,
        )
        .returning(*job_table.c)
    )
    found = map(job_of, rows.mappings())
    return sorted(found, key=lambda job: (-job.priority if by_priority else 0, job.run_at, job.id))


def is_any_due(
    session: Session, topics: Sequence[Topic], units: Collection[str] | None, at: datetime
) -> bool:
    """Tell whether there is anything to fetch: asked without a lock, before who waits fetches."""
    found = select(_job.id).where(*_due(session, topics, units, at)).limit(1)
    return session.scalar(found) is not None


def cases_of(session: Session, jobs: Sequence[Job]) -> dict[UUID, CaseOfTask]:
    """Return the cases of tasks by their ids."""
    table = instance_table.c
    rows = session.execute(
        select(
            table.id, table.definition_id, table.process_id, table.business_key, table.variables
        ).where(table.id.in_({each.case_id for each in jobs}))
    )
    return {row.id: CaseOfTask(*row[1:]) for row in rows}


def task(session: Session, task_id: UUID) -> Job:
    """Return an open task; nobody changes it in this transaction.

    Raises:
        NotFound: there is none, or it is done with.
    """
    row = _row(session, task_id)
    if row is None or row["state"] not in _OPEN:
        raise NotFound(f"no open external task {task_id}")
    return job_of(row)


def held_task(session: Session, task_id: UUID, worker: str) -> Job:
    """Return a task that a worker has locked.

    Raises:
        NotFound: there is none, or it is done with.
        NotLocked: the worker does not hold it, or no more.
    """
    found = task(session, task_id)
    if found.state is not JobState.LEASED or found.worker != worker:
        raise NotLocked(task_id, worker)
    return found


def change(session: Session, job: Job, **values: Any) -> None:
    """Write some columns of a task that `task` or `held_task` gave in this transaction."""
    session.execute(update(job_table).where(_job.id == job.id).values(**values))


def forget_failures(session: Session, job: Job) -> None:
    """Let a task that is tried again look like one that never failed."""
    told = ("retries", "details")
    change(session, job, facts={key: job.facts[key] for key in job.facts if key not in told})


def _due(
    session: Session, topics: Sequence[Topic], units: Collection[str] | None, at: datetime
) -> list[ColumnElement[bool]]:
    wanted = [_asked(session, each) for each in topics]
    asked: ColumnElement[bool]
    if all(each is None for each in wanted):
        asked = _job.topic.in_([each.name for each in topics])
    else:
        asked = or_(
            *(
                _job.topic == each.name if cases is None else and_(_job.topic == each.name, cases)
                for each, cases in zip(topics, wanted, strict=True)
            )
        )
    free = or_(
        and_(_job.state == JobState.READY.value, _job.run_at <= at),
        and_(_job.state == JobState.LEASED.value, _job.lease_until < at),
    )
    served = [] if units is None else [_of_case(instance_table.c.unit.in_(sorted(units)))]
    return [text(FETCHABLE), asked, free, *served]  # type: ignore[list-item]


def _asked(session: Session, topic: Topic) -> ColumnElement[bool] | None:
    """Return the condition on a topic's cases; ``None``: any case will do."""
    table = instance_table.c
    ways: list[ColumnElement[bool]] = []
    if topic.business_key is not None:
        ways.append(table.business_key == topic.business_key)
    if topic.definitions is not None:
        ways.append(table.definition_id.in_(topic.definitions))
    if topic.processes is not None:
        ways.append(table.process_id.in_(topic.processes))
    if topic.values:
        ways.append(has_values(session, table.variables, topic.values))
    return _of_case(*ways) if ways else None


def _of_case(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return _job.instance_id.in_(select(instance_table.c.id).where(*conditions))


def _row(session: Session, task_id: UUID) -> RowMapping | None:
    return (
        session.execute(
            select(job_table)
            .where(_job.id == task_id, _job.kind == JobKind.EXTERNAL.value)
            .with_for_update()
        )
        .mappings()
        .one_or_none()
    )
