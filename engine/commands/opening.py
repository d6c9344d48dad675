"""What a case's new waits open: tasks on desks, jobs, timers, subscriptions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from engine import bpmn
from engine.catalogue.config import Due
from engine.catalogue.handlers import REGISTRY
from engine.commands import offering
from engine.commands.deadlines import due_at, notice_moments
from engine.commands.standing import hold_for
from engine.model.base import new_id
from engine.model.event import EventKind
from engine.model.instance import HumanTask
from engine.model.job import PRIORITY, JobKind, attempts_of
from engine.model.person import desk_of
from engine.storage.actors import by_username

if TYPE_CHECKING:
    from engine.commands.follow import Following

#: topic of a timer whose moment the working calendar gives
WORKING_TIME: Final = "working_time"


def open_wait(following: Following, wait: bpmn.Wait) -> None:
    """Open what a token of the case waits for."""
    match wait:
        case bpmn.HumanWait():
            _open_task(following, wait)
        case bpmn.ServiceWait():
            _open_service(following, wait)
        case bpmn.TimerWait():
            _plan_timer(following, wait)
        case bpmn.CallWait():
            following.plan(JobKind.CALL, wait.token, wait.element_id, None, following.at)
        case bpmn.MessageWait() | bpmn.SignalWait() | bpmn.ConditionWait():
            following.listening.open(wait)


def _open_service(following: Following, wait: bpmn.ServiceWait) -> None:
    """Plan the job of a service task; what nothing here serves waits for a worker outside."""
    declared = following.bundle.process(wait.process_id).step(wait.element_id)
    calls = declared.call is not None and not wait.listens
    ours = calls or REGISTRY.knows_topic(wait.topic)
    kind = JobKind.SERVICE if ours else JobKind.EXTERNAL
    job = following.plan(kind, wait.token, wait.element_id, wait.topic, following.at)
    job.priority = _first(declared.priority, wait.priority, PRIORITY)
    if wait.local:
        job.facts = {**job.facts, "local": dict(wait.local)}
    if not ours:
        return
    job.retries = wait.retries if wait.listens else declared.retries or wait.retries
    job.max_attempts = attempts_of(job.retries)
    job.lease_seconds = declared.lease or REGISTRY.leases.get(wait.topic)


def _open_task(following: Following, wait: bpmn.HumanWait) -> None:
    declared = following.bundle.process(wait.process_id).step(wait.element_id)
    task = HumanTask(
        id=new_id(),
        instance_id=following.instance.id,
        token=wait.token,
        element_id=wait.element_id,
        name=wait.name or wait.element_id,
        lane=wait.lane_id,
        desk=following.desk_of(wait),
        form_id=wait.form_id,
        created_at=following.at,
        due_at=_due(following, declared.due) if declared.due else wait.due_at,
        priority=_first(declared.priority, wait.priority, PRIORITY),
        follow_up_at=wait.follow_up_at,
        escalation_desk=desk_of(declared.escalate, following.instance.unit)
        if declared.escalate
        else None,
    )
    following.instance.tasks.append(task)
    following.opened.append(task)
    following.tell(EventKind.TASK_OPENED, task=task)
    if wait.assignee is not None:
        _suggest(following, task, wait)
    if declared.offer is not None and task.holder is None:
        offering.offer(following, task, declared.offer)
    if task.due_at is not None:
        for notice, moment in notice_moments(following.at, task.due_at, following.calendar).items():
            following.plan(JobKind.NOTICE, task.token, task.element_id, notice, moment)


def _suggest(following: Following, task: HumanTask, wait: bpmn.HumanWait) -> None:
    """Let whom the diagram names hold the task, if that person may act; lanes say who may."""
    actor = by_username(following.uow.session, wait.assignee or "", following.at)
    if actor is not None:
        hold_for(following, task, actor)


def _first(*told: int | None) -> int:
    """Return the first that is said: by the site, by the diagram, by us."""
    return next(each for each in told if each is not None)


def _plan_timer(following: Following, wait: bpmn.TimerWait) -> None:
    """Plan a timer for its moment, or for the one the working calendar gives it."""
    declared = following.bundle.process(wait.process_id).timers.get(wait.element_id)
    due = _due(following, declared)
    if due is None:
        following.plan(JobKind.TIMER, wait.token, wait.element_id, None, wait.due_at)
        return
    job = following.plan(JobKind.TIMER, wait.token, wait.element_id, WORKING_TIME, due)
    job.facts = {"process_id": wait.process_id}


def _due(following: Following, declared: Due | None) -> datetime | None:
    """Return when what opens now is due; the calendar is read only where something is."""
    if declared is None:
        return None
    return due_at(declared, following.at, following.instance.variables, following.calendar)
