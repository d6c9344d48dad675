"""The hot path: load a case with its open tasks in one SELECT, save what changed.

Plain Core statements over plain dataclasses; the version check makes a lost update
impossible: saving a case that moved on meanwhile raises `StaleVersion`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CursorResult,
    Insert,
    RowMapping,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.errors import CaseNotFound, StaleVersion, TaskNotFound
from engine.model.event import Event, event_table
from engine.model.instance import (
    HumanTask,
    Instance,
    InstanceState,
    TaskState,
    instance_table,
    task_table,
)
from engine.model.job import Job, JobKind, JobState, job_table
from engine.model.person import Person

_TASK_FIELDS = tuple(field.name for field in dataclasses.fields(HumanTask))
_CASE_FIELDS = tuple(field.name for field in dataclasses.fields(Instance) if field.name != "tasks")
#: what a step may change; the rest is written once
_CASE_CHANGES = ("state", "snapshot", "event_count", "variables", "finished_at", "end_id", "title")
_TASK_CHANGES = (
    "due_at", "priority", "state", "holder", "claimed_at", "closed_at", "closed_by", "outcome",
    "desk", "escalation_desk", "escalated_at",
)  # fmt: skip
_COLUMNS = [
    *(instance_table.c[name].label(f"case_{name}") for name in _CASE_FIELDS),
    *(task_table.c[name].label(f"task_{name}") for name in _TASK_FIELDS),
]
_OPEN_TASKS = instance_table.outerjoin(
    task_table,
    and_(task_table.c.instance_id == instance_table.c.id, task_table.c.closed_at.is_(None)),
)
_TASK_OR_OPEN = instance_table.join(task_table, task_table.c.instance_id == instance_table.c.id)

# Statements are built once: building one costs more than running it.
_OF_TASK = (
    select(*_COLUMNS)
    .select_from(_TASK_OR_OPEN)
    .where(
        instance_table.c.id
        == select(task_table.c.instance_id)
        .where(task_table.c.id == bindparam("of"))
        .scalar_subquery(),
        or_(task_table.c.closed_at.is_(None), task_table.c.id == bindparam("of")),
    )
)
_ONE = select(*_COLUMNS).select_from(_OPEN_TASKS).where(instance_table.c.id == bindparam("of"))
_SAVE_CASE = (
    update(instance_table)
    .where(instance_table.c.id == bindparam("of"), instance_table.c.version == bindparam("loaded"))
    .values(
        {name: bindparam(name) for name in _CASE_CHANGES}
        | {"version": instance_table.c.version + 1}
    )
)
_CANCEL_JOBS = (
    update(job_table)
    .where(
        job_table.c.instance_id == bindparam("of"),
        job_table.c.token.in_(bindparam("tokens", expanding=True)),
        job_table.c.state.in_(
            [JobState.READY.value, JobState.LEASED.value, JobState.INCIDENT.value]
        ),
    )
    .values(state=JobState.CANCELLED.value)
)
_ADD_CASE = insert(instance_table)
_ADD_EVENTS, _ADD_JOBS = insert(event_table), insert(job_table)
#: by database: adds new tasks and changes known ones in one statement
_SAVE_TASKS = {
    name: new.on_conflict_do_update(
        index_elements=["id"], set_={each: new.excluded[each] for each in _TASK_CHANGES}
    )
    for name, new in (
        ("sqlite", sqlite_insert(task_table)),
        ("postgresql", postgresql_insert(task_table)),
    )
}


class Hold(NamedTuple):
    """Who has a task."""

    state: TaskState
    holder: str | None
    closed_by: str | None


class HeldStep(NamedTuple):
    """A step somebody did, or holds."""

    element_id: str
    holder: str
    national_code: str | None  #: of the holder, as far as it is known


class CaseStore:
    """Loads and saves cases within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loaded: dict[UUID, dict[UUID, HumanTask]] = {}
        self.made_work = False  #: a worker has something to do at once

    def of_task(self, task_id: UUID) -> tuple[Instance, HumanTask]:
        """Return a task with its case and the case's open tasks.

        Raises:
            TaskNotFound: there is no such task.
        """
        rows = self._execute(_OF_TASK, {"of": task_id}).mappings().all()
        if not rows:
            raise TaskNotFound(task_id)
        instance = self._from_rows(rows)
        return instance, next(each for each in instance.tasks if each.id == task_id)

    def hold_of(self, task_id: UUID) -> Hold:
        """Return who holds a task, without its case; nobody changes it in this transaction.

        Raises:
            TaskNotFound: there is no such task.
        """
        columns = (task_table.c.state, task_table.c.holder, task_table.c.closed_by)
        row = self._session.execute(
            select(*columns).where(task_table.c.id == task_id).with_for_update(read=True)
        ).one_or_none()
        if row is None:
            raise TaskNotFound(task_id)
        return Hold(TaskState(row.state), row.holder, row.closed_by)

    def held_steps(self, instance_id: UUID, elements: frozenset[str]) -> list[HeldStep]:
        """Return who did, or holds, steps of a case."""
        rows = self._session.execute(
            select(task_table.c.element_id, task_table.c.holder, Person.national_code)
            .outerjoin(Person, Person.username == task_table.c.holder)
            .where(
                task_table.c.instance_id == instance_id,
                task_table.c.element_id.in_(sorted(elements)),
                task_table.c.holder.is_not(None),
                task_table.c.state.in_([TaskState.COMPLETED.value, TaskState.CLAIMED.value]),
            )
            .distinct()
        )
        return [HeldStep(*each) for each in rows]

    def one(self, instance_id: UUID) -> Instance:
        """Return a case with its open tasks.

        Raises:
            CaseNotFound: there is no such case.
        """
        rows = self._execute(_ONE, {"of": instance_id}).mappings().all()
        if not rows:
            raise CaseNotFound(instance_id)
        return self._from_rows(rows)

    def add(self, instance: Instance, events: Sequence[Event], jobs: Sequence[Job]) -> None:
        """Insert a new case with all that its first step made."""
        self._execute(_ADD_CASE, _case_values(instance))
        self._save_tasks(instance)
        self._append(events, jobs)

    def save(
        self,
        instance: Instance,
        events: Sequence[Event],
        jobs: Sequence[Job] = (),
        cancelled_tokens: Iterable[str] = (),
    ) -> None:
        """Write what a step changed, if the case is still as it was loaded.

        Raises:
            StaleVersion: it is not; nothing of this transaction may be committed.
        """
        values = _case_values(instance)
        changes = {name: values[name] for name in _CASE_CHANGES}
        saved = self._execute(_SAVE_CASE, changes | {"of": instance.id, "loaded": instance.version})
        if saved.rowcount != 1:
            raise StaleVersion(instance.id)
        instance.version += 1
        self._save_tasks(instance)
        self._append(events, jobs)
        tokens = list(cancelled_tokens)
        if tokens:
            self._execute(_CANCEL_JOBS, {"of": instance.id, "tokens": tokens})

    def _save_tasks(self, instance: Instance) -> None:
        known = self._loaded.get(instance.id, {})
        changed = [each for each in instance.tasks if each != known.get(each.id)]
        statement = _SAVE_TASKS[self._session.get_bind().dialect.name]
        self._insert(statement, map(_task_values, changed))

    def _append(self, events: Sequence[Event], jobs: Sequence[Job]) -> None:
        self.made_work |= any(each.kind is JobKind.SERVICE for each in jobs)
        self._insert(_ADD_EVENTS, ({**_plain(each), "kind": each.kind.value} for each in events))
        self._insert(
            _ADD_JOBS,
            ({**_plain(each), "kind": each.kind.value, "state": each.state.value} for each in jobs),
        )

    def _insert(self, statement: Insert, rows: Iterable[dict[str, Any]]) -> None:
        values = list(rows)
        if values:
            self._execute(statement, values)

    def _execute(self, statement: Any, values: Any) -> CursorResult[Any]:
        # the connection itself: the session's own way costs twice as much a statement
        return self._session.connection().execute(statement, values)

    def _from_rows(self, rows: Sequence[RowMapping]) -> Instance:
        first = rows[0]
        case = {name: first[f"case_{name}"] for name in _CASE_FIELDS}
        case["state"] = InstanceState(case["state"])
        tasks = [_task(row) for row in rows if row["task_id"] is not None]
        instance = Instance(**case, tasks=tasks)
        self._loaded[instance.id] = {each.id: dataclasses.replace(each) for each in tasks}
        return instance


def _task(row: RowMapping) -> HumanTask:
    values = {name: row[f"task_{name}"] for name in _TASK_FIELDS}
    values["state"] = TaskState(values["state"])
    return HumanTask(**values)


def _plain(record: Any) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in dataclasses.fields(record)}


def _task_values(task: HumanTask) -> dict[str, Any]:
    return _plain(task) | {"state": task.state.value}


def _case_values(instance: Instance) -> dict[str, Any]:
    values = {name: getattr(instance, name) for name in _CASE_FIELDS}
    return values | {"state": instance.state.value}
