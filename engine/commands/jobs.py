"""What a job's run means to its case. One transaction each; the fence guards them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.catalogue.handlers import REGISTRY, Answers, Records
from engine.commands.admins import must_be_admin
from engine.commands.follow import Following, following_of, stored
from engine.commands.incidents import give_up
from engine.commands.models import model_of
from engine.commands.notifying import notify_of_task, those_at
from engine.commands.retried import retried
from engine.commands.trying_again import tell_of, try_again
from engine.errors import NotFound, OutcomeUnknown, RuleBroken
from engine.model.event import EventKind
from engine.model.incident import cause_of, trace_of
from engine.model.instance import HumanTask, Instance
from engine.model.job import Job, JobState
from engine.model.notice import NoticeKind
from engine.model.person import Actor
from engine.storage import held_steps, leases
from engine.storage import jobs as rows
from engine.storage.cases import CaseStore
from engine.storage.database import Database, Session, UnitOfWork

NOBODY = leases.Claimant("nobody")


@retried
def claim(uow: UnitOfWork, at: datetime, by: leases.Claimant = NOBODY) -> Job | None:
    """Lease the one job that is due next, also when its worker fell silent; or ``None``."""
    with uow:
        leases.recover(uow.session, at)
        found = _free(uow.session, at, by, 1)
        uow.commit()
        return next(iter(found), None)


@retried
def claim_some(
    uow: UnitOfWork, at: datetime, by: leases.Claimant, limit: int = leases.BATCH
) -> list[Job]:
    """Lease the job that is due next, together with quick ones that stand before a long one."""
    with uow:
        jobs = _free(uow.session, at, by, limit)
        uow.commit()  # a claim makes no new work: nobody is woken
        return jobs


def _free(session: Session, at: datetime, by: leases.Claimant, limit: int) -> list[Job]:
    """Lease what is due next and not at a step that is held."""
    while found := leases.claim(session, at, by, limit):
        if free := held_steps.put_aside(session, found):
            return free
    return []


@retried
def claim_this(uow: UnitOfWork, job_id: UUID, at: datetime, by: leases.Claimant) -> Job | None:
    """Lease one job if it is due and nobody has it."""
    with uow:
        found = leases.claim_this(uow.session, job_id, at, by)
        free = held_steps.put_aside(uow.session, [found] if found else [])
        uow.commit()
        return next(iter(free), None)


@retried
def give_back(uow: UnitOfWork, jobs: Sequence[Job]) -> None:
    """Return leased jobs that were not begun, as if they had not been claimed."""
    with uow:
        leases.give_back(uow.session, jobs)
        uow.commit()


def answers_for(database: Database, job: Job, at: datetime) -> Answers:
    """Return the case's variables for a handler that runs outside any transaction."""
    with database.reader() as session:
        return _answers(CaseStore(session.connection()).one(job.case_id), job, at)


def _answers(instance: Instance, job: Job, at: datetime) -> Answers:
    """Return what a job's step sees: the case's variables, and its own before them."""
    own = job.facts.get("local")
    return Answers({**instance.variables, **own} if own else instance.variables, at)


@retried
def answer_service(uow: UnitOfWork, job: Job, result: Mapping[str, Any], at: datetime) -> None:
    """Give a waiting service task the result of its handler.

    Raises:
        LeaseLost: another worker has the job; this result is dropped.
    """
    with uow:
        following = _working(uow, job, at)
        _step(following, job, result, EventKind.SERVICE_DONE)


@retried
def run_record_task(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Run a record task and give its result to the case, in one transaction.

    A broken rule is thrown into the diagram; nothing the handler wrote is kept then.

    Raises:
        LeaseLost: another worker has the job.
        RuleBroken: no boundary event of the diagram catches it.
    """
    handler = REGISTRY.records[job.topic or ""]
    try:
        with uow:
            following = _finished(uow, job, at)
            instance = following.instance
            records = Records(
                uow.session,
                instance.id,
                instance.process_id,
                instance.business_key,
                instance.unit,
                at,
            )
            result = handler(records, _answers(instance, job, at))
            _step(following, job, result, EventKind.SERVICE_DONE)
    except RuleBroken as broken:
        throw_rule(uow, job, broken, at)


@retried
def throw_rule(uow: UnitOfWork, job: Job, broken: RuleBroken, at: datetime) -> None:
    """Let the diagram's boundary events handle a broken rule.

    Raises:
        RuleBroken: none of them catches it.
    """
    with uow:
        following = _working(uow, job, at)
        instance = following.instance
        told = {"error_code": broken.code, "error_problems": _problems(broken)}
        try:
            with _waited_for(uow, job):
                step = bpmn.throw(
                    model_of(following.bundle),
                    instance.process_id,
                    stored(instance),
                    job.token,
                    broken.code,
                    at=at,
                    values=told,
                )
        except bpmn.ErrorNotCaught:
            raise broken from None
        following.tell(EventKind.REFUSED, element_id=job.element_id, facts=told)
        _finish(following, step)


@retried
def fire_timer(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Fire the waiting timer a job stands for; one that waits no more is dropped."""
    with uow:
        following = _working(uow, job, at)
        try:
            _step(following, job, {}, EventKind.TIMER_FIRED)
        except bpmn.TokenNotWaiting:
            uow.commit()


@retried
def notice(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Remind of a task, or tell those above that it is late (R-BPM-03)."""
    with uow:
        following = _working(uow, job, at)
        task = following.instance.task_at(job.token)
        if task is None:
            rows.close(uow.session, job, JobState.DONE)
            uow.commit()
        else:
            if job.topic != "remind":
                task.escalate(at)
            kind = EventKind.REMINDED if job.topic == "remind" else EventKind.ESCALATED
            told = {
                "notice": job.topic,
                "desk": task.desk if job.topic == "remind" else task.escalation_desk,
            }
            following.tell(kind, task=task, facts=told)
            _tell_of_time(uow, following, task, told, at)
            following.commit()


def _tell_of_time(
    uow: UnitOfWork,
    following: Following,
    task: HumanTask,
    told: Mapping[str, str | None],
    at: datetime,
) -> None:
    """Tell its holder that little time is left, or none; and of the latter who is above."""
    is_early = told["notice"] == "remind"
    kind = NoticeKind.REMINDED if is_early else NoticeKind.LATE
    hearers = [task.holder]
    if told["desk"] and not is_early:
        instance = following.instance
        amount = following.bundle.process(instance.process_id).amount_of(instance.variables)
        hearers += those_at(uow.session, told["desk"], instance.process_id, amount, at)
    notify_of_task(uow, hearers, kind, task, at=at)


@retried
def fail(uow: UnitOfWork, job: Job, error: BaseException, at: datetime) -> None:
    """Record that a run failed: another attempt later, or an incident for a person.

    What the rules or the diagram refuse would be refused again: an incident at once.
    """
    cause = cause_of(error)
    code = getattr(error, "code", "GEN-500")
    hopeless = isinstance(error, RuleBroken | bpmn.StepFailed | OutcomeUnknown)
    with uow:
        if not job.is_spent and not hopeless:
            rows.postpone(uow.session, job, at + job.backoff(), cause)
            uow.commit()
            return
        give_up(uow, job, code, cause, at, trace=trace_of(error))
        uow.commit()


@retried
def retry(uow: UnitOfWork, job_id: UUID, *, by: str, at: datetime, reason: str = "") -> None:
    """Give a job that became an incident all its attempts again.

    Raises:
        NotFound: it is no incident.
        CaseSuspended: an administrator holds its case.
    """
    with uow:
        try_again(uow, job_id, by, at, _why(reason))
        uow.commit()


@retried
def retry_all(
    uow: UnitOfWork, job_ids: Sequence[UUID], *, by: str, at: datetime, reason: str = ""
) -> None:
    """Give several jobs that became incidents all their attempts again, all or none.

    Raises:
        NotFound: one of them is no incident.
        CaseSuspended: an administrator holds the case of one.
    """
    with uow:
        for each in job_ids:
            try_again(uow, each, by, at, _why(reason))
        uow.commit()


@retried
def set_retries(
    uow: UnitOfWork, job_id: UUID, retries: int, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Say how often a job may still be tried, and why; one that gave up is tried again.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotFound: it is done, or a worker has it.
        CaseSuspended: an administrator holds its case.
    """
    must_be_admin(actor)
    with uow:
        said = {"retries": retries, "reason": reason}
        if job := rows.waiting(uow.session, job_id):
            tell_of(uow, job, EventKind.RETRIES_SET, actor.username, at, said)
        else:
            try_again(uow, job_id, actor.username, at, said)
        rows.allow(uow.session, job_id, retries)
        uow.commit()


@retried
def set_priority(
    uow: UnitOfWork, job_id: UUID, priority: int, *, actor: Actor, at: datetime
) -> None:
    """Let a job that waits run before others, or after them; its case is told.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotFound: it waits no more.
        CaseSuspended: an administrator holds its case.
    """
    must_be_admin(actor)
    with uow:
        job = rows.waiting(uow.session, job_id)
        if job is None:
            raise NotFound(f"no job {job_id} waits")
        rows.prefer(uow.session, job_id, priority)
        tell_of(uow, job, EventKind.JOB_PREFERRED, actor.username, at, {"priority": priority})
        uow.commit()


def _why(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}


@retried
def done(uow: UnitOfWork, job: Job) -> None:
    """Close a job that has nothing more to do.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow:
        rows.close(uow.session, job, JobState.DONE)
        uow.commit()


@retried
def put_by(uow: UnitOfWork, job: Job) -> None:
    """Put a leased job by until its case, which an administrator holds, goes on.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow:
        rows.close(uow.session, job, JobState.SUSPENDED)
        uow.commit()


def _working(uow: UnitOfWork, job: Job, at: datetime) -> Following:
    """Load the job's case; saving it ends the job too, if its lease is still ours."""
    following = following_of(uow, job, at)
    following.finishes = job
    return following


def _finished(uow: UnitOfWork, job: Job, at: datetime) -> Following:
    """End the job before anything is written for it, if its lease is still ours."""
    rows.close(uow.session, job, JobState.DONE)
    return following_of(uow, job, at)


@contextmanager
def _waited_for(uow: UnitOfWork, job: Job) -> Iterator[None]:
    """End a job whose token waits no more, if its lease is still ours: else that is why."""
    try:
        yield
    except bpmn.TokenNotWaiting:
        rows.close(uow.session, job, JobState.DONE)
        raise


def _step(following: Following, job: Job, result: Mapping[str, Any], kind: EventKind) -> None:
    instance = following.instance
    with _waited_for(following.uow, job):
        step = bpmn.answer(
            model_of(following.bundle),
            instance.process_id,
            stored(instance),
            job.token,
            result,
            at=following.at,
        )
    following.tell(kind, element_id=job.element_id, facts=dict(result))
    _finish(following, step)


def _finish(following: Following, step: bpmn.Step) -> None:
    following.follow(step)
    following.commit()


def _problems(broken: RuleBroken) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "field": each.field,
            "params": dict(each.params),
            "severity": each.severity,
        }
        for each in getattr(broken, "problems", ())
    ]
