"""What ``/engine-rest`` reads: tasks, cases and definitions by the filters of Camunda 7.

Filters and sort keys have the names they have on the wire (`engine.queries.rest_filters`).
Every list is limited to what the actor may see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from engine.errors import CaseNotFound, TaskNotFound
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.rest_filters import (
    CANDIDATES,
    CASE_FILTERS,
    CASE_ORDER,
    DEFINITION_FILTERS,
    DEFINITION_ORDER,
    TASK_FILTERS,
    TASK_ORDER,
    Filter,
    definition_table,
    is_under_way,
)
from engine.queries.scope import visible_cases
from engine.queries.watched import seen_cases
from engine.storage.bundles import Deployed, deployed
from engine.storage.suspensions import suspended

#: The longest list given at once; ``/count`` tells how much there is.
LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client asks for; values are read according to the filter's kind."""

    filters: Mapping[str, Any] = field(default_factory=dict)
    sorting: tuple[tuple[str, bool], ...] = ()  #: sort key, and whether it descends
    first: int = 0
    most: int = LONGEST


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open human task."""

    id: UUID
    instance_id: UUID
    definition_id: UUID
    element_id: str
    name: str
    desk: str
    form_id: str | None
    created_at: datetime
    due_at: datetime | None
    priority: int
    holder: str | None
    follow_up_at: datetime | None
    owner: str | None  #: for whom the holder works on it, or has worked


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case."""

    id: UUID
    definition_id: UUID
    process_id: str
    business_key: str | None
    is_running: bool  #: or held, and will run again
    is_suspended: bool
    unit: str


@dataclass(frozen=True, slots=True)
class CaseValues:
    """A case with the values of its variables now."""

    row: CaseRow
    variables: Mapping[str, Any]
    snapshot: bytes  #: where it stands, opaque


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """One version of a process, with the diagram it came from."""

    definition: Deployed
    file: str
    diagram: bytes
    is_suspended: bool = False  #: no case of it is started for now


def tasks(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *beside: ColumnElement[bool],
    by: Sequence[ColumnElement[Any]] = (),
) -> tuple[TaskRow, ...]:
    """Return the open tasks asked for.

    Args:
        beside: further conditions on ``task`` and ``instance``.
        by: the order where none is asked for.
    """
    found = _tasks(actor, wanted, *_TASK).where(*beside)
    if not wanted.sorting:
        found = found.order_by(*by)
    statement = paged(found, wanted, TASK_ORDER, task.c.id)
    return tuple(TaskRow(*each) for each in session.execute(statement))


def count_tasks(
    session: Session, actor: Actor, wanted: Wanted, *beside: ColumnElement[bool]
) -> int:
    """Return how many open tasks are asked for."""
    return session.scalar(_tasks(actor, wanted, func.count()).where(*beside)) or 0


def one_task(session: Session, task_id: UUID, actor: Actor) -> TaskRow:
    """Return an open task.

    Raises:
        TaskNotFound: there is none, it is closed, or the actor may not see its case.
    """
    found = tasks(session, actor, Wanted({"taskId": task_id}, most=1))
    if not found:
        raise TaskNotFound(task_id)
    return found[0]


def cases(session: Session, actor: Actor, wanted: Wanted) -> tuple[CaseRow, ...]:
    """Return the running cases asked for."""
    statement = paged(_cases(actor, wanted, *_CASE), wanted, CASE_ORDER, instance.c.id)
    return tuple(_case_row(each) for each in session.execute(statement))


def count_cases(session: Session, actor: Actor, wanted: Wanted) -> int:
    """Return how many running cases are asked for."""
    return session.scalar(_cases(actor, wanted, func.count())) or 0


def case_ids(actor: Actor, wanted: Wanted) -> Select[Any]:
    """Return the statement that finds the running cases asked for, all of them."""
    return _cases(actor, wanted, instance.c.id)


def one_case(session: Session, instance_id: UUID, actor: Actor) -> CaseValues:
    """Return a case, ended or not, with its variables.

    Raises:
        CaseNotFound: there is none, or the actor may not see it.
    """
    found = session.execute(
        select(*_CASE, instance.c.variables, instance.c.snapshot).where(
            instance.c.id == instance_id, seen_cases(actor)
        )
    ).first()
    if found is None:
        raise CaseNotFound(instance_id)
    return CaseValues(_case_row(found), found.variables or {}, found.snapshot)


def told_case(session: Session, instance_id: UUID) -> CaseRow:
    """Return a case to who has just told it something, whether or not he sees it otherwise."""
    return _case_row(session.execute(select(*_CASE).where(instance.c.id == instance_id)).one())


def definitions(session: Session, wanted: Wanted) -> tuple[DefinitionRow, ...]:
    """Return every definition asked for; they are few, and paged by who asks."""
    statement = select(definition_table.id).where(*conditions(wanted, DEFINITION_FILTERS))
    ids = session.scalars(ordered(statement, wanted, DEFINITION_ORDER, definition_table.id)).all()
    known = suspended(session)
    found = (deployed(session, each) for each in ids)
    return tuple(definition_row(each, is_suspended=each.process_id in known) for each in found)


def definition_row(definition: Deployed, *, is_suspended: bool = False) -> DefinitionRow:
    """Return a definition with the file of its bundle that draws it."""
    drawn = re.compile(
        rb"<(?:[\w.-]+:)?process\b[^>]*\sid\s*=\s*[\"']%b[\"']" % definition.process_id.encode()
    )
    for file, diagram in definition.bundle.diagrams.items():
        if drawn.search(diagram):
            return DefinitionRow(definition, file, diagram, is_suspended)
    return DefinitionRow(definition, "", b"", is_suspended)


def conditions(wanted: Wanted, known: Mapping[str, Filter]) -> list[ColumnElement[bool]]:
    """Return what the filters ask of a row."""
    return [
        known[name].condition(value)
        for name, value in wanted.filters.items()
        if name in known and value is not False  # Camunda's flags ask only when true
    ]


def paged(
    statement: Select[Any], wanted: Wanted, order: Mapping[str, Any], identity: Any
) -> Select[Any]:
    """Return a list's statement with its order and the page asked for."""
    return ordered(statement, wanted, order, identity).offset(wanted.first).limit(wanted.most)


def ordered(
    statement: Select[Any], wanted: Wanted, order: Mapping[str, Any], identity: Any
) -> Select[Any]:
    """Return a list's statement in the order asked for; equal rows by their identity."""
    keys = [
        (order[key].desc() if descends else order[key].asc()).nulls_last()
        for key, descends in wanted.sorting
    ]
    return statement.order_by(*keys, identity)


_TASK: Final = (
    task.c.id,
    task.c.instance_id,
    instance.c.definition_id,
    task.c.element_id,
    task.c.name,
    task.c.desk,
    task.c.form_id,
    task.c.created_at,
    task.c.due_at,
    task.c.priority,
    task.c.holder,
    task.c.follow_up_at,
    task.c.owner,
)
_CASE: Final = (
    instance.c.id,
    instance.c.definition_id,
    instance.c.process_id,
    instance.c.business_key,
    instance.c.state,
    instance.c.unit,
)


def _tasks(actor: Actor, wanted: Wanted, *columns: Any) -> Select[Any]:
    asked = conditions(wanted, TASK_FILTERS)
    if wanted.filters.keys() & CANDIDATES and not wanted.filters.get("includeAssignedTasks"):
        asked.append(task.c.holder.is_(None))
    return (
        select(*columns)
        .select_from(task)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None), visible_cases(actor), *asked)
    )


def _cases(actor: Actor, wanted: Wanted, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(instance)
        .where(is_under_way(), seen_cases(actor), *conditions(wanted, CASE_FILTERS))
    )


def _case_row(found: Any) -> CaseRow:
    state = InstanceState(found.state)
    suspended = state is InstanceState.SUSPENDED
    return CaseRow(
        found.id,
        found.definition_id,
        found.process_id,
        found.business_key,
        suspended or state is InstanceState.RUNNING,
        suspended,
        found.unit,
    )
