"""Writing a change on PostgreSQL: every part is a sub-statement of one, fed with JSON.

What is empty is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final
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
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from engine.model.event import event_table
from engine.model.instance import instance_table, task_table
from engine.model.job import JobState, job_table
from engine.model.subscription import subscription_table
from engine.storage.change import (
    CASE_CHANGES,
    FINISHED,
    FORGET_DRAFTS,
    LIVE_JOBS,
    OURS,
    TASK_CHANGES,
    Change,
    case_record,
    event_record,
    job_record,
    lease_of,
    lost,
    subscription_record,
    task_record,
)
from engine.storage.statements import Prepared, rows_of_each


def write(connection: Connection, change: Change) -> bool:
    """Write a change; see `engine.storage.saving`."""
    statement, values = _saving(change)
    [[saved, drafted, is_ours]] = statement.rows(connection, values)
    if change.finishes is not None and not is_ours:
        raise lost(change.finishes)
    if drafted and change.answered is not None:
        FORGET_DRAFTS.run(connection, {"of": change.answered})
    return bool(saved)


def write_each(connection: Connection, changes: Sequence[Change]) -> list[bool]:
    """Write those that can be written; see `engine.storage.saving`."""
    answers = rows_of_each(connection, map(_saving, changes))
    answered = [each.answered for each, [row] in zip(changes, answers, strict=True) if row[1]]
    for task_id in filter(None, answered):
        FORGET_DRAFTS.run(connection, {"of": task_id})
    return [bool(saved) for [[saved, _, _]] in answers]


def _saving(change: Change) -> tuple[Prepared, dict[str, Any]]:
    """Return the statement that saves a change, and what it is fed with."""
    case = change.case
    parts: dict[str, Sequence[Any]] = {
        "tasks": [task_record(each) for each in change.tasks],
        "events": [event_record(each) for each in change.events],
        "jobs": [job_record(each) for each in change.jobs],
        "cancelled": change.cancelled,
        "listening": [subscription_record(each) for each in change.listening],
        "ceased": change.ceased,
    }
    parts = {name: rows for name, rows in parts.items() if rows}
    values = {"of": case.id, "loaded": case.version, "case": _json([case_record(case)])}
    values |= {name: _json(rows) for name, rows in parts.items()}
    finishing = change.finishes
    if finishing is not None:
        values |= lease_of(finishing)
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
    return select(job_table.c.id).where(*OURS).with_for_update().cte("held")


def _finished_job(is_saved: Exists) -> CTE:
    return update(job_table).where(*OURS, is_saved).values(FINISHED).cte("finished")


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
            {name: given.c[name] for name in CASE_CHANGES}
            | {"version": instance_table.c.version + literal_column("1")}
        )
        .returning(instance_table.c.id)
    )


def _upserted_tasks(is_saved: Exists) -> CTE:
    add = _added(task_table, "tasks", is_saved)
    changes = {each: add.excluded[each] for each in TASK_CHANGES}
    upsert = add.on_conflict_do_update(index_elements=["id"], set_=changes)
    return upsert.returning(task_table.c.drafted).cte("tasks")


def _added(table: Table, name: str, is_saved: Exists) -> postgresql.Insert:
    given = _given(table, name)
    rows = select(given).where(is_saved)
    return postgresql.insert(table).from_select(list(given.c.keys()), rows)


def _cancelled_jobs(is_saved: Exists, but: ColumnElement[UUID] | None = None) -> CTE:
    """Cancel the jobs of tokens; no statement can write one row, such as ``but``, twice."""
    live: list[ColumnElement[str]] = [literal_column(f"'{each}'") for each in LIVE_JOBS]
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
