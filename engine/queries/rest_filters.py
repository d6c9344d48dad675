"""The filters and sort keys of ``/engine-rest``, by the names they have on the wire.

One line each: how the value is written, and what it asks of a row. What is not in these
tables does not exist and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true

from engine.model.definition import Definition
from engine.model.incident import Incident
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.job import UNFINISHED
from engine.model.job import job_table as job
from engine.model.person import desk_of
from engine.model.suspension import Suspension
from engine.queries.scope import at_desks

Kind = Literal["text", "texts", "flag", "moment", "number", "id", "ids", "person"]
Condition = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: how its value is written, and what it asks of a row."""

    kind: Kind
    condition: Condition


definition_table: Final = Definition.__table__.c


def named(kind: Kind) -> Filter:
    """Return a filter of a list that is no table: only read, and asked of no row."""
    return Filter(kind, lambda _: false())


def asks_nothing(_: Any) -> ColumnElement[bool]:
    """Return the condition of a filter that is asked of what was read."""
    return true()


TASK_FILTERS: Final[Mapping[str, Filter]] = {
    "taskId": Filter("id", lambda value: task.c.id == value),
    "taskIdIn": Filter("ids", task.c.id.in_),
    "processInstanceId": Filter("id", lambda value: task.c.instance_id == value),
    "processInstanceIdIn": Filter("ids", task.c.instance_id.in_),
    "processInstanceBusinessKey": Filter("text", lambda value: instance.c.business_key == value),
    "processInstanceBusinessKeyIn": Filter("texts", instance.c.business_key.in_),
    "processInstanceBusinessKeyLike": Filter("text", instance.c.business_key.like),
    "processDefinitionId": Filter("id", lambda value: instance.c.definition_id == value),
    "processDefinitionKey": Filter("text", lambda value: instance.c.process_id == value),
    "processDefinitionKeyIn": Filter("texts", instance.c.process_id.in_),
    "tenantIdIn": Filter("texts", instance.c.unit.in_),
    "withoutTenantId": Filter("flag", lambda _: false()),  # each case is a unit's
    "taskDefinitionKey": Filter("text", lambda value: task.c.element_id == value),
    "taskDefinitionKeyIn": Filter("texts", task.c.element_id.in_),
    "taskDefinitionKeyLike": Filter("text", task.c.element_id.like),
    "name": Filter("text", lambda value: task.c.name == value),
    "nameLike": Filter("text", task.c.name.like),
    "nameNotEqual": Filter("text", lambda value: task.c.name != value),
    "nameNotLike": Filter("text", task.c.name.not_like),
    "assignee": Filter("text", lambda value: task.c.holder == value),
    "assigneeIn": Filter("texts", task.c.holder.in_),
    "assigneeLike": Filter("text", task.c.holder.like),
    "owner": Filter("text", lambda value: task.c.owner == value),
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
    "withoutDueDate": Filter("flag", lambda _: task.c.due_at.is_(None)),
    "followUpDate": Filter("moment", lambda value: task.c.follow_up_at == value),
    "followUpBefore": Filter("moment", lambda value: task.c.follow_up_at < value),
    "followUpBeforeOrNotExistent": Filter(
        "moment", lambda value: or_(task.c.follow_up_at.is_(None), task.c.follow_up_at < value)
    ),
    "followUpAfter": Filter("moment", lambda value: task.c.follow_up_at > value),
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
    "processDefinitionKeyNotIn": Filter("texts", instance.c.process_id.not_in),
    "deploymentId": Filter(
        "text",
        lambda value: instance.c.definition_id.in_(
            select(definition_table.id).where(definition_table.bundle_id == value)
        ),
    ),
    "superProcessInstance": Filter("id", lambda value: instance.c.called_by == value),
    "subProcessInstance": Filter("id", lambda value: _has_called(value)),  # noqa: PLW0108
    "rootProcessInstances": Filter("flag", lambda _: instance.c.called_by.is_(None)),
    "leafProcessInstances": Filter("flag", lambda _: ~_calls()),
    "withIncident": Filter("flag", lambda _: _has_incident()),
    "incidentId": Filter("id", lambda value: _has_incident(Incident.id == value)),
    "incidentMessage": Filter("text", lambda value: _has_incident(Incident.cause == value)),
    "incidentMessageLike": Filter("text", lambda value: _has_incident(Incident.cause.like(value))),
    "activityIdIn": Filter("texts", lambda value: _stands_at(value)),  # noqa: PLW0108
    "tenantIdIn": Filter("texts", instance.c.unit.in_),
    "withoutTenantId": Filter("flag", lambda _: false()),  # each case is a unit's
    "processDefinitionWithoutTenantId": Filter("flag", lambda _: true()),
    "active": Filter("flag", lambda _: is_running()),
    "suspended": Filter("flag", lambda _: instance.c.state == InstanceState.SUSPENDED.value),
}
CASE_ORDER: Final[Mapping[str, ColumnElement[Any]]] = {
    "instanceId": instance.c.id,
    "definitionKey": instance.c.process_id,
    "definitionId": instance.c.definition_id,
    "businessKey": instance.c.business_key,
}

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
    "deployedAfter": Filter("moment", lambda value: definition_table.deployed_at > value),
    "deployedAt": Filter("moment", lambda value: definition_table.deployed_at == value),
    "withoutTenantId": Filter("flag", lambda _: true()),  # a process is the same in every unit
    "tenantIdIn": Filter("texts", lambda _: false()),
    "includeProcessDefinitionsWithoutTenantId": Filter("flag", lambda _: true()),
    "active": Filter("flag", lambda _: ~_is_suspended()),
    "suspended": Filter("flag", lambda _: _is_suspended()),
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


def _has_called(called: Any) -> ColumnElement[bool]:
    other = instance.alias()
    return instance.c.id.in_(select(other.c.called_by).where(other.c.id == called))


def _calls() -> ColumnElement[bool]:
    other = instance.alias()
    running = other.c.state == InstanceState.RUNNING.value
    return exists().where(other.c.called_by == instance.c.id, running).correlate(instance)


def _has_incident(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    stopped = select(Incident.instance_id).where(
        Incident.resolved_at.is_(None), Incident.instance_id.is_not(None), *conditions
    )
    return instance.c.id.in_(stopped)


def _stands_at(elements: list[str]) -> ColumnElement[bool]:
    waiting = select(task.c.instance_id).where(
        task.c.closed_at.is_(None), task.c.element_id.in_(elements)
    )
    working = select(job.c.instance_id).where(
        job.c.state.in_([each.value for each in UNFINISHED]), job.c.element_id.in_(elements)
    )
    return instance.c.id.in_(waiting) | instance.c.id.in_(working)


def is_under_way() -> ColumnElement[bool]:
    """Return the condition on ``instance`` for cases that run, or are held and will run again."""
    return instance.c.state.in_([InstanceState.RUNNING.value, InstanceState.SUSPENDED.value])


def _is_suspended() -> ColumnElement[bool]:
    return definition_table.process_id.in_(select(Suspension.process_id))


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
