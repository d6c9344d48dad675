"""Runs one leased job: the only entry point of every kind of worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from engine import watch
from engine.catalogue.handlers import REGISTRY
from engine.commands import (
    batches,
    calendars,
    calls,
    digests,
    jobs,
    messages,
    planned_deployments,
    signals,
    starts,
    substitutions,
    timers,
)
from engine.connectors import (
    SITE,
    deliver,
    make_paper,
    run_call,
    send_letter,
    send_message,
    tell_receiver,
)
from engine.errors import CaseSuspended, LeaseLost, RuleBroken
from engine.model.job import Job, JobKind
from engine.storage.database import Database, UnitOfWork

log = structlog.get_logger()

Clock = Callable[[], datetime]
Runner = Callable[[Database, Job, Clock], None]


_WORTH_IT: Final = 2  #: jobs that are quicker together than one by one


class HandlerMissing(LookupError):
    """No handler of this release serves the topic a service task names."""


class JobAbandoned(RuntimeError):
    """Every worker that took the job died with it; the next one does not try."""


def run_next(database: Database, clock: Clock) -> bool:
    """Lease and run the job that is due longest; tell whether there was one."""
    job = jobs.claim(database.unit_of_work(), clock())
    if job is None:
        return False
    run(database, job, clock)
    return True


def run_due(database: Database, clock: Clock) -> int:
    """Run jobs until none is due; return how many ran."""
    count = 0
    while run_next(database, clock):
        count += 1
    return count


def run(database: Database, job: Job, clock: Clock) -> None:
    """Run a leased job; what goes wrong becomes a later attempt or an incident."""
    kind, ids = job.kind.value, {"job": str(job.id), "instance": str(job.instance_id)}
    watch.took("lateness", max(0.0, (clock() - job.run_at).total_seconds()), kind=kind)
    with (
        bound_contextvars(**ids),
        watch.work("job", kind, trace=job.facts.get(watch.TRACE), **ids) as labels,
    ):
        labels["outcome"] = _outcome(database, job, clock)


def run_together(database: Database, leased: Sequence[Job], clock: Clock) -> list[Job]:
    """Fire the timers among leased jobs in one transaction; return the jobs still to be run.

    What is in the way of one, or of all, is not looked into: it comes to light again when
    each is run by itself, and becomes that job's own later attempt or incident.
    """
    at_once = [each for each in leased if _may_go_along(each)]
    if len(at_once) < _WORTH_IT:
        return list(leased)
    began = time.perf_counter()
    try:
        fired = timers.fire_together(database.unit_of_work(), at_once, clock())
    except Exception as error:  # noqa: BLE001 - here they all end, and begin anew one by one
        log.info("job.apart", jobs=len(at_once), error=repr(error))
        return list(leased)
    share = (time.perf_counter() - began) / len(at_once)
    at = clock()
    for each in at_once:
        if each.id in fired:
            kind = each.kind.value
            watch.took("lateness", max(0.0, (at - each.run_at).total_seconds()), kind=kind)
            watch.took("job", share, name=kind, outcome="done")
    return [each for each in leased if each.id not in fired]


def _may_go_along(job: Job) -> bool:
    """Tell whether a job is a timer that never failed, and whose trace nobody follows."""
    return job.kind is JobKind.TIMER and job.attempts == 1 and watch.TRACE not in job.facts


def _outcome(database: Database, job: Job, clock: Clock) -> str:
    try:
        _run(database, job, clock)
    except LeaseLost as lost:
        log.warning("job.lease_lost", job=str(job.id), why=str(lost))
        return "lost"
    except CaseSuspended:
        return _put_by(database, job)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - here a job ends
        log.warning("job.failed", job=str(job.id), topic=job.topic, error=type(error).__name__)
        _fail(database, job, error, clock)
        return "failed"
    return "done"


def _put_by(database: Database, job: Job) -> str:
    try:
        jobs.put_by(database.unit_of_work(), job)
    except LeaseLost as lost:
        log.warning("job.lease_lost", job=str(job.id), why=str(lost))
        return "lost"
    return "put by"


def _run(database: Database, job: Job, clock: Clock) -> None:
    if job.attempts > job.max_attempts:
        raise JobAbandoned(f"{job.max_attempts} workers did not come back")
    RUNNERS[job.kind](database, job, clock)


def _run_service(database: Database, job: Job, clock: Clock) -> None:
    if job.topic in REGISTRY.records:
        jobs.run_record_task(database.unit_of_work(), job, clock())
        return
    handler = REGISTRY.services.get(job.topic or "")
    if handler is None:
        if not run_call(database, job, clock):
            raise HandlerMissing(job.topic)
        return
    uow = database.unit_of_work()
    try:
        result = handler(jobs.answers_for(database, job, clock()))
    except RuleBroken as broken:
        jobs.throw_rule(uow, job, broken, clock())
    else:
        jobs.answer_service(uow, job, result, clock())


def _fail(database: Database, job: Job, error: BaseException, clock: Clock) -> None:
    try:
        jobs.fail(database.unit_of_work(), job, error, clock())
    except LeaseLost as lost:  # it took so long that another worker has the job by now
        log.warning("job.lease_lost", job=str(job.id), why=str(lost))


def _in_one(command: Callable[[UnitOfWork, Job, datetime], None]) -> Runner:
    """Return the runner of a job that one command does."""

    def run_command(database: Database, job: Job, clock: Clock) -> None:
        command(database.unit_of_work(), job, clock())

    return run_command


def _run_deployment(database: Database, job: Job, clock: Clock) -> None:
    uow = database.unit_of_work()
    planned_deployments.run(uow, job, clock(), checks=SITE.check_deployment)


#: who runs a job of each kind; external ones are fetched by workers outside
RUNNERS: Mapping[JobKind, Runner] = {
    JobKind.SERVICE: _run_service,
    JobKind.TIMER: _in_one(jobs.fire_timer),
    JobKind.NOTICE: _in_one(jobs.notice),
    JobKind.MESSAGE: _in_one(messages.deliver),
    JobKind.SEND: _in_one(messages.send_thrown),
    JobKind.SIGNAL: _in_one(signals.deliver),
    JobKind.BROADCAST: _in_one(signals.spread),
    JobKind.WEBHOOK: tell_receiver,
    JobKind.DELIVERY: deliver,
    JobKind.MAIL: send_letter,
    JobKind.SMS: send_message,
    JobKind.DIGEST: _in_one(digests.gather),
    JobKind.START: _in_one(starts.start_planned),
    JobKind.CALENDAR: _in_one(calendars.move_timers),
    JobKind.SUBSTITUTION: _in_one(substitutions.give_back),
    JobKind.BATCH: batches.run,
    JobKind.DEPLOYMENT: _run_deployment,
    JobKind.CALL: _in_one(calls.begin),
    JobKind.RETURN: _in_one(calls.come_back),
    JobKind.ABANDON: _in_one(calls.abandon),
    JobKind.PAPER: make_paper,
}
