"""Writing what a step changed: one statement on PostgreSQL, the fewest on SQLite.

Either writes nothing at all when the case is no longer at the version it was read at.
The columns come from the tables, so that a new one needs no word here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final, Protocol
from uuid import UUID

import simplejson
from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Connection,
    Exists,
    Select,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    delete,
    false,
    func,
    insert,
    literal_column,
    null,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from engine.errors import LeaseLost
from engine.model.draft import DraftField
from engine.model.event import Event, event_table
from engine.model.instance import HumanTask, Instance, instance_table, task_table
from engine.model.job import LEASED, Job, JobState, job_table
from engine.model.subscription import Subscription, subscription_table
from engine.storage.statements import Prepared, rows_of_each

#: what a step may change; the rest is written once
_CASE_CHANGES: Final = (
    "state", "snapshot", "event_count", "variables", "finished_at", "end_id", "title",
)  # fmt: skip
_TASK_CHANGES: Final = (
    "due_at", "priority", "state", "holder", "claimed_at", "closed_at", "closed_by", "outcome",
    "desk", "escalation_desk", "escalated_at",
)  # fmt: skip
#: jobs in these states may still run
_LIVE_JOBS: Final = tuple(
    each.value for each in (JobState.READY, JobState.LEASED, JobState.INCIDENT)
)


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one command changes in one case."""

    case: Instance
    is_new: bool
    tasks: Sequence[HumanTask] = ()  #: new ones, and those that changed
    events: Sequence[Event] = ()
    jobs: Sequence[Job] = ()
    cancelled: Sequence[str] = ()  #: tokens whose jobs are not to run any more
    answered: UUID | None = None  #: the task whose drafts are no longer needed
    listening: Sequence[Subscription] = ()  #: what it begins to listen for
    ceased: Sequence[str] = ()  #: tokens that listen no more
    finishes: Job | None = None  #: the leased job whose work this is

    @property
    def is_one_statement(self) -> bool:
        """Tell whether PostgreSQL needs one statement for it, as far as is known."""
        return not any(each.drafted for each in self.tasks if each.id == self.answered)


class Writers(Protocol):
    """Writes changes of different cases within the connection's transaction."""

    def __call__(self, connection: Connection, changes: Sequence[Change]) -> list[bool]:
        """Write each that can be; return which were."""


class Writer(Protocol):
    """Writes a change within the connection's transaction."""

    def __call__(self, connection: Connection, change: Change) -> bool:
        """Write it; return whether the case still stood where it was read.

        Raises:
            LeaseLost: the job whose work it is belongs to another worker, or to none.
        """


def write(connection: Connection, change: Change) -> bool:
    """Write a change; return whether the case still stood where it was read, else nothing is.

    Raises:
        LeaseLost: the job whose work it is belongs to another worker; nothing is written.
    """
    return _WRITERS[connection.dialect.name](connection, change)


def write_each(connection: Connection, changes: Sequence[Change]) -> list[bool]:
    """Write changes of different cases; return which of them were written.

    One whose case moved on, or whose job is not ours any more, is left out by itself.
    """
    return _WRITERS_OF_EACH[connection.dialect.name](connection, changes)


def _record(kind: type[Any], *, without: str = "") -> Callable[[Any], dict[str, Any]]:
    """Return what turns a record into its columns' values."""
    names = [each.name for each in fields(kind) if each.name != without]
    values = attrgetter(*names)
    enums = [each for each in ("state", "kind") if each in names]

    def plain(record: Any) -> dict[str, Any]:
        found = dict(zip(names, values(record), strict=True))
        for name in enums:
            found[name] = found[name].value
        return found

    return plain


_case, _task = _record(Instance, without="tasks"), _record(HumanTask)
_event, _job, _subscription = _record(Event), _record(Job), _record(Subscription)

# SQLite

_ADD_CASE = Prepared(insert(instance_table))
_SAVE_CASE = Prepared(
    update(instance_table)
    .where(instance_table.c.id == bindparam("of"), instance_table.c.version == bindparam("loaded"))
    .values(
        {name: bindparam(name) for name in _CASE_CHANGES}
        | {"version": instance_table.c.version + literal_column("1")}
    )
)
_NEW_TASK = sqlite_insert(task_table)
_SAVE_TASKS = Prepared(
    _NEW_TASK.on_conflict_do_update(
        index_elements=["id"], set_={each: _NEW_TASK.excluded[each] for each in _TASK_CHANGES}
    )
)
_ADD_EVENTS, _ADD_JOBS = Prepared(insert(event_table)), Prepared(insert(job_table))
_CANCEL_JOBS = Prepared(
    update(job_table)
    .where(
        job_table.c.instance_id == bindparam("of"),
        job_table.c.token == bindparam("at"),
        job_table.c.state.in_([literal_column(f"'{each}'") for each in _LIVE_JOBS]),
    )
    .values(state=literal_column(f"'{JobState.CANCELLED.value}'"))
)
_LISTEN = Prepared(insert(subscription_table))
_CEASE = Prepared(
    delete(subscription_table).where(
        subscription_table.c.instance_id == bindparam("of"),
        subscription_table.c.token == bindparam("at"),
    )
)
_OURS: Final = (
    job_table.c.id == bindparam("job"),
    job_table.c.fence == bindparam("held"),
    text(LEASED),
)
_FINISHED: Final = {
    "state": literal_column(f"'{JobState.DONE.value}'"),
    "last_error": null(),
    "lease_until": null(),
}
_FINISH = Prepared(update(job_table).where(*_OURS).values(_FINISHED))
_FORGET_DRAFTS = Prepared(delete(DraftField).where(DraftField.task_id == bindparam("of")))


def _write_sqlite(connection: Connection, change: Change) -> bool:
    case = change.case
    values = _case(case)
    if change.finishes is not None and not _FINISH.run(connection, _lease(change.finishes)):
        raise lost(change.finishes)
    if change.is_new:
        _ADD_CASE.run(connection, values)
    elif not _SAVE_CASE.run(connection, values | {"of": case.id, "loaded": case.version}):
        return False
    _SAVE_TASKS.each(connection, map(_task, change.tasks))
    _ADD_EVENTS.each(connection, map(_event, change.events))
    _ADD_JOBS.each(connection, map(_job, change.jobs))
    _CANCEL_JOBS.each(connection, ({"of": case.id, "at": each} for each in change.cancelled))
    _LISTEN.each(connection, map(_subscription, change.listening))
    _CEASE.each(connection, ({"of": case.id, "at": each} for each in change.ceased))
    if change.answered is not None:
        _FORGET_DRAFTS.run(connection, {"of": change.answered})
    return True


def _write_each_sqlite(connection: Connection, changes: Sequence[Change]) -> list[bool]:
    written = []
    for each in changes:
        try:
            written.append(_write_sqlite(connection, each))
        except LeaseLost:  # which is found out before anything is written
            written.append(False)
    return written


def _lease(job: Job) -> dict[str, Any]:
    return {"job": job.id, "held": job.fence}


def lost(job: Job) -> LeaseLost:
    """Return what is to be said of a job that is not ours any more."""
    return LeaseLost(f"job {job.id} is no longer leased with fence {job.fence}")


# PostgreSQL: every part is a sub-statement of one, fed with JSON; what is empty is left out


def _write_postgresql(connection: Connection, change: Change) -> bool:
    statement, values = _saving(change)
    [[saved, drafted, is_ours]] = statement.rows(connection, values)
    if change.finishes is not None and not is_ours:
        raise lost(change.finishes)
    if drafted and change.answered is not None:
        _FORGET_DRAFTS.run(connection, {"of": change.answered})
    return bool(saved)


def _write_each_postgresql(connection: Connection, changes: Sequence[Change]) -> list[bool]:
    answers = rows_of_each(connection, map(_saving, changes))
    answered = [each.answered for each, [row] in zip(changes, answers, strict=True) if row[1]]
    for task_id in filter(None, answered):
        _FORGET_DRAFTS.run(connection, {"of": task_id})
    return [bool(saved) for [[saved, _, _]] in answers]


def _saving(change: Change) -> tuple[Prepared, dict[str, Any]]:
    """Return the statement that saves a change, and what it is fed with."""
    case = change.case
    parts: dict[str, Sequence[Any]] = {
        "tasks": [_task(each) for each in change.tasks],
        "events": [_event(each) for each in change.events],
        "jobs": [_job(each) for each in change.jobs],
        "cancelled": change.cancelled,
        "listening": [_subscription(each) for each in change.listening],
        "ceased": change.ceased,
    }
    parts = {name: rows for name, rows in parts.items() if rows}
    values = {"of": case.id, "loaded": case.version, "case": _json([_case(case)])}
    values |= {name: _json(rows) for name, rows in parts.items()}
    finishing = change.finishes
    if finishing is not None:
        values |= _lease(finishing)
    return _statement(change.is_new, tuple(parts), finishing is not None), values


@cache
def _statement(is_new: bool, parts: tuple[str, ...], finishes: bool) -> Prepared:
    """Return the saving statement with the parts a change has.

    The first sub-statement holds the job whose work it is, when it is one's; the next
    writes the case if the job was held; the others do nothing unless the case was written.
    """
    held = _held_job() if finishes else None
    is_ours = true() if held is None else held.select().exists()
    saved = (_inserted_case(is_ours) if is_new else _updated_case(is_ours)).cte("saved")
    is_saved = saved.select().exists()
    others = {each: _PARTS[each](is_saved) for each in parts}
    tasks = others.get("tasks")
    drafted = tasks.select().where(tasks.c.drafted).exists() if tasks is not None else false()
    if finishes:
        others["finished"] = _finished_job(is_saved)
        if "cancelled" in parts:
            others["cancelled"] = _cancelled_jobs(is_saved, but=bindparam("job"))
    statement = select(is_saved, drafted, is_ours).add_cte(*others.values())
    return Prepared(statement, writes=True)


def _held_job() -> CTE:
    """Lock the job; none changes it between this and the commit."""
    return select(job_table.c.id).where(*_OURS).with_for_update().cte("held")


def _finished_job(is_saved: Exists) -> CTE:
    return update(job_table).where(*_OURS, is_saved).values(_FINISHED).cte("finished")


def _inserted_case(is_ours: ColumnElement[bool]) -> ReturningInsert[Any]:
    given = _given(instance_table, "case")
    rows = select(given).where(is_ours)
    add = insert(instance_table).from_select(list(given.c.keys()), rows)
    return add.returning(instance_table.c.id)


def _updated_case(is_ours: ColumnElement[bool]) -> ReturningUpdate[Any]:
    given = _given(instance_table, "case")
    return (
        update(instance_table)
        .where(
            instance_table.c.id == bindparam("of"),
            instance_table.c.version == bindparam("loaded"),
            given.c.id == instance_table.c.id,
            is_ours,
        )
        .values(
            {name: given.c[name] for name in _CASE_CHANGES}
            | {"version": instance_table.c.version + literal_column("1")}
        )
        .returning(instance_table.c.id)
    )


def _upserted_tasks(is_saved: Exists) -> CTE:
    add = _added(task_table, "tasks", is_saved)
    changes = {each: add.excluded[each] for each in _TASK_CHANGES}
    upsert = add.on_conflict_do_update(index_elements=["id"], set_=changes)
    return upsert.returning(task_table.c.drafted).cte("tasks")


def _added(table: Table, name: str, is_saved: Exists) -> postgresql.Insert:
    given = _given(table, name)
    rows = select(given).where(is_saved)
    return postgresql.insert(table).from_select(list(given.c.keys()), rows)


def _cancelled_jobs(is_saved: Exists, but: ColumnElement[UUID] | None = None) -> CTE:
    """Cancel the jobs of tokens; no statement can write one row, such as ``but``, twice."""
    live: list[ColumnElement[str]] = [literal_column(f"'{each}'") for each in _LIVE_JOBS]
    others = true() if but is None else job_table.c.id != but
    return (
        update(job_table)
        .where(
            job_table.c.instance_id == bindparam("of"),
            job_table.c.token.in_(_tokens("cancelled")),
            job_table.c.state.in_(live),
            others,
            is_saved,
        )
        .values(state=literal_column(f"'{JobState.CANCELLED.value}'"))
        .cte("cancelled")
    )


def _ceased(is_saved: Exists) -> CTE:
    return (
        delete(subscription_table)
        .where(
            subscription_table.c.instance_id == bindparam("of"),
            subscription_table.c.token.in_(_tokens("ceased")),
            is_saved,
        )
        .cte("ceased")
    )


def _tokens(name: str) -> Select[str]:
    """Return the tokens given; under no name that the tables around it have a column of."""
    given = func.json_array_elements_text(_json_parameter(name)).table_valued("value", name="given")
    return select(given.c.value)


_PARTS: Final[Mapping[str, Callable[[Exists], CTE]]] = {
    "tasks": _upserted_tasks,
    "events": lambda is_saved: _added(event_table, "events", is_saved).cte("events"),
    "jobs": lambda is_saved: _added(job_table, "jobs", is_saved).cte("jobs"),
    "cancelled": _cancelled_jobs,
    "listening": lambda is_saved: _added(subscription_table, "listening", is_saved).cte(
        "listening"
    ),
    "ceased": _ceased,
}


def _given(table: Table, name: str) -> TableValuedAlias:
    """Return the rows given as the JSON parameter ``name``, with the columns of ``table``."""
    columns = [column(each.name, each.type) for each in table.c]
    rows = func.json_to_recordset(_json_parameter(name)).table_valued(*columns, name="given")
    return rows.render_derived(with_types=True)


def _json_parameter(name: str) -> ColumnElement[Any]:
    return cast(bindparam(name, type_=Text), JSON)


def _json(value: object) -> str:
    return str(_ENCODER.encode(value))


def _as_text(value: object) -> str:
    """Return a moment, an id or a snapshot as PostgreSQL reads it out of JSON."""
    match value:
        case datetime(tzinfo=None):
            raise TypeError("a moment without a time zone")
        case datetime():
            return value.isoformat()
        case bytes():
            return f"\\x{value.hex()}"
        case UUID():
            return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


_ENCODER: Final = simplejson.JSONEncoder(
    use_decimal=True, ensure_ascii=False, separators=(",", ":"), default=_as_text
)

_WRITERS: Final[Mapping[str, Writer]] = {
    "sqlite": _write_sqlite,
    "postgresql": _write_postgresql,
}
_WRITERS_OF_EACH: Final[Mapping[str, Writers]] = {
    "sqlite": _write_each_sqlite,
    "postgresql": _write_each_postgresql,
}
