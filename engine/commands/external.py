"""What workers outside do with external tasks: fetch, complete, fail, throw, extend.

A task is named by its id and its holder by a name; whoever lost the lock to another worker is
refused, so that a task done twice counts once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.commands.follow import Following, following_of, stored
from engine.commands.incidents import give_up
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.commands.trying_again import tell_of
from engine.errors import NotLocked
from engine.model.event import EventKind
from engine.model.incident import cause_of, readable
from engine.model.job import Job, JobState
from engine.storage import external as rows
from engine.storage import jobs as job_rows
from engine.storage.database import UnitOfWork
from engine.storage.external import Topic

__all__ = ["ExternalTask", "Topic"]

MOST = 100  #: tasks fetched at once


@dataclass(frozen=True, slots=True)
class ExternalTask:
    """One task as its worker gets it."""

    id: UUID
    topic: str
    worker: str
    locked_until: datetime
    priority: int
    retries: int | None  #: ``None``: it never failed
    error: str | None  #: what was told when it failed last
    details: str | None  #: …at length
    token: str  #: the visit of the element
    instance_id: UUID
    definition_id: UUID
    process_id: str
    business_key: str | None
    element_id: str
    created_at: datetime
    variables: Mapping[str, Any]


@retried
def fetch(
    uow: UnitOfWork,
    worker: str,
    topics: Sequence[Topic],
    *,
    limit: int = 10,
    by_priority: bool = True,
    units: Collection[str] | None = None,
    at: datetime,
) -> list[ExternalTask]:
    """Lock tasks of some topics for a worker and hand them out.

    Args:
        units: whose cases the worker serves; ``None``: all.

    Raises:
        ValueError: the worker has no name, or asks for nothing, twice or for too much.
    """
    must_be_askable(worker, topics, limit)
    with uow:
        jobs = rows.fetch(
            uow.session, worker, topics, limit, at, by_priority=by_priority, units=units
        )
        cases = rows.cases_of(uow.session, jobs) if jobs else {}
        uow.commit()
    asked = {each.name: each for each in topics}
    return [_told(each, cases[each.case_id], asked[each.topic or ""]) for each in jobs]


def must_be_askable(worker: str, topics: Sequence[Topic], limit: int) -> None:
    """Refuse what nobody can be given.

    Raises:
        ValueError: the worker has no name, or asks for nothing, twice or for too much.
    """
    names = [each.name for each in topics]
    if not worker or not names or len(set(names)) != len(names) or not 0 < limit <= MOST:
        raise ValueError(f"a worker's name, different topics and a limit from 1 to {MOST}")
    if any(each.lock <= timedelta() for each in topics):
        raise ValueError("a lock is longer than no time")


@retried
def complete(
    uow: UnitOfWork, task_id: UUID, worker: str, values: Mapping[str, Any], *, at: datetime
) -> None:
    """Take a worker's result and run the case on.

    Where the case cannot go on from here an incident opens: the worker has done its part.

    Raises:
        NotFound, NotLocked: the task is done with, or the worker does not hold it.
        NotJson: a value is no plain data.
    """
    try:
        with uow:
            following, job = _finishing(uow, task_id, worker, at)
            instance = following.instance
            step = bpmn.answer(
                model_of(following.bundle),
                instance.process_id,
                stored(instance),
                job.token,
                values,
                at=at,
            )
            following.tell(EventKind.SERVICE_DONE, element_id=job.element_id, facts=dict(values))
            following.follow(step)
            following.save()
            uow.commit()
    except bpmn.StepFailed as failed:
        _give_up(uow, task_id, worker, "GEN-500", cause_of(failed), at)


@retried
def throw(
    uow: UnitOfWork,
    task_id: UUID,
    worker: str,
    code: str,
    message: str = "",
    values: Mapping[str, Any] | None = None,
    *,
    at: datetime,
) -> None:
    """Throw a BPMN error into the diagram; one that nothing catches becomes an incident.

    Raises:
        NotFound, NotLocked: the task is done with, or the worker does not hold it.
    """
    told = {"error_code": code, "error_message": message}
    try:
        with uow:
            following, job = _finishing(uow, task_id, worker, at)
            instance = following.instance
            step = bpmn.throw(
                model_of(following.bundle),
                instance.process_id,
                stored(instance),
                job.token,
                code,
                at=at,
                values={**(values or {}), **told},
            )
            following.tell(EventKind.REFUSED, element_id=job.element_id, facts=told)
            following.follow(step)
            following.save()
            uow.commit()
    except (bpmn.ErrorNotCaught, bpmn.StepFailed) as failed:
        _give_up(uow, task_id, worker, code, readable(f"{cause_of(failed)} {message}"), at)


@retried
def fail(
    uow: UnitOfWork,
    task_id: UUID,
    worker: str,
    message: str,
    *,
    details: str = "",
    retries: int,
    retry_in: timedelta = timedelta(),
    at: datetime,
) -> None:
    """Give a task back that could not be done; without retries left an incident opens.

    Raises:
        NotFound, NotLocked: the task is done with, or the worker does not hold it.
        ValueError: a negative number of retries or time.
    """
    if retries < 0 or retry_in < timedelta():
        raise ValueError("retries and the time before them are not negative")
    message, details = readable(message), readable(details)
    if retries == 0:
        _give_up(uow, task_id, worker, "GEN-EXTERNAL", message, at, details=details)
        return
    with uow:
        job = rows.held_task(uow.session, task_id, worker)
        facts = {**job.facts, "retries": retries, "details": details}
        job_rows.postpone(uow.session, job, at + retry_in, message)
        rows.change(uow.session, job, facts=facts, worker=None)
        uow.cases.fetchable = True
        uow.commit()


@retried
def lock(uow: UnitOfWork, task_id: UUID, worker: str, lock: timedelta, *, at: datetime) -> None:
    """Hold a task that is named for so long.

    Raises:
        NotFound: the task is done with.
        NotLocked: another worker holds it.
        ValueError: no time.
    """
    if lock <= timedelta():
        raise ValueError("a lock is longer than no time")
    with uow:
        job = rows.task(uow.session, task_id)
        is_held = job.state is JobState.LEASED and job.worker != worker
        if job.state is JobState.INCIDENT or (is_held and (job.lease_until or at) >= at):
            raise NotLocked(task_id, worker)
        rows.change(
            uow.session,
            job,
            state=JobState.LEASED.value,
            worker=worker,
            lease_until=at + lock,
            fence=job.fence + 1,
        )
        uow.commit()


@retried
def extend(uow: UnitOfWork, task_id: UUID, worker: str, lock: timedelta, *, at: datetime) -> None:
    """Hold a task for so much longer, counted from now.

    Raises:
        NotFound, NotLocked: the task is done with, or the worker does not hold it.
        ValueError: no time.
    """
    if lock <= timedelta():
        raise ValueError("a lock is longer than no time")
    with uow:
        job = rows.held_task(uow.session, task_id, worker)
        rows.change(uow.session, job, lease_until=at + lock)
        uow.commit()


@retried
def unlock(uow: UnitOfWork, task_id: UUID, *, at: datetime) -> None:
    """Take a task from whoever holds it; anybody may fetch it then.

    Raises:
        NotFound: the task is done with.
    """
    with uow:
        job = rows.task(uow.session, task_id)
        if job.state is JobState.LEASED:
            values = {"state": JobState.READY.value, "worker": None, "lease_until": None}
            rows.change(uow.session, job, run_at=at, **values)
            uow.cases.fetchable = True
        uow.commit()


@retried
def set_retries(
    uow: UnitOfWork, task_id: UUID, retries: int, reason: str, *, by: str, at: datetime
) -> None:
    """Say how often a task may still be tried, and why; one that gave up is open again then.

    None at all is an incident, as when its worker had failed for the last time.

    Raises:
        NotFound: the task is done with.
        ValueError: less than none.
    """
    if retries < 0:
        raise ValueError("retries are not negative")
    with uow:
        job = rows.task(uow.session, task_id)
        gave_up = job.state is JobState.INCIDENT
        if retries or not gave_up:
            kind = EventKind.RETRIED if gave_up else EventKind.RETRIES_SET
            tell_of(uow, job, kind, by, at, {"retries": retries, "reason": reason})
        if retries == 0:
            _stop(uow, job, by, at)
            return
        rows.change(uow.session, job, facts={**job.facts, "retries": retries})
        if gave_up:
            job_rows.retry(uow.session, task_id, at)
            job_rows.resolve_incidents(uow.session, task_id, at)
            uow.cases.fetchable = True
        uow.commit()


@retried
def set_priority(uow: UnitOfWork, task_id: UUID, priority: int, *, by: str, at: datetime) -> None:
    """Let a task be fetched before others, or after them; its case is told.

    Raises:
        NotFound: the task is done with.
    """
    with uow:
        job = rows.task(uow.session, task_id)
        rows.change(uow.session, job, priority=priority)
        tell_of(uow, job, EventKind.JOB_PREFERRED, by, at, {"priority": priority})
        uow.commit()


def _finishing(uow: UnitOfWork, task_id: UUID, worker: str, at: datetime) -> tuple[Following, Job]:
    job = rows.held_task(uow.session, task_id, worker)
    job_rows.close(uow.session, job, JobState.DONE)
    return following_of(uow, job, at), job


def _give_up(
    uow: UnitOfWork,
    task_id: UUID,
    worker: str,
    code: str,
    cause: str,
    at: datetime,
    *,
    details: str = "",
) -> None:
    with uow:
        job = rows.held_task(uow.session, task_id, worker)
        give_up(uow, job, code, cause, at, trace=details or None)
        facts = {**job.facts, "retries": 0, "details": details}
        rows.change(uow.session, job, facts=facts, worker=None)
        uow.commit()


def _stop(uow: UnitOfWork, job: Job, by: str, at: datetime) -> None:
    """Let a task wait for a person: somebody said that it is not tried any more."""
    if job.state is JobState.INCIDENT:
        return
    held = dataclasses.replace(job, state=JobState.LEASED, fence=job.fence + 1)
    rows.change(uow.session, job, state=JobState.LEASED.value, fence=held.fence)
    give_up(uow, held, "GEN-EXTERNAL", job.last_error or f"no retries left, by {by}", at)
    rows.change(uow.session, job, facts={**job.facts, "retries": 0}, worker=None)
    uow.commit()


def _told(job: Job, of: rows.CaseOfTask, topic: Topic) -> ExternalTask:
    assert job.worker is not None
    assert job.lease_until is not None
    own, wanted = job.facts.get("local", {}), topic.variables
    known = own if topic.own_only else {**of.variables, **own}
    variables = known if wanted is None else {key: known[key] for key in wanted if key in known}
    return ExternalTask(
        id=job.id,
        topic=job.topic or "",
        worker=job.worker,
        locked_until=job.lease_until,
        priority=job.priority,
        retries=job.facts.get("retries"),
        error=job.last_error,
        details=job.facts.get("details"),
        token=job.token,
        instance_id=job.case_id,
        definition_id=of.definition_id,
        process_id=of.process_id,
        business_key=of.business_key,
        element_id=job.element_id,
        created_at=job.created_at,
        variables=variables,
    )
