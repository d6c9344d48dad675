"""Writing a change on SQLite: one statement a table, the fewest there are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
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
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.errors import LeaseLost, StaleVersion
from engine.model.event import event_table
from engine.model.instance import instance_table, task_table
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
from engine.storage.statements import Prepared
from engine.storage.step_priorities import said_over

_ADD_CASE = Prepared(insert(instance_table), paths=OF_CASE)
_SAVE_CASE = Prepared(
    update(instance_table)
    .where(instance_table.c.id == bindparam("of"), instance_table.c.version == bindparam("loaded"))
    .values(
        {name: bindparam(name) for name in CASE_CHANGES}
        | {"version": instance_table.c.version + literal_column("1")}
    ),
    paths={**OF_CASE, "of": "id", "loaded": "version"},
)
_NEW_TASK = sqlite_insert(task_table)
_SAVE_TASKS = Prepared(
    _NEW_TASK.on_conflict_do_update(
        index_elements=["id"], set_={each: _NEW_TASK.excluded[each] for each in TASK_CHANGES}
    ),
    paths=OF_TASK,
)
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
    case = change.case
    if change.finishes is not None and not _FINISH.run(connection, lease_of(change.finishes)):
        raise lost(change.finishes)
    if change.is_new:
        _ADD_CASE.run(connection, case)
    elif not _SAVE_CASE.run(connection, case):
        return False
    _SAVE_TASKS.each(connection, change.tasks)
    _ADD_EVENTS.each(connection, change.events)
    _ADD_JOBS.each(connection, change.jobs)
    _CANCEL_JOBS.each(connection, ({"of": case.id, "at": each} for each in change.cancelled))
    _LISTEN.each(connection, change.listening)
    _CEASE.each(connection, ({"of": case.id, "at": each} for each in change.ceased))
    if change.answered is not None:
        FORGET_DRAFTS.run(connection, {"of": change.answered})
    return True


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
