"""History as ``/engine-rest`` lists it: cases, steps, tasks, jobs, incidents, decisions, acts.

Each list is a *source*: what its rows are, and its filters by the names on the wire. All are
limited to the cases the actor may see or watches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    false,
    func,
    select,
)
from sqlalchemy.orm import Session

from engine.model.definition import Definition
from engine.model.incident import Incident
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.job import ASIDE, JobKind, JobState
from engine.model.job import job_table as job
from engine.model.person import Actor
from engine.queries.rest import Wanted, conditions, paged
from engine.queries.rest_filters import Filter, is_under_way
from engine.queries.watched import seen_cases

Filters = Mapping[str, Filter]
Order = Mapping[str, Any]
#: a row of a list, with the names of the columns of its source
ListedRow: TypeAlias = Row[Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One list: where its rows are, and what may be asked of them."""

    columns: tuple[Any, ...]
    table: FromClause  #: has ``instance_id``, or is ``instance`` itself
    filters: Filters
    order: Order
    identity: Any  #: equal rows are in this order
    only: tuple[ColumnElement[bool], ...] = ()  #: of the table, these are its rows


def rows(session: Session, actor: Actor, source: Source, wanted: Wanted) -> list[ListedRow]:
    """Return the rows asked for."""
    found = paged(
        asked_of(source, actor, wanted, *source.columns), wanted, source.order, source.identity
    )
    return list(session.execute(found))


def count(session: Session, actor: Actor, source: Source, wanted: Wanted) -> int:
    """Return how many there are."""
    return session.scalar(asked_of(source, actor, wanted, func.count())) or 0


def asked_of(source: Source, actor: Actor, wanted: Wanted, *columns: Any) -> Select[Any]:
    """Return what is asked of a list, among the cases that the actor may see or watches."""
    found = select(*columns).select_from(source.table)
    if source.table is not instance:
        found = found.join(instance, instance.c.id == source.table.c.instance_id)
    return found.where(seen_cases(actor), *source.only, *conditions(wanted, source.filters))


def equals(column: Any) -> Filter:
    """Return the filter on a text that is the column's."""
    return Filter("text", lambda value: column == value)


def flagged(condition: ColumnElement[bool]) -> Filter:
    """Return the filter that is asked for by saying true."""
    return Filter("flag", lambda _: condition)


def spans(column: Any, name: str) -> dict[str, Filter]:
    """Return the filters on a moment: before and after, the moment itself included."""
    return {
        f"{name}Before": Filter("moment", lambda value: column <= value),
        f"{name}After": Filter("moment", lambda value: column >= value),
    }


OF_CASE: Final[Filters] = {
    "processInstanceId": Filter("id", lambda value: instance.c.id == value),
    "processInstanceIdIn": Filter("ids", instance.c.id.in_),
    "executionId": Filter("id", lambda value: instance.c.id == value),
    "rootProcessInstanceId": Filter("id", lambda value: instance.c.id == value),
    "processDefinitionId": Filter("id", lambda value: instance.c.definition_id == value),
    "processDefinitionKey": equals(instance.c.process_id),
    "processDefinitionKeyIn": Filter("texts", instance.c.process_id.in_),
    "processInstanceBusinessKey": equals(instance.c.business_key),
    "processInstanceBusinessKeyIn": Filter("texts", instance.c.business_key.in_),
    "processInstanceBusinessKeyLike": Filter("text", instance.c.business_key.like),
    "tenantIdIn": Filter("texts", instance.c.unit.in_),
    "withoutTenantId": Filter("flag", lambda _: false()),  # each case is a unit's
}
CASE: Final = (
    instance.c.definition_id,
    instance.c.process_id,
    instance.c.unit,
)
CASE_ORDER: Final[Order] = {
    "processInstanceId": instance.c.id,
    "executionId": instance.c.id,
    "processDefinitionId": instance.c.definition_id,
    "definitionId": instance.c.definition_id,
    "processDefinitionKey": instance.c.process_id,
    "tenantId": instance.c.unit,
}


def named(column: Any, condition: Any) -> ColumnElement[bool]:
    """Return the condition that a definition's name is such."""
    named = select(Definition.id).where(condition(Definition.name))
    found: ColumnElement[bool] = column.in_(named)
    return found


def in_state(*states: InstanceState) -> ColumnElement[bool]:
    """Return the condition that a case is in one of these states."""
    return instance.c.state.in_([each.value for each in states])


CASE_FILTERS: Final[Filters] = {
    **{name: each for name, each in OF_CASE.items() if name != "executionId"},
    "processInstanceIds": Filter("ids", instance.c.id.in_),
    "processDefinitionKeyNotIn": Filter("texts", instance.c.process_id.not_in),
    "processDefinitionName": Filter(
        "text", lambda value: named(instance.c.definition_id, lambda name: name == value)
    ),
    "processDefinitionNameLike": Filter(
        "text", lambda value: named(instance.c.definition_id, lambda name: name.like(value))
    ),
    "rootProcessInstances": flagged(instance.c.called_by.is_(None)),
    "superProcessInstanceId": Filter("id", lambda value: instance.c.called_by == value),
    "startedBy": equals(instance.c.started_by),
    **spans(instance.c.started_at, "started"),
    **spans(instance.c.finished_at, "finished"),
    "finished": flagged(instance.c.finished_at.is_not(None)),
    "unfinished": flagged(is_under_way()),
    "active": flagged(in_state(InstanceState.RUNNING)),
    "suspended": flagged(in_state(InstanceState.SUSPENDED)),
    "completed": flagged(in_state(InstanceState.FINISHED)),
    "externallyTerminated": flagged(in_state(InstanceState.CANCELLED)),
    "internallyTerminated": flagged(false()),
    "withIncidents": flagged(
        instance.c.id.in_(select(Incident.instance_id).where(Incident.instance_id.is_not(None)))
    ),
}
CASES: Final = Source(
    (
        instance.c.id,
        *CASE,
        instance.c.business_key,
        instance.c.called_by,
        instance.c.started_at,
        instance.c.finished_at,
        instance.c.started_by,
        instance.c.state,
    ),
    instance,
    CASE_FILTERS,
    {
        "instanceId": instance.c.id,
        "definitionId": instance.c.definition_id,
        "definitionKey": instance.c.process_id,
        "businessKey": instance.c.business_key,
        "startTime": instance.c.started_at,
        "endTime": instance.c.finished_at,
        "tenantId": instance.c.unit,
    },
    instance.c.id,
)

TASKS: Final = Source(
    (
        task.c.id,
        task.c.instance_id,
        task.c.token,
        task.c.element_id,
        task.c.name,
        task.c.owner,
        task.c.holder,
        task.c.closed_by,
        task.c.created_at,
        task.c.closed_at,
        task.c.state,
        task.c.priority,
        task.c.due_at,
        task.c.follow_up_at,
        *CASE,
    ),
    task,
    {
        **OF_CASE,
        "taskId": Filter("id", lambda value: task.c.id == value),
        "taskDefinitionKey": equals(task.c.element_id),
        "taskDefinitionKeyIn": Filter("texts", task.c.element_id.in_),
        "taskName": equals(task.c.name),
        "taskNameLike": Filter("text", task.c.name.like),
        "taskAssignee": equals(func.coalesce(task.c.closed_by, task.c.holder)),
        "taskOwner": equals(task.c.owner),
        "taskPriority": Filter("number", lambda value: task.c.priority == value),
        "assigned": flagged(task.c.holder.is_not(None)),
        "unassigned": flagged(task.c.holder.is_(None)),
        "finished": flagged(task.c.closed_at.is_not(None)),
        "unfinished": flagged(task.c.closed_at.is_(None)),
        "processFinished": flagged(instance.c.finished_at.is_not(None)),
        "processUnfinished": flagged(is_under_way()),
        **spans(task.c.created_at, "started"),
        **spans(task.c.closed_at, "finished"),
        **spans(task.c.due_at, "taskDueDate"),
    },
    {
        **CASE_ORDER,
        "taskId": task.c.id,
        "taskName": task.c.name,
        "assignee": task.c.holder,
        "owner": task.c.owner,
        "startTime": task.c.created_at,
        "endTime": task.c.closed_at,
        "dueDate": task.c.due_at,
        "priority": task.c.priority,
        "taskDefinitionKey": task.c.element_id,
    },
    task.c.id,
)

INCIDENT: Final = Incident.__table__
INCIDENTS: Final = Source(
    (
        INCIDENT.c.id,
        INCIDENT.c.instance_id,
        INCIDENT.c.job_id,
        INCIDENT.c.element_id,
        INCIDENT.c.code,
        INCIDENT.c.cause,
        INCIDENT.c.opened_at,
        INCIDENT.c.resolved_at,
        *CASE,
    ),
    INCIDENT,
    {
        **OF_CASE,
        "incidentId": Filter("id", lambda value: INCIDENT.c.id == value),
        "incidentMessage": equals(INCIDENT.c.cause),
        "incidentMessageLike": Filter("text", INCIDENT.c.cause.like),
        "activityId": equals(INCIDENT.c.element_id),
        "failedActivityId": equals(INCIDENT.c.element_id),
        "configuration": Filter("id", lambda value: INCIDENT.c.job_id == value),
        "open": flagged(INCIDENT.c.resolved_at.is_(None)),
        "resolved": flagged(INCIDENT.c.resolved_at.is_not(None)),
        "deleted": flagged(false()),
        "createTimeBefore": Filter("moment", lambda value: INCIDENT.c.opened_at <= value),
        "createTimeAfter": Filter("moment", lambda value: INCIDENT.c.opened_at >= value),
        "endTimeBefore": Filter("moment", lambda value: INCIDENT.c.resolved_at <= value),
        "endTimeAfter": Filter("moment", lambda value: INCIDENT.c.resolved_at >= value),
    },
    {
        **CASE_ORDER,
        "incidentId": INCIDENT.c.id,
        "incidentMessage": INCIDENT.c.cause,
        "createTime": INCIDENT.c.opened_at,
        "endTime": INCIDENT.c.resolved_at,
        "activityId": INCIDENT.c.element_id,
    },
    INCIDENT.c.id,
)

_JOB: Final = (
    job.c.id,
    job.c.instance_id,
    job.c.kind,
    job.c.token,
    job.c.element_id,
    job.c.topic,
    job.c.run_at,
    job.c.created_at,
    job.c.state,
    job.c.attempts,
    job.c.max_attempts,
    job.c.last_error,
    job.c.priority,
    job.c.worker,
    *CASE,
)


def _is(*states: JobState) -> Filter:
    return flagged(job.c.state.in_([each.value for each in states]))


_LOGGED: Final[Filters] = {
    **OF_CASE,
    "logId": Filter("id", lambda value: job.c.id == value),
    "activityIdIn": Filter("texts", job.c.element_id.in_),
    "failureLog": _is(JobState.INCIDENT),
    "successLog": _is(JobState.DONE),
    "deletionLog": _is(JobState.CANCELLED),
    "creationLog": _is(JobState.READY, JobState.LEASED, *ASIDE),
}
_LOG_ORDER: Final[Order] = {
    **CASE_ORDER,
    "timestamp": job.c.created_at,
    "activityId": job.c.element_id,
}
JOBS: Final = Source(
    _JOB,
    job,
    {
        **_LOGGED,
        "jobId": Filter("id", lambda value: job.c.id == value),
        "jobExceptionMessage": equals(job.c.last_error),
        "failedActivityIdIn": Filter("texts", job.c.element_id.in_),
        "jobDefinitionType": equals(job.c.kind),
        "jobPriorityHigherThanOrEquals": Filter("number", lambda value: job.c.priority >= value),
        "jobPriorityLowerThanOrEquals": Filter("number", lambda value: job.c.priority <= value),
    },
    {
        **_LOG_ORDER,
        "jobId": job.c.id,
        "jobDueDate": job.c.run_at,
        "jobPriority": job.c.priority,
        "jobRetries": job.c.max_attempts - job.c.attempts,
    },
    job.c.id,
    (job.c.kind != JobKind.EXTERNAL.value,),
)
EXTERNAL: Final = Source(
    _JOB,
    job,
    {
        **_LOGGED,
        "externalTaskId": Filter("id", lambda value: job.c.id == value),
        "topicName": equals(job.c.topic),
        "workerId": equals(job.c.worker),
        "errorMessage": equals(job.c.last_error),
        "priorityHigherThanOrEquals": Filter("number", lambda value: job.c.priority >= value),
        "priorityLowerThanOrEquals": Filter("number", lambda value: job.c.priority <= value),
    },
    {
        **_LOG_ORDER,
        "externalTaskId": job.c.id,
        "topicName": job.c.topic,
        "workerId": job.c.worker,
        "priority": job.c.priority,
        "retries": job.c.max_attempts - job.c.attempts,
    },
    job.c.id,
    (job.c.kind == JobKind.EXTERNAL.value,),
)
