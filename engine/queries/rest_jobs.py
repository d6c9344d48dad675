"""Jobs, incidents and what cases listen for, by the filters of Camunda 7, for who watches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    false,
    func,
    not_,
    select,
    true,
)
from sqlalchemy import (
    case as by_case,
)
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model.base import Moment
from engine.model.incident import Incident, IncidentNote
from engine.model.instance import instance_table as instance
from engine.model.job import ASIDE, UNFINISHED, JobKind, JobState
from engine.model.job import job_table as job
from engine.model.person import Actor
from engine.model.subscription import subscription_table as subscription
from engine.queries.rest import Wanted, conditions, paged
from engine.queries.rest_filters import Filter
from engine.queries.watched import watched_cases, watched_units_of

_AT: Final = bindparam("at", type_=Moment)
_GAVE_UP: Final = job.c.state == JobState.INCIDENT.value
_HELD: Final = job.c.state.in_(sorted(each.value for each in ASIDE))
_FAILED: Final = job.c.last_error.is_not(None)

#: jobs that follow from an element of the diagram, and not from a task or a message
DEFINED: Final = frozenset({JobKind.TIMER.value, JobKind.SERVICE.value, JobKind.CALL.value})

JOB_FILTERS: Final[Mapping[str, Filter]] = {
    "jobDefinitionId": Filter("text", lambda value: _of_definition(value)),  # noqa: PLW0108
    "jobId": Filter("id", lambda value: job.c.id == value),
    "jobIds": Filter("ids", job.c.id.in_),
    "processInstanceId": Filter("id", lambda value: job.c.instance_id == value),
    "processInstanceIds": Filter("ids", job.c.instance_id.in_),
    "executionId": Filter("id", lambda value: job.c.instance_id == value),
    "processDefinitionId": Filter("id", lambda value: instance.c.definition_id == value),
    "processDefinitionKey": Filter("text", lambda value: instance.c.process_id == value),
    "activityId": Filter("text", lambda value: job.c.element_id == value),
    "failedActivityId": Filter("text", lambda v: and_(_FAILED, job.c.element_id == v)),
    "withRetriesLeft": Filter("flag", lambda _: not_(_GAVE_UP)),
    "noRetriesLeft": Filter("flag", lambda _: _GAVE_UP),
    "executable": Filter(
        "flag", lambda _: and_(job.c.state == JobState.READY.value, job.c.run_at <= _AT)
    ),
    "timers": Filter("flag", lambda _: job.c.kind == JobKind.TIMER.value),
    "messages": Filter("flag", lambda _: job.c.kind != JobKind.TIMER.value),
    "withException": Filter("flag", lambda _: _FAILED),
    "exceptionMessage": Filter("text", lambda value: job.c.last_error == value),
    "active": Filter("flag", lambda _: not_(_HELD)),
    "suspended": Filter("flag", lambda _: _HELD),
    "priorityHigherThanOrEquals": Filter("number", lambda value: job.c.priority >= value),
    "priorityLowerThanOrEquals": Filter("number", lambda value: job.c.priority <= value),
    "withoutTenantId": Filter("flag", lambda _: true()),
}
JOB_ORDER: Final[Mapping[str, ColumnElement[Any]]] = {
    "jobId": job.c.id,
    "executionId": job.c.instance_id,
    "processInstanceId": job.c.instance_id,
    "processDefinitionId": instance.c.definition_id,
    "processDefinitionKey": instance.c.process_id,
    "jobPriority": job.c.priority,
    "jobRetries": job.c.max_attempts - job.c.attempts,
    "jobDueDate": job.c.run_at,
}
_incident: Final = Incident.__table__.c
INCIDENT_FILTERS: Final[Mapping[str, Filter]] = {
    "incidentId": Filter("id", lambda value: _incident.id == value),
    "incidentType": Filter("text", lambda value: _type() == value),
    "incidentMessage": Filter("text", lambda value: _incident.cause == value),
    "incidentMessageLike": Filter("text", _incident.cause.like),
    "processDefinitionId": Filter("id", lambda value: instance.c.definition_id == value),
    "processDefinitionKeyIn": Filter("texts", instance.c.process_id.in_),
    "processInstanceId": Filter("id", lambda value: _incident.instance_id == value),
    "executionId": Filter("id", lambda value: _incident.instance_id == value),
    "activityId": Filter("text", lambda value: _incident.element_id == value),
    "failedActivityId": Filter("text", lambda value: _incident.element_id == value),
    "causeIncidentId": Filter("id", lambda value: _incident.id == value),
    "rootCauseIncidentId": Filter("id", lambda value: _incident.id == value),
    "configuration": Filter("id", lambda value: _incident.job_id == value),
    "incidentTimestampBefore": Filter("moment", lambda value: _incident.opened_at < value),
    "incidentTimestampAfter": Filter("moment", lambda value: _incident.opened_at > value),
}
INCIDENT_ORDER: Final[Mapping[str, Any]] = {
    "incidentId": _incident.id,
    "incidentMessage": _incident.cause,
    "incidentTimestamp": _incident.opened_at,
    "activityId": _incident.element_id,
    "processInstanceId": _incident.instance_id,
    "executionId": _incident.instance_id,
    "processDefinitionId": instance.c.definition_id,
    "configuration": _incident.job_id,
}
SUBSCRIPTION_FILTERS: Final[Mapping[str, Filter]] = {
    "eventSubscriptionId": Filter("id", lambda value: subscription.c.id == value),
    "eventName": Filter("text", lambda value: subscription.c.name == value),
    "eventType": Filter(
        "text",
        lambda value: subscription.c.kind == {"conditional": "condition"}.get(value, value),
    ),
    "executionId": Filter("id", lambda value: subscription.c.instance_id == value),
    "processInstanceId": Filter("id", lambda value: subscription.c.instance_id == value),
    "activityId": Filter("text", lambda value: subscription.c.element_id == value),
    "withoutTenantId": Filter("flag", lambda _: true()),
    "includeEventSubscriptionsWithoutTenantId": Filter("flag", lambda _: true()),
}
SUBSCRIPTION_ORDER: Final[Mapping[str, ColumnElement[Any]]] = {"created": subscription.c.created_at}

JobRow: TypeAlias = Row[Any]  #: a job's columns, with the definition of its case
IncidentRow: TypeAlias = Row[Any]  #: an incident's, with those and the kind of its job
SubscriptionRow: TypeAlias = Row[Any]

#: Camunda's names of what went wrong
FAILED_JOB: Final = "failedJob"
FAILED_EXTERNAL: Final = "failedExternalTask"
STRANDED: Final = "stranded"  #: ours: nothing moves the case


def jobs(session: Session, actor: Actor, wanted: Wanted, at: Any) -> list[Row[Any]]:
    """Return the unfinished jobs asked for, each with the definition of its case."""
    statement = paged(_jobs(actor, wanted, *_JOB), wanted, JOB_ORDER, job.c.id)
    return list(session.execute(statement, {"at": at}))


def count_jobs(session: Session, actor: Actor, wanted: Wanted, at: Any) -> int:
    """Return how many unfinished jobs are asked for."""
    return session.scalar(_jobs(actor, wanted, func.count()), {"at": at}) or 0


def purging(session: Session, actor: Actor) -> list[Row[Any]]:
    """Return the unfinished jobs by which ended cases are purged."""
    of_purge = (job.c.kind == JobKind.BATCH.value, job.c.topic == "purge")
    return list(session.execute(_jobs(actor, Wanted({}), *_JOB).where(*of_purge)))


def job_ids(actor: Actor, wanted: Wanted) -> Select[Any]:
    """Return the statement that finds the jobs asked for, for a batch over them."""
    return _jobs(actor, wanted, job.c.id)


def one_job(session: Session, job_id: UUID, actor: Actor) -> Row[Any]:
    """Return an unfinished job.

    Raises:
        NotFound: there is none, it is done, or not for the actor to see.
    """
    found = session.execute(_jobs(actor, Wanted({"jobId": job_id}), *_JOB)).first()
    if found is None:
        raise NotFound(f"No job found with id '{job_id}'")
    return found


def incidents(session: Session, actor: Actor, wanted: Wanted) -> list[Row[Any]]:
    """Return the open incidents asked for, each with the definition of its case."""
    statement = paged(_incidents(actor, wanted, *_INCIDENT), wanted, INCIDENT_ORDER, _incident.id)
    return list(session.execute(statement))


def count_incidents(session: Session, actor: Actor, wanted: Wanted) -> int:
    """Return how many open incidents are asked for."""
    return session.scalar(_incidents(actor, wanted, func.count())) or 0


def one_incident(session: Session, incident_id: UUID, actor: Actor) -> Row[Any]:
    """Return an open incident.

    Raises:
        NotFound: there is none, it is resolved, or not for the actor to see.
    """
    asked = Wanted({"incidentId": incident_id})
    found = session.execute(_incidents(actor, asked, *_INCIDENT)).first()
    if found is None:
        raise NotFound(f"No matching incident with id {incident_id}")
    return found


def notes_on(session: Session, causes: Sequence[str]) -> dict[str, str]:
    """Return the newest note on each of some causes, by fingerprint."""
    written = select(IncidentNote.fingerprint, IncidentNote.text)
    found = written.where(IncidentNote.fingerprint.in_(causes)).order_by(IncidentNote.at)
    return {each[0]: each[1] for each in session.execute(found)} if causes else {}


def trace_of(session: Session, job_id: UUID) -> str | None:
    """Return the lines of code that a job came to grief in, while its incident is open."""
    of_job = (Incident.job_id == job_id, Incident.resolved_at.is_(None))
    return session.scalar(select(Incident.trace).where(*of_job).limit(1))


def subscriptions(session: Session, actor: Actor, wanted: Wanted) -> list[Row[Any]]:
    """Return what cases, and starts of processes, listen for."""
    found = _subscriptions(actor, wanted, *subscription.c)
    return list(session.execute(paged(found, wanted, SUBSCRIPTION_ORDER, subscription.c.id)))


def count_subscriptions(session: Session, actor: Actor, wanted: Wanted) -> int:
    """Return how much is listened for."""
    return session.scalar(_subscriptions(actor, wanted, func.count())) or 0


_JOB: Final = (*job.c, instance.c.definition_id, instance.c.process_id)
_INCIDENT: Final = (*_incident, instance.c.definition_id, instance.c.process_id, job.c.kind)


def _jobs(actor: Actor, wanted: Wanted, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(job)
        .outerjoin(instance, instance.c.id == job.c.instance_id)
        .where(
            job.c.kind != JobKind.EXTERNAL.value,
            job.c.state.in_([each.value for each in UNFINISHED]),
            _watched(actor, job.c.instance_id),
            *conditions(wanted, JOB_FILTERS),
        )
    )


def _incidents(actor: Actor, wanted: Wanted, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Incident)
        .outerjoin(instance, instance.c.id == _incident.instance_id)
        .outerjoin(job, job.c.id == _incident.job_id)
        .where(
            _incident.resolved_at.is_(None),
            _watched(actor, _incident.instance_id),
            *conditions(wanted, INCIDENT_FILTERS),
        )
    )


def _subscriptions(actor: Actor, wanted: Wanted, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(subscription)
        .outerjoin(instance, instance.c.id == subscription.c.instance_id)
        .where(
            _watched(actor, subscription.c.instance_id),
            *conditions(wanted, SUBSCRIPTION_FILTERS),
        )
    )


def _watched(actor: Actor, of_case: Any) -> ColumnElement[bool]:
    """Return the condition for what is of a watched case; of no case, for who watches all."""
    if watched_units_of(actor) is None:
        return true()
    return and_(of_case.is_not(None), watched_cases(actor))


def _of_definition(text: str) -> ColumnElement[bool]:
    """Return the condition for the jobs of an element of a version: ``element:definition``."""
    element_id, _, definition = text.rpartition(":")
    try:
        of_version = instance.c.definition_id == UUID(definition)
    except ValueError:
        return false()
    return and_(job.c.kind.in_(sorted(DEFINED)), job.c.element_id == element_id, of_version)


def _type() -> ColumnElement[str]:

    return by_case(
        (_incident.job_id.is_(None), STRANDED),
        (job.c.kind == JobKind.EXTERNAL.value, FAILED_EXTERNAL),
        else_=FAILED_JOB,
    )
