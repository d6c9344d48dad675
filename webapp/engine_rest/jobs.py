"""Jobs: listed, run now, tried again, given another moment or priority, by who watches them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from engine.commands import batches, rescheduling
from engine.commands import jobs as commands
from engine.commands.admins import must_be_admin
from engine.errors import NotFound
from engine.jobs import run
from engine.model.batch import Wish
from engine.model.job import ASIDE, JobKind, JobState
from engine.queries import rest_jobs as queries
from engine.queries.rest import Wanted
from engine.queries.rest_jobs import JOB_FILTERS, JOB_ORDER, JobRow
from engine.queries.watched import must_watch
from engine.storage.leases import Claimant
from webapp import second_person
from webapp.engine_rest.body import json_object, number_of, text_of, texts_of
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.modifying import reason
from webapp.engine_rest.moments import moment_from
from webapp.engine_rest.moments import written as moment
from webapp.engine_rest.refusals import Refused, invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, now, reader, services, unit_of_work

_JOBS: Final = Listing(JOB_FILTERS, JOB_ORDER)
_BY: Final = Claimant("engine-rest")


@does("getJobs", "queryJobs", listing=_JOBS)
def list_jobs() -> ResponseReturnValue:
    """List unfinished jobs."""
    asked, actor = _JOBS.wanted(), _watcher()
    with reader() as session:
        return jsonify([told(each) for each in queries.jobs(session, actor, asked, now())])


@does("getJobsCount", "queryJobsCount", listing=_JOBS)
def count_jobs() -> ResponseReturnValue:
    """Count unfinished jobs."""
    asked, actor = _JOBS.wanted(), _watcher()
    with reader() as session:
        return jsonify(count=queries.count_jobs(session, actor, asked, now()))


@does("getJob")
def show_job(job_id: str) -> ResponseReturnValue:
    """Show an unfinished job."""
    return jsonify(told(row_of(job_id)))


@does("getStacktrace", statuses=(200, 204))
def show_stacktrace(job_id: str) -> ResponseReturnValue:
    """Give what went wrong when a job ran last."""
    row = row_of(job_id)
    with reader() as session:
        error = queries.trace_of(session, row.id) or row.last_error
    return Response(error, mimetype="text/plain") if error else ("", 204)


@does("executeJob")
def execute(job_id: str) -> ResponseReturnValue:
    """Run a job now, in this request; a timer's time comes at once."""
    actor, row = current_actor(), row_of(job_id)
    must_be_admin(actor)
    second_person.must_not_be_wanted()
    if _is_held(row):
        raise invalid("The job is held, by itself or with its case or step: let it go on first.")
    if row.kind == JobKind.TIMER.value and row.state == JobState.READY.value:
        rescheduling.fire(unit_of_work(), row.id, reason(), actor=actor, at=now())
        return "", 204
    if row.state == JobState.INCIDENT.value:
        commands.retry(unit_of_work(), row.id, by=actor.username, at=now(), reason=reason())
    elif row.state == JobState.READY.value and row.run_at > now():
        rescheduling.move(unit_of_work(), row.id, now(), reason(), actor=actor, at=now())
    leased = commands.claim_this(unit_of_work(), row.id, now(), _BY)
    if leased is None:
        raise Refused(500, f"Job {row.id} is being run by a worker.", "RestException")
    database, clock = services().database, services().clock
    run(database, leased, clock)
    with database.reader() as session:
        failed = queries.jobs(session, actor, Wanted({"jobId": row.id}), now())
    if failed:
        raise Refused(500, failed[0].last_error or "The job failed.", "RestException")
    return "", 204


@does("setJobRetries", body={"retries", "dueDate"})
def set_retries(job_id: str) -> ResponseReturnValue:
    """Say how often a job may still be tried; one that gave up is tried again."""
    body, row = json_object(frozenset({"retries", "dueDate"})), row_of(job_id)
    second_person.must_not_be_wanted()
    retries = retries_of(body)
    due = _due(text_of(body, "dueDate")) if body.get("dueDate") else None
    commands.set_retries(unit_of_work(), row.id, retries, reason(), actor=current_actor(), at=now())
    if due is not None:
        _move(row.id, due)
    return "", 204


_SEVERAL: Final = frozenset({"jobIds", "jobQuery", "retries", "dueDate"})


@does("setJobRetriesAsyncOperation", body=_SEVERAL - {"dueDate"})
def set_retries_of_several() -> ResponseReturnValue:
    """Try several jobs again that gave up, in a batch."""
    body, actor = json_object(_SEVERAL - {"dueDate"}), current_actor()
    retries = retries_of(body)
    ids = [identity(each, "job") for each in texts_of(body, "jobIds")]
    if not ids and body.get("jobQuery") is None:
        raise invalid("Say which: jobIds or jobQuery.")
    asked = _JOBS.read(body["jobQuery"]) if not ids else Wanted({"jobIds": ids})
    must_be_admin(actor)
    second_person.must_not_be_wanted()
    with reader() as session:
        gave_up = Wanted({**asked.filters, "noRetriesLeft": True})
        found = [each.id for each in queries.jobs(session, actor, gave_up, now())]
    wish = Wish("retry", reason(), {"retries": retries})
    batch_id = batches.begin(unit_of_work(), wish, found, actor=actor, at=now())
    return jsonify(
        id=str(batch_id),
        type="set-job-retries",
        totalJobs=len(found),
        jobsCreated=len(found),
        batchJobsPerSeed=len(found),
        invocationsPerBatchJob=1,
        seedJobDefinitionId=None,
        monitorJobDefinitionId=None,
        batchJobDefinitionId=None,
        suspended=False,
        tenantId=None,
        createUserId=actor.username,
        startTime=moment(now()),
        executionStartTime=None,
    )


@does("setJobDuedate", body={"duedate", "cascade"})
def set_due(job_id: str) -> ResponseReturnValue:
    """Let a timer, or the next attempt of a job, come at another moment."""
    due = text_of(json_object(frozenset({"duedate", "cascade"})), "duedate")
    second_person.must_not_be_wanted()
    _move(row_of(job_id).id, _due(due))
    return "", 204


@does("setJobPriority", body={"priority"})
def set_priority(job_id: str) -> ResponseReturnValue:
    """Let a job run before others, or after them."""
    priority = number_of(json_object(frozenset({"priority"})), "priority")
    if priority is None or abs(priority) >= 2**31:
        raise invalid("priority has to be a whole number.")
    second_person.must_not_be_wanted()
    commands.set_priority(
        unit_of_work(), row_of(job_id).id, priority, actor=current_actor(), at=now()
    )
    return "", 204


def told(row: JobRow) -> dict[str, Any]:
    """Return a job as Camunda writes it."""
    gave_up = row.state == JobState.INCIDENT.value
    return {
        "id": str(row.id),
        "jobDefinitionId": _definition_of(row),
        "dueDate": moment(row.run_at),
        "processInstanceId": str(row.instance_id) if row.instance_id else None,
        "executionId": str(row.instance_id) if row.instance_id else None,
        "processDefinitionId": str(row.definition_id) if row.definition_id else None,
        "processDefinitionKey": row.process_id,
        "retries": 0 if gave_up else max(0, row.max_attempts - row.attempts),
        "exceptionMessage": row.last_error,
        "failedActivityId": row.element_id if row.last_error else None,
        "suspended": _is_held(row),
        "priority": row.priority,
        "tenantId": None,
        "createTime": moment(row.created_at),
    }


def _is_held(row: JobRow) -> bool:
    return JobState(row.state) in ASIDE


def definition_id_of(element_id: str, definition_id: UUID) -> str:
    """Return the id of an element's job definition (`job_definitions`)."""
    return f"{element_id}:{definition_id}"


def _definition_of(row: JobRow) -> str | None:
    if row.kind not in queries.DEFINED or row.definition_id is None:
        return None
    return definition_id_of(row.element_id, row.definition_id)


def _due(told: str | None) -> datetime:
    try:
        return moment_from(told) if told else now()
    except ValueError:
        raise invalid(f"'{told}' is no moment with a time zone.") from None


def _move(job_id: UUID, at: datetime) -> None:
    rescheduling.move(unit_of_work(), job_id, at, reason(), actor=current_actor(), at=now())


def retries_of(body: Mapping[str, Any]) -> int:
    """Return how often jobs may still be tried.

    Raises:
        Refused: 400, it is none, or no number.
    """
    found = number_of(body, "retries")
    if found is None or not 0 < found < 2**31:
        raise invalid("retries has to be at least 1: a job is not given up by hand here.")
    return found


def row_of(job_id: str) -> JobRow:
    """Return an unfinished job.

    Raises:
        Refused: 404, there is none, or not for the actor to see.
    """
    try:
        with reader() as session:
            return queries.one_job(session, identity(job_id, "job"), _watcher())
    except (NotFound, Refused):
        raise Refused(404, f"No job found with id '{job_id}'") from None


def _watcher() -> Any:
    must_watch(current_actor())
    return current_actor()
