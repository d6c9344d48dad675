"""Single jobs of cases are held, and let go: everything else of their cases goes on.

A held job has a state of its own, so that nothing which lets a case or a step go on wakes it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from engine.commands.admins import must_be_admin, must_say_why
from engine.commands.follow import following_of
from engine.commands.rescheduling import NotWaiting
from engine.commands.retried import retried
from engine.model.event import EventKind
from engine.model.job import JobState
from engine.model.person import Actor
from engine.storage import jobs
from engine.storage.database import UnitOfWork
from engine.storage.held_steps import KINDS

_TOLD = {JobState.HELD: EventKind.JOB_HELD, JobState.READY: EventKind.JOB_LET_GO}


@retried
def hold(
    uow: UnitOfWork, job_ids: Collection[UUID], reason: str, *, actor: Actor, at: datetime
) -> None:
    """Let no worker take up some jobs, each a timer, a call or a service; all or none are held.

    One that is held stays so, for the reason it was held for.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotWaiting: one is done, gave up, a worker has it, or its kind is not held.
        CaseSuspended: an administrator holds the case of one.
        RulesBroken: the reason is missing or too long.
    """
    _turn(uow, job_ids, JobState.HELD, reason, actor, at)


@retried
def let_go(
    uow: UnitOfWork, job_ids: Collection[UUID], reason: str, *, actor: Actor, at: datetime
) -> None:
    """Let workers take up some jobs again; what fell due meanwhile is done now.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotWaiting: one is done, gave up, a worker has it, or its kind is not held.
        CaseSuspended: an administrator holds the case of one.
        RulesBroken: the reason is missing or too long.
    """
    _turn(uow, job_ids, JobState.READY, reason, actor, at)


def _turn(
    uow: UnitOfWork,
    job_ids: Collection[UUID],
    into: JobState,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    must_be_admin(actor)
    said = must_say_why(reason)
    with uow:
        for job_id in job_ids:
            job = jobs.waiting_or_held(uow.session, job_id)
            if job is None or job.instance_id is None or job.kind not in KINDS:
                raise NotWaiting(f"job {job_id} waits for no worker that could be kept from it")
            following = following_of(uow, job, at)
            if job.state is into:
                continue
            jobs.turn(uow.session, job, into)
            if into is JobState.READY and job.run_at <= at:
                uow.cases.ready.append(job.id)
            told = {"reason": said}
            following.tell(_TOLD[into], element_id=job.element_id, actor=actor.username, facts=told)
            following.save()
        uow.commit()
