"""Writing what a step changed: one statement on PostgreSQL, the fewest on SQLite.

Either writes nothing at all when the case is no longer at the version it was read at.
The columns come from the tables, so that a new one needs no word here.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final, Protocol
from uuid import UUID

import simplejson
from sqlalchemy import Column, Connection, Table, bindparam, delete, insert, literal_column, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.model.draft import DraftField
from engine.model.event import Event, event_table
from engine.model.instance import HumanTask, Instance, instance_table, task_table
from engine.model.job import Job, JobState, job_table
from engine.storage.statements import Prepared, run

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


class Writer(Protocol):
    """Writes a change within the connection's transaction."""

    def __call__(self, connection: Connection, change: Change) -> bool:
        """Write it; return whether the case still stood where it was read."""


def write(connection: Connection, change: Change) -> bool:
    """Write a change; return whether the case still stood where it was read, else nothing is."""
    return _WRITERS[connection.dialect.name](connection, change)


def _record(kind: type[Any], *, without: str = "") -> Callable[[Any], dict[str, Any]]:
    """Return what turns a record into its columns' values."""
    names = [each.name for each in fields(kind) if each.name != without]
    values = attrgetter(*names)

    def plain(record: Any) -> dict[str, Any]:
        found = dict(zip(names, values(record), strict=True))
        for name in enums & found.keys():
            found[name] = found[name].value
        return found

    enums = frozenset({"state", "kind"})
    return plain


_case, _task = _record(Instance, without="tasks"), _record(HumanTask)
_event, _job = _record(Event), _record(Job)

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
_FORGET_DRAFTS = Prepared(delete(DraftField).where(DraftField.task_id == bindparam("of")))


def _write_sqlite(connection: Connection, change: Change) -> bool:
    case = change.case
    values = _case(case)
    if change.is_new:
        _ADD_CASE.run(connection, values)
    elif not _SAVE_CASE.run(connection, values | {"of": case.id, "loaded": case.version}):
        return False
    _SAVE_TASKS.each(connection, map(_task, change.tasks))
    _ADD_EVENTS.each(connection, map(_event, change.events))
    _ADD_JOBS.each(connection, map(_job, change.jobs))
    _CANCEL_JOBS.each(connection, ({"of": case.id, "at": each} for each in change.cancelled))
    if change.answered is not None:
        _FORGET_DRAFTS.run(connection, {"of": change.answered})
    return True


# PostgreSQL: every part is a sub-statement of one, fed with JSON; what is empty is left out


def _write_postgresql(connection: Connection, change: Change) -> bool:
    case = change.case
    values: dict[str, Any] = {"of": case.id, "loaded": case.version, "snapshot": case.snapshot}
    values["case_row"] = _json(_case(case) | {"snapshot": None})
    parts = {
        "tasks": [_task(each) for each in change.tasks],
        "events": [_event(each) for each in change.events],
        "jobs": [_job(each) for each in change.jobs],
        "cancelled": change.cancelled,
    }
    parts = {name: rows for name, rows in parts.items() if rows}
    values |= {name: _json(rows) for name, rows in parts.items()}
    cursor = run(connection, _statement(change.is_new, tuple(parts)), values)
    saved, drafted = cursor.fetchone()
    if drafted and change.answered is not None:
        _FORGET_DRAFTS.run(connection, {"of": change.answered})
    return bool(saved)


@cache
def _statement(is_new: bool, parts: tuple[str, ...]) -> str:
    """Return the saving statement with the parts a change has."""
    head = _insert_case() if is_new else _update_case()
    subs = [f"saved AS ({head})", *(f"{each} AS ({_PARTS[each]()})" for each in parts)]
    drafted = "EXISTS (SELECT FROM tasks WHERE drafted)" if "tasks" in parts else "false"
    return f"WITH {', '.join(subs)} SELECT EXISTS (SELECT FROM saved), {drafted}"


def _insert_case() -> str:
    names = _names(instance_table)
    values = ", ".join("%(snapshot)s" if each == "snapshot" else each for each in names)
    source = f"json_to_record(%(case_row)s) AS given({_typed(instance_table)})"
    return (
        f"INSERT INTO instance ({', '.join(names)}) SELECT {values} FROM {source} "
        "WHERE %(loaded)s >= 0 AND given.id = %(of)s RETURNING id"
    )


def _update_case() -> str:
    changes = [f"{each} = given.{each}" for each in _CASE_CHANGES if each != "snapshot"]
    source = f"json_to_record(%(case_row)s) AS given({_typed(instance_table)})"
    return (
        f"UPDATE instance SET {', '.join(changes)}, snapshot = %(snapshot)s, "
        f"version = instance.version + 1 FROM {source} "
        "WHERE instance.id = %(of)s AND instance.version = %(loaded)s RETURNING instance.id"
    )


def _insert(table: Table, parameter: str, then: str = "") -> str:
    names = ", ".join(_names(table))
    source = f"json_to_recordset(%({parameter})s) AS given({_typed(table)})"
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source} "
        f"WHERE EXISTS (SELECT FROM saved) {then}"
    )


def _upsert_tasks() -> str:
    changes = ", ".join(f"{each} = excluded.{each}" for each in _TASK_CHANGES)
    return _insert(
        task_table, "tasks", f"ON CONFLICT (id) DO UPDATE SET {changes} RETURNING drafted"
    )


def _cancel_jobs() -> str:
    live = ", ".join(f"'{each}'" for each in _LIVE_JOBS)
    return (
        f"UPDATE job SET state = '{JobState.CANCELLED.value}' WHERE instance_id = %(of)s "
        "AND token IN (SELECT json_array_elements_text(%(cancelled)s)) "
        f"AND state IN ({live}) AND EXISTS (SELECT FROM saved)"
    )


_PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "tasks": _upsert_tasks,
    "events": lambda: _insert(event_table, "events"),
    "jobs": lambda: _insert(job_table, "jobs"),
    "cancelled": _cancel_jobs,
}
_POSTGRESQL: Final = postgresql.dialect()  # type: ignore[no-untyped-call]


def _names(table: Table) -> list[str]:
    return [each.name for each in table.c]


def _typed(table: Table) -> str:
    return ", ".join(f"{each.name} {_type(each)}" for each in table.c)


def _type(column: Column[Any]) -> str:
    return str(column.type.compile(_POSTGRESQL))


def _json(value: object) -> str:
    return str(_ENCODER.encode(value))


def _as_text(value: object) -> str:
    """Return a moment or an id as PostgreSQL reads it from JSON."""
    match value:
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case enum.Enum():
            return str(value.value)
    raise TypeError(f"{type(value).__name__} is no JSON")


_ENCODER: Final = simplejson.JSONEncoder(
    use_decimal=True, ensure_ascii=False, separators=(",", ":"), default=_as_text
)

_WRITERS: Final[Mapping[str, Writer]] = {
    "sqlite": _write_sqlite,
    "postgresql": _write_postgresql,
}
