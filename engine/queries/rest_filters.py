"""The filters and sort keys of ``/engine-rest``, by the names they have on the wire.

One line each: how the value is written, and what it asks of a row. What is not in these
tables does not exist and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, false, func, or_, select

from engine.model.definition import Definition
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import desk_of
from engine.queries.scope import at_desks

Kind = Literal["text", "texts", "flag", "moment", "number", "id", "ids", "person"]
Condition = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: how its value is written, and what it asks of a row."""

    kind: Kind
    condition: Condition


TASK_FILTERS: Final[Mapping[str, Filter]] = {
    "taskId": Filter("id", lambda value: task.c.id == value),
    "processInstanceId": Filter("id", lambda value: task.c.instance_id == value),
    "processInstanceIdIn": Filter("ids", task.c.instance_id.in_),
    "processInstanceBusinessKey": Filter("text", lambda value: instance.c.business_key == value),
    "processInstanceBusinessKeyIn": Filter("texts", instance.c.business_key.in_),
    "processInstanceBusinessKeyLike": Filter("text", instance.c.business_key.like),
    "processDefinitionId": Filter("id", lambda value: instance.c.definition_id == value),
    "processDefinitionKey": Filter("text", lambda value: instance.c.process_id == value),
    "processDefinitionKeyIn": Filter("texts", instance.c.process_id.in_),
    "taskDefinitionKey": Filter("text", lambda value: task.c.element_id == value),
    "taskDefinitionKeyIn": Filter("texts", task.c.element_id.in_),
    "taskDefinitionKeyLike": Filter("text", task.c.element_id.like),
    "name": Filter("text", lambda value: task.c.name == value),
    "nameLike": Filter("text", task.c.name.like),
    "assignee": Filter("text", lambda value: task.c.holder == value),
    "assigneeIn": Filter("texts", task.c.holder.in_),
    "assigned": Filter("flag", lambda _: task.c.holder.is_not(None)),
    "unassigned": Filter("flag", lambda _: task.c.holder.is_(None)),
    "candidateGroup": Filter("text", lambda role: _at_role(role)),  # noqa: PLW0108 - defined below
    "candidateGroups": Filter("texts", lambda roles: or_(false(), *map(_at_role, roles))),
    "candidateUser": Filter("person", lambda person: at_desks(person) if person else false()),
    "priority": Filter("number", lambda value: task.c.priority == value),
    "minPriority": Filter("number", lambda value: task.c.priority >= value),
    "maxPriority": Filter("number", lambda value: task.c.priority <= value),
    "dueDate": Filter("moment", lambda value: task.c.due_at == value),
    "dueBefore": Filter("moment", lambda value: task.c.due_at < value),
    "dueAfter": Filter("moment", lambda value: task.c.due_at > value),
    "createdOn": Filter("moment", lambda value: task.c.created_at == value),
    "createdBefore": Filter("moment", lambda value: task.c.created_at < value),
    "createdAfter": Filter("moment", lambda value: task.c.created_at > value),
}

#: Candidates are asked for work nobody has taken, unless ``includeAssignedTasks`` is set.
CANDIDATES: Final = frozenset({"candidateGroup", "candidateGroups", "candidateUser"})
TASK_ORDER: Final[Mapping[str, ColumnElement[Any]]] = {
    "id": task.c.id,
    "name": task.c.name,
    "nameCaseInsensitive": func.lower(task.c.name),
    "assignee": task.c.holder,
    "priority": task.c.priority,
    "created": task.c.created_at,
    "dueDate": task.c.due_at,
    "instanceId": task.c.instance_id,
}

CASE_FILTERS: Final[Mapping[str, Filter]] = {
    "processInstanceIds": Filter("ids", instance.c.id.in_),
    "businessKey": Filter("text", lambda value: instance.c.business_key == value),
    "businessKeyLike": Filter("text", instance.c.business_key.like),
    "processDefinitionId": Filter("id", lambda value: instance.c.definition_id == value),
    "processDefinitionKey": Filter("text", lambda value: instance.c.process_id == value),
    "processDefinitionKeyIn": Filter("texts", instance.c.process_id.in_),
    "active": Filter("flag", lambda _: is_running()),
    "suspended": Filter("flag", lambda _: false()),  # a case is never suspended here
}
CASE_ORDER: Final[Mapping[str, ColumnElement[Any]]] = {
    "instanceId": instance.c.id,
    "definitionKey": instance.c.process_id,
    "definitionId": instance.c.definition_id,
    "businessKey": instance.c.business_key,
}

definition_table: Final = Definition.__table__.c
DEFINITION_FILTERS: Final[Mapping[str, Filter]] = {
    "processDefinitionId": Filter("id", lambda value: definition_table.id == value),
    "processDefinitionIdIn": Filter("ids", definition_table.id.in_),
    "key": Filter("text", lambda value: definition_table.process_id == value),
    "keysIn": Filter("texts", definition_table.process_id.in_),
    "keyLike": Filter("text", definition_table.process_id.like),
    "name": Filter("text", lambda value: definition_table.name == value),
    "nameLike": Filter("text", definition_table.name.like),
    "version": Filter("number", lambda value: definition_table.version == value),
    "deploymentId": Filter("text", lambda value: definition_table.bundle_id == value),
    "latestVersion": Filter("flag", lambda _: _is_latest()),
    "active": Filter("flag", lambda _: definition_table.id.is_not(None)),
    "suspended": Filter("flag", lambda _: false()),
}
DEFINITION_ORDER: Final[Mapping[str, ColumnElement[Any]]] = {
    "id": definition_table.id,
    "key": definition_table.process_id,
    "name": definition_table.name,
    "version": definition_table.version,
    "deploymentId": definition_table.bundle_id,
    "deployTime": definition_table.deployed_at,
}


def _at_role(role: str) -> ColumnElement[bool]:
    return task.c.desk.startswith(desk_of(role, ""), autoescape=True)


def is_running() -> ColumnElement[bool]:
    """Return the condition on ``instance`` for cases that have not ended."""
    return instance.c.state == InstanceState.RUNNING.value


def _is_latest() -> ColumnElement[bool]:
    newer = Definition.__table__.alias()
    return ~(
        select(newer.c.id)
        .where(
            newer.c.process_id == definition_table.process_id,
            newer.c.version > definition_table.version,
        )
        .correlate(Definition.__table__)
        .exists()
    )
