"""Writing a change on SQLite: one statement a table, the fewest there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    String,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from engine.errors import LeaseLost, StaleVersion
from engine.model.event import event_table
from engine.model.instance import HumanTask, instance_table, task_table
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
    STANDING,
    TASK_CHANGES,
    Change,
    facts_of,
    lease_of,
    lost,
    standing_of,
)
from engine.storage.statements import Prepared
from engine.storage.step_priorities import said_over

_ADD_CASE = Prepared(insert(instance_table), paths=OF_CASE)
_ADD_EVENTS = Prepared(insert(event_table), paths=OF_EVENT)
_ADD_JOBS = Prepared(
    insert(job_table).values(
        {name: bindparam(name) for name in OF_JOB}
        | {
            "priority": said_over(
                bindparam("what", type_=String),
                select(instance_table.c.definition_id)
                .where(instance_table.c.id == bindparam("case"))
                .scalar_subquery(),
                bindparam("step", type_=String),
                bindparam("own", type_=Integer),
            )
        }
    ),
    paths={
        **OF_JOB, "what": "kind.value", "case": "instance_id", "step": "element_id",
        "own": "priority",
    },
)  # fmt: skip
_CANCEL_JOBS = Prepared(
    update(job_table)
    .where(
        job_table.c.instance_id == bindparam("of"),
        job_table.c.token == bindparam("at"),
        job_table.c.state.in_([literal_column(f"'{each}'") for each in LIVE_JOBS]),
    )
    .values(state=literal_column(f"'{JobState.CANCELLED.value}'"))
)
_LISTEN = Prepared(insert(subscription_table), paths=OF_SUBSCRIPTION)
_CEASE = Prepared(
    delete(subscription_table).where(
        subscription_table.c.instance_id == bindparam("of"),
        subscription_table.c.token == bindparam("at"),
    )
)
_FINISH = Prepared(update(job_table).where(*OURS).values(FINISHED))


def write(connection: Connection, change: Change) -> bool:
    """Write a change; see `engine.storage.saving`."""
    case, loaded = change.case, change.loaded
    if change.finishes is not None and not _FINISH.run(connection, lease_of(change.finishes)):
        raise lost(change.finishes)
    if change.is_new:
        _ADD_CASE.run(connection, case)
    else:
        has_changed = loaded is None or loaded.standing != standing_of(case)
        if not _saved_case(has_changed).run(connection, case):
            return False
    rows = {} if loaded is None else loaded.tasks
    for task in change.tasks:
        _write_task(connection, task, rows.get(task.id), change.answered)
    _ADD_EVENTS.each(connection, change.events)
    _ADD_JOBS.each(connection, change.jobs)
    _CANCEL_JOBS.each(connection, ({"of": case.id, "at": each} for each in change.cancelled))
    _LISTEN.each(connection, change.listening)
    _CEASE.each(connection, ({"of": case.id, "at": each} for each in change.ceased))
    return True


def _write_task(
    connection: Connection, task: HumanTask, was: tuple[Any, ...] | None, answered: UUID | None
) -> None:
    """Write what is not yet in the row of a task, and drop its drafts where it is answered."""
    if was is None:
        told = [name for name, now in zip(OF_TASK, facts_of(task), strict=True) if now is not None]
        _added(tuple(told)).run(connection, task)
        return
    both = zip(OF_TASK, facts_of(task), was, strict=True)
    changed = [name for name, now, then in both if now != then and name in TASK_CHANGES]
    if not changed:
        return
    [[drafted]] = _changed(tuple(changed)).rows(connection, task)
    if drafted and task.id == answered:
        FORGET_DRAFTS.run(connection, {"of": answered})


@cache
def _saved_case(has_changed: bool) -> Prepared:
    """Return what saves a case; SQLite writes every index anew that a column it names is in.

    Args:
        has_changed: its `STANDING` has.
    """
    names = (each for each in CASE_CHANGES if has_changed or each not in STANDING)
    grown: dict[str, Any] = {"version": instance_table.c.version + literal_column("1")}
    statement = update(instance_table).where(
        instance_table.c.id == bindparam("of"), instance_table.c.version == bindparam("loaded")
    )
    paths = {**OF_CASE, "of": "id", "loaded": "version"}
    return Prepared(statement.values(_given(names) | grown), paths=paths)


@cache
def _added(columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(task_table).values(_given(columns)), paths=OF_TASK)


@cache
def _changed(columns: tuple[str, ...]) -> Prepared:
    """Return what changes some columns of a task and says whether it has drafts."""
    this = update(task_table).where(task_table.c.id == bindparam("of"))
    told = this.values(_given(columns)).returning(task_table.c.drafted)
    return Prepared(told, paths={**OF_TASK, "of": "id"})


def _given(columns: Iterable[str]) -> dict[str, BindParameter[Any]]:
    return {name: bindparam(name) for name in columns}


def write_each(connection: Connection, changes: Sequence[Change]) -> list[bool]:
    """Write those that can be written; see `engine.storage.saving`.

    Raises:
        StaleVersion: a case was read before the transaction began; nothing may be committed.
    """
    written = []
    for each in changes:
        try:
            if not write(connection, each):
                raise StaleVersion(each.case.id)
        except LeaseLost:  # which is found out before anything is written
            written.append(False)
        else:
            written.append(True)
    return written
