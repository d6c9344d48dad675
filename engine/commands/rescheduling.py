"""An administrator gives a step or a timer another moment, or lets a timer's come at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine import bpmn
from engine.commands.admins import must_be_admin, must_say_why
from engine.commands.deadlines import notice_moments
from engine.commands.follow import Following, following_of, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import NotFound, TaskAlreadyClosed
from engine.model.event import EventKind
from engine.model.instance import HumanTask
from engine.model.job import Job, JobKind
from engine.model.person import Actor
from engine.storage import jobs
from engine.storage.database import UnitOfWork

#: what may be given another moment by hand; the rest is done as soon as there is somebody
MOVABLE = frozenset({JobKind.TIMER, JobKind.SERVICE, JobKind.NOTICE})


class NotWaiting(NotFound):
    """There is no such job, or it waits no more: it is done, or a worker has it."""


@retried
def change_due(
    uow: UnitOfWork,
    task_id: UUID,
    due_at: datetime | None,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Give a task another deadline, or none; what reminds of it moves along.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        TaskNotFound, TaskAlreadyClosed, CaseSuspended: nothing was changed.
        RulesBroken: there is no reason.
    """
    must_be_admin(actor)
    said = must_say_why(reason)
    with uow:
        instance, task = uow.cases.of_task(task_id)
        if task.is_closed:
            raise TaskAlreadyClosed(task.id, task.state.value, task.closed_by)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        facts = {"from": _said(task.due_at), "to": _said(due_at), "reason": said}
        task.due_at = due_at
        following.tell(EventKind.RESCHEDULED, task=task, actor=actor.username, facts=facts)
        _remind_again(following, task)
        following.save()
        uow.commit()


@retried
def move(
    uow: UnitOfWork,
    job_id: UUID,
    run_at: datetime,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Let what waits for its moment, a timer or another attempt, come at another one.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotWaiting: it waits no more.
        CaseSuspended: an administrator holds its case.
        RulesBroken: there is no reason.
    """
    must_be_admin(actor)
    said = must_say_why(reason)
    with uow:
        job, following = _waiting(uow, job_id, at)
        jobs.move(uow.session, job, run_at)
        if run_at <= at:
            uow.cases.ready.append(job.id)
        facts = {"from": _said(job.run_at), "to": _said(run_at), "reason": said}
        following.tell(
            EventKind.RESCHEDULED,
            element_id=job.element_id,
            actor=actor.username,
            facts=facts,
        )
        following.save()
        uow.commit()


@retried
def fire(uow: UnitOfWork, job_id: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """Let a timer's time come now; the case goes on with it at once.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotWaiting: it is no timer, or waits no more.
        CaseSuspended: an administrator holds its case.
        bpmn.StepFailed: the case cannot go on with it; nothing has changed.
        RulesBroken: there is no reason.
    """
    must_be_admin(actor)
    said = must_say_why(reason)
    with uow:
        job, following = _waiting(uow, job_id, at)
        if job.kind is not JobKind.TIMER:
            raise NotWaiting(f"job {job_id} is no timer")
        jobs.done_by_hand(uow.session, job)
        instance, model = following.instance, model_of(following.bundle)
        try:
            step = bpmn.answer(model, instance.process_id, stored(instance), job.token, {}, at=at)
        except bpmn.TokenNotWaiting:
            raise NotWaiting(f"timer {job_id} waits no more") from None
        facts = {"from": _said(job.run_at), "reason": said}
        following.tell(
            EventKind.TIMER_FIRED, element_id=job.element_id, actor=actor.username, facts=facts
        )
        following.follow(step)
        following.save()
        uow.commit()


def _waiting(uow: UnitOfWork, job_id: UUID, at: datetime) -> tuple[Job, Following]:
    job = jobs.waiting(uow.session, job_id)
    if job is None or job.instance_id is None or job.kind not in MOVABLE:
        raise NotWaiting(f"job {job_id} waits for no moment")
    return job, following_of(uow, job, at)


def _remind_again(following: Following, task: HumanTask) -> None:
    """Plan what reminds of a task's deadline anew; what was to remind of the old one is dropped."""
    session = following.uow.session
    for each in jobs.notices_of(session, task.instance_id, task.token):
        jobs.cancel(session, each)
    if task.due_at is None:
        return
    moments = notice_moments(task.created_at, task.due_at, following.calendar)
    for notice, moment in moments.items():
        if moment >= following.at:  # of what has passed they were told, or need not be any more
            job = following.plan(JobKind.NOTICE, task.token, task.element_id, notice, moment)
            job.idem_key = f"{job.idem_key}/{job.id}"


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
