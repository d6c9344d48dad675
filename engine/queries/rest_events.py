"""History as ``/engine-rest`` lists it out of events: steps, decisions, acts, values, executions.

The sources are those of `engine.queries.rest_history`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from engine.model.event import EventKind
from engine.model.event import event_table as event
from engine.model.instance import InstanceState, TaskState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.job import UNFINISHED
from engine.model.job import job_table as job
from engine.model.person import Actor
from engine.model.subscription import Listens
from engine.model.subscription import subscription_table as subscription
from engine.queries.rest import Wanted
from engine.queries.rest_filters import Filter, is_under_way
from engine.queries.rest_history import (
    CASE,
    CASE_FILTERS,
    CASE_ORDER,
    CASES,
    INCIDENT,
    INCIDENTS,
    OF_CASE,
    Source,
    asked_of,
    equals,
    flagged,
    in_state,
    spans,
)
from engine.queries.rest_places import AT_REST

_EVENT: Final = (
    event.c.instance_id,
    event.c.seq,
    event.c.at,
    event.c.kind,
    event.c.element_id,
    event.c.name,
    event.c.task_id,
    event.c.actor,
    event.c.desk,
    event.c.facts,
    *CASE,
)
_EVENT_ID: Final = cast(event.c.instance_id, Text)
DECIDED: Final = Source(
    _EVENT,
    event,
    {
        **OF_CASE,
        "decisionInstanceId": Filter("text", lambda value: _is_event(value)),  # noqa: PLW0108
        "activityIdIn": Filter("texts", event.c.element_id.in_),
        "evaluatedBefore": Filter("moment", lambda value: event.c.at <= value),
        "evaluatedAfter": Filter("moment", lambda value: event.c.at >= value),
    },
    {**CASE_ORDER, "evaluationTime": event.c.at},
    event.c.seq,
    (event.c.kind == EventKind.EVALUATED.value,),
)
#: what changes whose a task is
LINKING: Final = {
    EventKind.TASK_CLAIMED.value: "add",
    EventKind.TASK_ASSIGNED.value: "add",
    EventKind.TASK_DELEGATED.value: "add",
    EventKind.TASK_HANDED_BACK.value: "add",
    EventKind.TASK_UNCLAIMED.value: "delete",
}
LINKS: Final = Source(
    _EVENT,
    event,
    {
        "processDefinitionId": OF_CASE["processDefinitionId"],
        "processDefinitionKey": OF_CASE["processDefinitionKey"],
        "tenantIdIn": OF_CASE["tenantIdIn"],
        "withoutTenantId": OF_CASE["withoutTenantId"],
        "taskId": Filter("id", lambda value: event.c.task_id == value),
        "assignerId": equals(event.c.actor),
        "dateBefore": Filter("moment", lambda value: event.c.at <= value),
        "dateAfter": Filter("moment", lambda value: event.c.at >= value),
        "operationType": Filter(
            "text",
            lambda value: event.c.kind.in_([each for each, how in LINKING.items() if how == value]),
        ),
        "type": Filter("text", lambda value: true() if value == "assignee" else false()),
    },
    {
        "time": event.c.at,
        "taskId": event.c.task_id,
        "assignerId": event.c.actor,
        "processDefinitionId": instance.c.definition_id,
        "processDefinitionKey": instance.c.process_id,
        "operationType": event.c.kind,
        "tenantId": instance.c.unit,
    },
    event.c.seq,
    (event.c.kind.in_(list(LINKING)),),
)
OPERATIONS: Final = Source(
    _EVENT,
    event,
    {
        **{name: each for name, each in OF_CASE.items() if "IdIn" not in name},
        "userId": equals(event.c.actor),
        "taskId": Filter("id", lambda value: event.c.task_id == value),
        "operationType": Filter("text", lambda value: event.c.kind == value.lower()),
        "beforeTimestamp": Filter("moment", lambda value: event.c.at <= value),
        "afterTimestamp": Filter("moment", lambda value: event.c.at >= value),
    },
    {"timestamp": event.c.at},
    event.c.seq,
    (event.c.actor.is_not(None),),
)

_STEP_KINDS: Final = (
    EventKind.STARTED,
    EventKind.PASSED,
    EventKind.DECIDED,
    EventKind.EVALUATED,
    EventKind.SERVICE_DONE,
    EventKind.TIMER_FIRED,
)
#: tasks with their own span, and what else a case went through, which took no time that is kept
_STEPS: Final = union_all(
    select(
        cast(task.c.id, Text).label("id"),
        task.c.instance_id,
        task.c.token,
        task.c.element_id,
        task.c.name,
        literal("userTask").label("kind"),
        task.c.id.label("task_id"),
        func.coalesce(task.c.closed_by, task.c.holder).label("assignee"),
        task.c.created_at.label("started_at"),
        task.c.closed_at.label("ended_at"),
        (task.c.state == TaskState.WITHDRAWN.value).label("canceled"),
    ),
    select(
        (_EVENT_ID + ":" + cast(event.c.seq, Text)).label("id"),
        event.c.instance_id,
        cast(null(), Text).label("token"),
        event.c.element_id,
        event.c.name,
        event.c.kind,
        event.c.task_id,
        cast(null(), Text).label("assignee"),
        event.c.at.label("started_at"),
        event.c.at.label("ended_at"),
        literal_column("(1 = 0)").label("canceled"),
    ).where(
        event.c.kind.in_([each.value for each in _STEP_KINDS]), event.c.element_id.is_not(None)
    ),
).subquery("step")
STEPS: Final = Source(
    (*_STEPS.c, *CASE),
    _STEPS,
    {
        **OF_CASE,
        "activityInstanceId": Filter(
            "text",  # one database writes ids with hyphens, the other without
            lambda value: func.replace(_STEPS.c.id, "-", "") == value.replace("-", ""),
        ),
        "activityId": equals(_STEPS.c.element_id),
        "activityName": equals(_STEPS.c.name),
        "activityNameLike": Filter("text", _STEPS.c.name.like),
        "taskAssignee": equals(_STEPS.c.assignee),
        "finished": flagged(_STEPS.c.ended_at.is_not(None)),
        "unfinished": flagged(_STEPS.c.ended_at.is_(None)),
        "canceled": flagged(_STEPS.c.canceled),
        **spans(_STEPS.c.started_at, "started"),
        **spans(_STEPS.c.ended_at, "finished"),
    },
    {
        **CASE_ORDER,
        "instanceId": instance.c.id,
        "activityInstanceId": _STEPS.c.id,
        "activityId": _STEPS.c.element_id,
        "activityName": _STEPS.c.name,
        "startTime": _STEPS.c.started_at,
        "endTime": _STEPS.c.ended_at,
    },
    _STEPS.c.id,
)

#: events that set variables of the case
_SETTING: Final = (
    EventKind.STARTED,
    EventKind.TASK_COMPLETED,
    EventKind.SERVICE_DONE,
    EventKind.MESSAGE,
    EventKind.SIGNAL,
    EventKind.CHANGED,
)
DETAILS: Final = Source(
    _EVENT,
    event,
    {
        **OF_CASE,
        "taskId": Filter("id", lambda value: event.c.task_id == value),
        "occurredBefore": Filter("moment", lambda value: event.c.at <= value),
        "occurredAfter": Filter("moment", lambda value: event.c.at >= value),
        "variableUpdates": Filter("flag", lambda _: true()),
        "formFields": flagged(false()),
        "initial": flagged(event.c.seq == 1),
    },
    {**CASE_ORDER, "time": event.c.at},
    event.c.seq,
    (event.c.kind.in_([each.value for each in _SETTING]),),
)
VALUES: Final = Source(
    (*CASES.columns, instance.c.variables), instance, CASE_FILTERS, CASES.order, instance.c.id
)


@dataclass(frozen=True, slots=True)
class Passing:
    """How often cases of a definition came to an element."""

    running: int = 0
    finished: int = 0  #: the cancelled among them
    canceled: int = 0
    open_incidents: int = 0
    resolved_incidents: int = 0


def passing(session: Session, actor: Actor, wanted: Wanted) -> Mapping[str, Passing]:
    """Return how often the cases asked for came to each element."""
    ended, canceled = _STEPS.c.ended_at.is_not(None), _STEPS.c.canceled
    counted = asked_of(
        STEPS,
        actor,
        wanted,
        _STEPS.c.element_id,
        func.count().filter(~ended),
        func.count().filter(ended),
        func.count().filter(canceled),
    ).group_by(_STEPS.c.element_id)
    closed = INCIDENT.c.resolved_at.is_not(None)
    stopped = {
        element: (opened, resolved)
        for element, opened, resolved in session.execute(
            asked_of(
                INCIDENTS,
                actor,
                wanted,
                INCIDENT.c.element_id,
                func.count().filter(~closed),
                func.count().filter(closed),
            ).group_by(INCIDENT.c.element_id)
        )
    }
    return {
        element: Passing(running, finished, gone, *stopped.get(element, (0, 0)))
        for element, running, finished, gone in session.execute(counted)
    }


#: what is under way: cases, and the tokens of each that rest somewhere
_TOKENS: Final = union_all(
    select(
        cast(instance.c.id, Text).label("token"),
        instance.c.id.label("instance_id"),
        cast(null(), Text).label("element_id"),
    ),
    select(task.c.token, task.c.instance_id, task.c.element_id).where(task.c.closed_at.is_(None)),
    select(job.c.token, job.c.instance_id, job.c.element_id).where(
        job.c.state.in_([each.value for each in UNFINISHED]), job.c.kind.in_(AT_REST)
    ),
    select(subscription.c.token, subscription.c.instance_id, subscription.c.element_id).where(
        subscription.c.instance_id.is_not(None)
    ),
).subquery("execution")


def _listens(kind: Listens) -> Filter:
    named = subscription.c.kind == kind.value
    return Filter(
        "text",
        lambda value: _TOKENS.c.token.in_(
            select(subscription.c.token).where(named, subscription.c.name == value)
        ),
    )


EXECUTIONS: Final = Source(
    (_TOKENS.c.token, _TOKENS.c.instance_id, _TOKENS.c.element_id, *CASE),
    _TOKENS,
    {
        "processInstanceId": OF_CASE["processInstanceId"],
        "processDefinitionId": OF_CASE["processDefinitionId"],
        "processDefinitionKey": OF_CASE["processDefinitionKey"],
        "businessKey": equals(instance.c.business_key),
        "tenantIdIn": OF_CASE["tenantIdIn"],
        "activityId": equals(_TOKENS.c.element_id),
        "messageEventSubscriptionName": _listens(Listens.MESSAGE),
        "signalEventSubscriptionName": _listens(Listens.SIGNAL),
        "active": flagged(in_state(InstanceState.RUNNING)),
        "suspended": flagged(in_state(InstanceState.SUSPENDED)),
    },
    {
        "instanceId": instance.c.id,
        "definitionId": instance.c.definition_id,
        "definitionKey": instance.c.process_id,
        "tenantId": instance.c.unit,
    },
    _TOKENS.c.token,
    (is_under_way(),),
)


def _is_event(named: str) -> ColumnElement[bool]:
    """Return the condition on ``event`` for an id as history gives it: its case and number."""
    case_id, _, number = named.rpartition(":")
    return (event.c.instance_id == UUID(case_id)) & (event.c.seq == int(number))
