"""What of a run is held, and the rest of its jobs run as their time comes.

A job is run only if nothing it does can leave: its kind is in `_INSIDE`, or it is a service
task whose work is done in our own records, or computes only (`replaced`). All else waits,
also a kind that is added some day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from engine.catalogue.handlers import REGISTRY
from engine.commands import jobs
from engine.jobs.run import run
from engine.model.job import Job, JobKind
from engine.play.limits import Meter, RunTooLong
from engine.queries.play import count_of_cases, ready_jobs
from engine.storage.database import Database

#: kinds whose run stays within the database
_INSIDE: Final = frozenset(
    {
        JobKind.TIMER,
        JobKind.NOTICE,
        JobKind.MESSAGE,
        JobKind.SIGNAL,
        JobKind.BROADCAST,
        JobKind.SEND,
        JobKind.CALL,
        JobKind.RETURN,
        JobKind.ABANDON,
    }
)
#: kinds that a step of a case waits for, and an act may answer
IN_STEPS: Final = frozenset({JobKind.SERVICE, JobKind.EXTERNAL})
#: kinds that tell somebody outside, and that no case waits for
OUTGOING: Final = frozenset({JobKind.MAIL, JobKind.SMS, JobKind.WEBHOOK, JobKind.DELIVERY})


def is_held(job: Job) -> bool:
    """Tell whether a job waits for an act, or for ever."""
    if job.kind is JobKind.SERVICE:
        topic = job.topic or ""
        computes = topic in REGISTRY.services and topic in REGISTRY.replaced
        return not (topic in REGISTRY.records or computes)
    if job.kind is JobKind.START:  # by a signal that was given; what time starts is not played
        return "signal" not in job.facts
    return job.kind not in _INSIDE


def pass_to(
    database: Database, now: datetime, to: datetime, meter: Meter, tell: Callable[[datetime], None]
) -> None:
    """Run what is due until a moment, each at its own, and what that makes due.

    Args:
        tell: told each moment the clock comes to.

    Raises:
        RunTooLong: it has no end.
    """
    at = now
    while (job := _next(database, to)) is not None:
        meter.next_job()
        at = max(at, job.run_at)
        tell(at)
        _run(database, job, at)
        _must_not_multiply(database, meter)
    tell(to)


def _next(database: Database, until: datetime) -> Job | None:
    with database.reader() as session:
        return next((each for each in ready_jobs(session, until) if not is_held(each)), None)


def _run(database: Database, job: Job, at: datetime) -> None:
    """Run one job; nobody waits for another attempt, the first that fails is the last."""
    leased = jobs.claim_this(database.unit_of_work(), job.id, at, jobs.NOBODY)
    if leased is not None:
        leased.attempts = leased.max_attempts
        run(database, leased, lambda: at)


def _must_not_multiply(database: Database, meter: Meter) -> None:
    with database.reader() as session:
        found = count_of_cases(session)
    if found > meter.limits.cases:
        raise RunTooLong(f"more than {meter.limits.cases} cases")
