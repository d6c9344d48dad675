"""The hot path: load a case with its open tasks in one SELECT, save what changed.

Plain statements over plain dataclasses; the version check makes a lost update
impossible: saving a case that moved on meanwhile raises `StaleVersion`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from engine.errors import CaseNotFound, StaleVersion, TaskNotFound
from engine.model.event import Event
from engine.model.instance import (
    HumanTask,
    Instance,
    InstanceState,
    TaskState,
    instance_table,
    task_table,
)
from engine.model.job import Job, JobKind
from engine.model.subscription import Subscription
from engine.storage.change import Change, Loaded, facts_of
from engine.storage.saving import write, write_each
from engine.storage.separation import HeldStep, held_steps
from engine.storage.statements import Prepared, Row

_TASK_FIELDS = tuple(field.name for field in dataclasses.fields(HumanTask))
_CASE_FIELDS = tuple(field.name for field in dataclasses.fields(Instance) if field.name != "tasks")
_CASE_STATE, _TASK_STATE = _CASE_FIELDS.index("state"), _TASK_FIELDS.index("state")
_WIDTH = len(_CASE_FIELDS)
_COLUMNS = [
    *(instance_table.c[name].label(f"case_{name}") for name in _CASE_FIELDS),
    *(task_table.c[name].label(f"task_{name}") for name in _TASK_FIELDS),
]
_OPEN_TASKS = instance_table.outerjoin(
    task_table,
    and_(task_table.c.instance_id == instance_table.c.id, task_table.c.closed_at.is_(None)),
)
_ITS_CASE = (
    select(task_table.c.instance_id).where(task_table.c.id == bindparam("of")).scalar_subquery()
)
# two indexes find the rows, whatever the number of tasks the case has closed
_OF_TASK = Prepared(
    select(*_COLUMNS)
    .select_from(task_table.join(instance_table, instance_table.c.id == task_table.c.instance_id))
    .where(
        or_(
            task_table.c.id == bindparam("of"),
            and_(task_table.c.instance_id == _ITS_CASE, task_table.c.closed_at.is_(None)),
        )
    )
)
_DRAFTED = (
    update(task_table)
    .where(task_table.c.id == bindparam("of"))
    .values(drafted=True)
    .returning(task_table.c.state, task_table.c.holder, task_table.c.closed_by)
)
_ONE = Prepared(
    select(*_COLUMNS).select_from(_OPEN_TASKS).where(instance_table.c.id == bindparam("of"))
)

_SEVERAL = (
    select(*_COLUMNS)
    .select_from(_OPEN_TASKS)
    .where(instance_table.c.id.in_(bindparam("these", expanding=True)))
)


class Hold(NamedTuple):
    """Who has a task."""

    state: TaskState
    holder: str | None
    closed_by: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """A case as a request has read it; saving it later finds out whether it still is so."""

    instance: Instance
    task_id: UUID | None = None  #: read for this task

    @property
    def task(self) -> HumanTask:
        """The task it was read for."""
        return next(each for each in self.instance.tasks if each.id == self.task_id)


class CaseStore:
    """Loads and saves cases within one transaction."""

    def __init__(
        self,
        connection: Connection,
        read: Read | None = None,
        begin: Callable[[], None] = lambda: None,
    ) -> None:
        """Work over ``connection``; ``begin`` is called before it writes within a transaction."""
        self._connection = connection
        self._begin = begin
        self._loaded: dict[UUID, Loaded] = {}
        self._read = read
        self.ready: list[UUID] = []  #: jobs a worker can run at once
        self.fetchable = False  #: …or a worker outside has
        self.last: Change | None = None  #: to be written with the commit

    def of_task(self, task_id: UUID) -> tuple[Instance, HumanTask]:
        """Return a task with its case and the case's open tasks.

        Raises:
            TaskNotFound: there is no such task.
        """
        read, self._read = self._read, None
        if read is None or read.task_id != task_id:
            read = self.read(task_id)
        self._remember(read.instance)
        return read.instance, read.task

    def read(self, task_id: UUID) -> Read:
        """Return a task's case as it stands now, to be shown or to be saved later.

        Raises:
            TaskNotFound: there is no such task.
        """
        rows = _OF_TASK.rows(self._connection, {"of": task_id})
        if not rows:
            raise TaskNotFound(task_id)
        return Read(_instance(rows), task_id)

    def draft_of(self, task_id: UUID) -> Hold:
        """Say that a task has drafts; nobody else changes it until the transaction ends.

        Raises:
            TaskNotFound: there is no such task.
        """
        self._begin()
        row = self._connection.execute(_DRAFTED, {"of": task_id}).one_or_none()
        if row is None:
            raise TaskNotFound(task_id)
        return Hold(TaskState(row.state), row.holder, row.closed_by)

    def held_steps(self, instance_id: UUID, elements: frozenset[str]) -> list[HeldStep]:
        """Return who did, or holds, steps of a case."""
        return held_steps(self._connection, [instance_id], elements)

    def one(self, instance_id: UUID) -> Instance:
        """Return a case with its open tasks.

        Raises:
            CaseNotFound: there is no such case.
        """
        rows = _ONE.rows(self._connection, {"of": instance_id})
        if not rows:
            raise CaseNotFound(instance_id)
        instance = _instance(rows)
        self._remember(instance)
        return instance

    def closed_at(self, instance: Instance, tokens: Collection[str]) -> list[HumanTask]:
        """Return the closed tasks of visits, now among the tasks of the case."""
        if not tokens:
            return []
        columns = [task_table.c[name] for name in _TASK_FIELDS]
        rows = self._connection.execute(
            select(*columns).where(
                task_table.c.instance_id == instance.id,
                task_table.c.token.in_(sorted(tokens)),
                task_table.c.closed_at.is_not(None),
            )
        )
        found = [_task(tuple(each)) for each in rows]
        self._loaded[instance.id].tasks.update({each.id: facts_of(each) for each in found})
        instance.tasks += found
        return found

    def several(self, ids: Collection[UUID]) -> dict[UUID, Instance]:
        """Return cases with their open tasks, by id; what there is not is left out."""
        found = self._connection.execute(_SEVERAL, {"these": list(ids)}).all()
        rows: dict[UUID, list[Row]] = {}
        for each in found:
            rows.setdefault(each[0], []).append(each)
        cases = {key: _instance(each) for key, each in rows.items()}
        for case in cases.values():
            self._remember(case)
        return cases

    def add(
        self,
        instance: Instance,
        events: Sequence[Event],
        jobs: Sequence[Job],
        listening: Sequence[Subscription] = (),
        *,
        last: bool = False,
    ) -> None:
        """Insert a new case with all that its first step made; ``last``: as `save` has it."""
        change = Change(
            instance,
            is_new=True,
            tasks=instance.tasks,
            events=events,
            jobs=jobs,
            listening=listening,
        )
        self.take(change, last=last)

    def save(
        self,
        instance: Instance,
        events: Sequence[Event],
        jobs: Sequence[Job] = (),
        cancelled_tokens: Iterable[str] = (),
        *,
        ceased: Sequence[str] = (),
        finishes: Job | None = None,
        last: bool = False,
    ) -> None:
        """Write what a step changed, if the case is still as it was loaded; see `take`.

        Args:
            ceased: tokens that listen no more.
            finishes: the leased job whose work this is; done with it, by its fence.
            last: the commit comes next, and writes it; what it refuses is told there.

        Raises:
            StaleVersion: it is not; nothing of this transaction may be committed.
            LeaseLost: another worker has the job; likewise.
        """
        change = Change(
            instance,
            is_new=False,
            events=events,
            jobs=jobs,
            cancelled=list(cancelled_tokens),
            ceased=ceased,
            finishes=finishes,
        )
        self.take(change, last=last)

    def take(self, change: Change, *, last: bool = False) -> None:
        """Write a change, if the case is still as it was loaded.

        Args:
            last: the commit comes next, and writes it; what it refuses is told there.

        Raises:
            StaleVersion: it is not; nothing of this transaction may be committed.
            LeaseLost: another worker has the job; likewise.
        """
        self._find_tasks(change)
        if not last:
            self._begin()
            self._write(change)
        else:
            self.write_last()  # only one can be
            self.last = change

    def hold(self, instance: Instance) -> None:
        """Let nobody else change a case before the commit, which is to be as it was loaded.

        For rows about the case that are numbered one after the other: of two who write them at
        the same moment one waits here, and then is told, instead of taking the same number.

        Raises:
            StaleVersion: it is not; nothing of this transaction may be committed.
        """
        self._begin()
        stands = select(instance_table.c.version).where(instance_table.c.id == instance.id)
        if self._connection.scalar(stands.with_for_update()) != instance.version:
            raise StaleVersion(instance.id)

    def save_each(self, changes: Sequence[Change]) -> frozenset[UUID]:
        """Write changes of different cases; return the cases that were as they were loaded.

        One that was not, or whose job is not ours any more, stays as it is.
        """
        self._begin()
        for each in changes:
            self._find_tasks(each)
        written = write_each(self._connection, changes)
        done = [each for each, is_written in zip(changes, written, strict=True) if is_written]
        for each in done:
            self._count(each)
        return frozenset(each.case.id for each in done)

    def write_last(self) -> None:
        """Write what was left for the commit.

        Raises:
            StaleVersion, LeaseLost: nothing of this transaction may be committed.
        """
        change, self.last = self.last, None
        if change is not None:
            self._write(change)

    def _write(self, change: Change) -> None:
        if not write(self._connection, change):
            raise StaleVersion(change.case.id)
        self._count(change)

    def _find_tasks(self, change: Change) -> None:
        """Put the tasks into a change that are new or not as they were loaded."""
        change.loaded = None if change.is_new else self._loaded.get(change.case.id)
        known = change.loaded.tasks if change.loaded else {}
        change.tasks = [each for each in change.case.tasks if facts_of(each) != known.get(each.id)]

    def _count(self, change: Change) -> None:
        if not change.is_new:
            change.case.version += 1
        self._remember(change.case)
        self.ready += [each.id for each in change.jobs if each.is_for_now]
        self.fetchable |= any(each.kind is JobKind.EXTERNAL for each in change.jobs)

    def _remember(self, instance: Instance) -> None:
        self._loaded[instance.id] = Loaded.of(instance)


def _instance(rows: Sequence[Row]) -> Instance:
    values = list(rows[0][:_WIDTH])
    values[_CASE_STATE] = InstanceState(values[_CASE_STATE])
    tasks = [_task(row[_WIDTH:]) for row in rows if row[_WIDTH] is not None]
    instance = Instance(*values)
    instance.tasks = tasks
    return instance


def _task(values: Row) -> HumanTask:
    values = list(values)
    values[_TASK_STATE] = TaskState(values[_TASK_STATE])
    return HumanTask(*values)
