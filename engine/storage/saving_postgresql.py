"""Writing a change on PostgreSQL: every part is a sub-statement of one.

Rows are fed as JSON, the case as parameters; what is empty is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

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
    Uuid,
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
from sqlalchemy.types import TypeEngine

from engine.model.base import Moment
from engine.model.event import event_table
from engine.model.instance import Instance, instance_table, task_table
from engine.model.job import JobState, job_table
from engine.model.subscription import subscription_table
from engine.storage.change import (
    CASE_CHANGES,
    FINISHED,
    FORGET_DRAFTS,
    LIVE_JOBS,
    OF_CASE,
    OF_EVENT,
    OF_JOB,
    OF_SUBSCRIPTION,
    OF_TASK,
    OURS,
    TASK_CHANGES,
    Change,
    lease_of,
    lost,
)
from engine.storage.statements import Prepared, rows_of_each
from engine.storage.step_priorities import said_over
from engine.values import exact_json


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
    values = _of_case(change.case)
    parts = []
    for name, as_json in _AS_JSON.items():
        rows = getattr(change, name)
        if rows:
            parts.append(name)
            values[name] = as_json(rows)
    finishing = change.finishes
    if finishing is not None:
        values |= lease_of(finishing)
    return _statement(change.is_new, tuple(parts), finishing is not None), values


def _of_case(case: Instance) -> dict[str, Any]:
    """Return the case's own values by the names of their parameters."""
    return dict(zip(_CASE_PARAMETERS, _CASE_VALUES(case), strict=True))


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
    row = select(*(_of_case_column(each) for each in OF_CASE)).where(is_ours)
    add = insert(instance_table).from_select(list(OF_CASE), row)
    return add.returning(instance_table.c.id)


def _updated_case(is_ours: ColumnElement[bool]) -> ReturningUpdate[Any]:
    return (
        update(instance_table)
        .where(
            instance_table.c.id == _of_case_column("id"),
            instance_table.c.version == _of_case_column("version"),
            is_ours,
        )
        .values(
            {name: _of_case_column(name) for name in CASE_CHANGES}
            | {"version": instance_table.c.version + literal_column("1")}
        )
        .returning(instance_table.c.id)
    )


def _of_case_column(name: str) -> ColumnElement[Any]:
    return bindparam(f"case_{name}", type_=instance_table.c[name].type)


def _upserted_tasks(is_saved: Exists) -> CTE:
    add = _added(task_table, "tasks", is_saved)
    changes = {each: add.excluded[each] for each in TASK_CHANGES}
    upsert = add.on_conflict_do_update(index_elements=["id"], set_=changes)
    return upsert.returning(task_table.c.drafted).cte("tasks")


def _added(table: Table, name: str, is_saved: Exists) -> postgresql.Insert:
    given = _given(table, name)
    rows = select(given).where(is_saved)
    return postgresql.insert(table).from_select(list(given.c.keys()), rows)


def _added_jobs(is_saved: Exists) -> CTE:
    given = _given(job_table, "jobs")
    own = given.c.priority
    said = said_over(given.c.kind, _of_case_column("definition_id"), given.c.element_id, own)
    row = [said if each is own else each for each in given.c]
    rows = select(*row).where(is_saved)
    return postgresql.insert(job_table).from_select(list(given.c.keys()), rows).cte("jobs")


def _cancelled_jobs(is_saved: Exists, but: ColumnElement[UUID] | None = None) -> CTE:
    """Cancel the jobs of tokens; no statement can write one row, such as ``but``, twice."""
    live: list[ColumnElement[str]] = [literal_column(f"'{each}'") for each in LIVE_JOBS]
    others = true() if but is None else job_table.c.id != but
    return (
        update(job_table)
        .where(
            job_table.c.instance_id == _of_case_column("id"),
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
            subscription_table.c.instance_id == _of_case_column("id"),
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
    "jobs": _added_jobs,
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


def _rows_as_json(table: Table, paths: Mapping[str, str]) -> Callable[[Sequence[Any]], str]:
    """Return what turns records into the rows of a table, as PostgreSQL reads them out of JSON.

    What is ``None`` is left out: it comes back as NULL.
    """
    texts = [_text_of(table.c[each].type) for each in paths]
    values = attrgetter(*paths.values())

    def row(record: object) -> dict[str, Any]:
        return {
            name: value if text is None else text(value)
            for name, text, value in zip(paths, texts, values(record), strict=True)
            if value is not None
        }

    return lambda records: exact_json.written([row(each) for each in records])


def _text_of(kind: TypeEngine[Any]) -> Callable[[Any], str] | None:
    """Return what makes text of a value that JSON does not know."""
    if isinstance(kind, Moment):
        return _moment
    return str if isinstance(kind, Uuid) else None


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise TypeError("a moment without a time zone")
    return moment.isoformat()


#: the parts of a change as the sub-statements of `_PARTS` read them
_AS_JSON: Final[Mapping[str, Callable[[Sequence[Any]], str]]] = {
    "tasks": _rows_as_json(task_table, OF_TASK),
    "events": _rows_as_json(event_table, OF_EVENT),
    "jobs": _rows_as_json(job_table, OF_JOB),
    "cancelled": exact_json.written,
    "listening": _rows_as_json(subscription_table, OF_SUBSCRIPTION),
    "ceased": exact_json.written,
}
_CASE_PARAMETERS: Final = tuple(f"case_{each}" for each in OF_CASE)
_CASE_VALUES: Final = attrgetter(*OF_CASE.values())
