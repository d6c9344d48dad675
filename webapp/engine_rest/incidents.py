"""Open incidents, and what cases listen for, as those see who watch them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.commands import incident_care, mending
from engine.commands.admins import must_be_admin
from engine.errors import NotFound
from engine.model.job import JobKind
from engine.model.person import Actor
from engine.queries import rest_jobs as queries
from engine.queries.rest_jobs import (
    FAILED_EXTERNAL,
    FAILED_JOB,
    INCIDENT_FILTERS,
    INCIDENT_ORDER,
    STRANDED,
    SUBSCRIPTION_FILTERS,
    SUBSCRIPTION_ORDER,
    IncidentRow,
    SubscriptionRow,
)
from engine.queries.watched import must_watch
from webapp import second_person
from webapp.engine_rest.body import json_object, text_of
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.moments import written as moment
from webapp.engine_rest.refusals import Refused, invalid, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, now, reader, unit_of_work

_ANNOTATION: Final = frozenset({"annotation"})
_INCIDENTS: Final = Listing(INCIDENT_FILTERS, INCIDENT_ORDER)
_SUBSCRIPTIONS: Final = Listing(SUBSCRIPTION_FILTERS, SUBSCRIPTION_ORDER)


@does("getIncidents", listing=_INCIDENTS)
def list_incidents() -> ResponseReturnValue:
    """List open incidents."""
    asked, actor = _INCIDENTS.wanted(), _watcher()
    with reader() as session:
        found = queries.incidents(session, actor, asked)
        notes = queries.notes_on(session, [each.fingerprint for each in found])
    return jsonify([_told(each, notes) for each in found])


@does("getIncidentsCount", listing=_INCIDENTS)
def count_incidents() -> ResponseReturnValue:
    """Count open incidents."""
    asked, actor = _INCIDENTS.wanted(), _watcher()
    with reader() as session:
        return jsonify(count=queries.count_incidents(session, actor, asked))


@does("getIncident")
def show_incident(incident_id: str) -> ResponseReturnValue:
    """Show an open incident."""
    row = _row(incident_id)
    with reader() as session:
        return jsonify(_told(row, queries.notes_on(session, [row.fingerprint])))


@does("resolveIncident")
def resolve_incident(incident_id: str) -> ResponseReturnValue:
    """Mend a case that nothing moves; a job's incident ends when the job is tried again."""
    row, actor = _row(incident_id), current_actor()
    must_be_admin(actor)
    if row.job_id is not None or row.instance_id is None:
        said = f"Cannot resolve an incident of type {_type(row)}: set the retries of its job."
        raise invalid(said)
    second_person.must_not_be_wanted()
    mending.mend(unit_of_work(), row.instance_id, by=actor.username, at=now())
    return "", 204


@does("setIncidentAnnotation", body=_ANNOTATION)
def annotate(incident_id: str) -> ResponseReturnValue:
    """Write down what was found out about the cause of an incident."""
    said = text_of(json_object(_ANNOTATION), "annotation") or ""
    row = _row(incident_id)
    incident_care.note(unit_of_work(), row.fingerprint, said, actor=current_actor(), at=now())
    return "", 204


@does("getEventSubscriptions", listing=_SUBSCRIPTIONS)
def list_subscriptions() -> ResponseReturnValue:
    """List what cases, and starts of processes, listen for."""
    asked, actor = _SUBSCRIPTIONS.wanted(), _watcher()
    with reader() as session:
        rows = queries.subscriptions(session, actor, asked)
    return jsonify([_heard(each) for each in rows])


@does("getEventSubscriptionsCount", listing=_SUBSCRIPTIONS)
def count_subscriptions() -> ResponseReturnValue:
    """Count what is listened for."""
    asked, actor = _SUBSCRIPTIONS.wanted(), _watcher()
    with reader() as session:
        return jsonify(count=queries.count_subscriptions(session, actor, asked))


def _row(incident_id: str) -> IncidentRow:
    try:
        with reader() as session:
            return queries.one_incident(session, identity(incident_id, "incident"), _watcher())
    except (NotFound, Refused):
        raise not_found(f"No matching incident with id {incident_id}") from None


def _told(row: IncidentRow, notes: Mapping[str, str]) -> dict[str, Any]:
    case = str(row.instance_id) if row.instance_id else None
    return {
        "id": str(row.id),
        "processDefinitionId": str(row.definition_id) if row.definition_id else None,
        "processInstanceId": case,
        "executionId": case,
        "incidentTimestamp": moment(row.opened_at),
        "incidentType": _type(row),
        "activityId": row.element_id,
        "failedActivityId": row.element_id,
        "causeIncidentId": str(row.id),
        "rootCauseIncidentId": str(row.id),
        "configuration": str(row.job_id) if row.job_id else None,
        "tenantId": None,
        "incidentMessage": row.cause,
        "jobDefinitionId": None,
        "annotation": notes.get(row.fingerprint),
    }


def _type(row: IncidentRow) -> str:
    if row.job_id is None:
        return STRANDED
    return FAILED_EXTERNAL if row.kind == JobKind.EXTERNAL.value else FAILED_JOB


def _heard(row: SubscriptionRow) -> dict[str, Any]:
    case = str(row.instance_id) if row.instance_id else None
    return {
        "id": str(row.id),
        "eventType": "conditional" if row.kind == "condition" else row.kind,
        "eventName": row.name,
        "executionId": case,
        "processInstanceId": case,
        "activityId": row.element_id,
        "createdDate": moment(row.created_at),
        "tenantId": None,
    }


def _watcher() -> Actor:
    must_watch(current_actor())
    return current_actor()
