"""Sending a step back, with a reason, to an earlier step of the case and to who did it.

For processes that do not draw their own way back: where they do, that outcome of the form is
the better one, for it says what it means. `process.toml` says where it may be.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine import bpmn
from engine.commands.follow import Following, opened_ids, stored
from engine.commands.models import model_of
from engine.commands.no_return import points_of_no_return
from engine.commands.notifying import notify_of_task
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.commands.standing import hold_for, must_work_at, told_for
from engine.errors import RuleBroken
from engine.model.event import EventKind
from engine.model.instance import HumanTask
from engine.model.notice import NoticeKind
from engine.model.person import Actor
from engine.storage import recalls
from engine.storage.actors import by_username
from engine.storage.database import UnitOfWork
from engine.storage.recalls import DoneStep

_LONGEST: Final = 2_000  #: characters of a reason


class NotReturnable(RuleBroken):
    """The step cannot be sent back there: the process, or what else runs, is against it."""

    code = "GEN-RETURN"

    def __init__(self, task_id: UUID, why: str, element_id: str | None = None) -> None:
        super().__init__(f"task {task_id} cannot be sent back: {element_id or ''} {why}")
        self.task_id = task_id
        self.why = why
        self.element_id = element_id


@dataclass(frozen=True, slots=True)
class EarlierStep:
    """A step of the case that somebody did, and whether work can be sent back to it."""

    task_id: UUID
    element_id: str
    name: str
    who: str
    closed_at: datetime
    refused: str | None = None  #: why not, for who knows the diagram


def earlier_steps(uow: UnitOfWork, task_id: UUID, at: datetime) -> list[EarlierStep]:
    """Return the steps of a task's case that people did, the newest first, each once."""
    with uow:
        instance, task = uow.cases.of_task(task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        done = recalls.steps_done(uow.session, instance.id)
        found: dict[str, EarlierStep] = {}
        for each in done:
            if each.element_id not in found and each.element_id != task.element_id:
                refused = _why_not(following, task, each, done)
                facts = (each.task_id, each.element_id, each.name, each.who, each.closed_at)
                found[each.element_id] = EarlierStep(*facts, refused)
        return list(found.values())


@retried
def send_back(
    uow: UnitOfWork, task_id: UUID, to: UUID, reason: str, *, actor: Actor, at: datetime
) -> tuple[UUID, ...]:
    """Send a task back to an earlier step of its case; return the tasks that opens.

    The token goes back there; the step is open for who did it, when that person may still do
    it, else at its desk. What was confirmed from that step on is voided.

    Args:
        to: the task that was the earlier step.

    Raises:
        TaskNotFound, NotAtThisDesk, NotTaskHolder, TaskAlreadyClosed, TaskDelegated: it is
            not the actor's to send back.
        NotReturnable: not to that step.
        RulesBroken: there is no reason.
    """
    why = must_say(reason, _LONGEST)
    with uow:
        instance, task = uow.cases.of_task(task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        stands = must_work_at(following, task, actor)
        done = recalls.steps_done(uow.session, instance.id)
        earlier = next((each for each in done if each.task_id == to), None)
        if earlier is None:
            raise NotReturnable(task_id, "it is no step of this case that somebody did")
        task.send_back(actor.username, at)
        step = _step_back(following, task, earlier, done)
        told = {"reason": why, "earlier": earlier.element_id, "to": earlier.who}
        following.tell(
            EventKind.TASK_RETURNED,
            task=task,
            actor=actor.username,
            facts={**told, **told_for(stands)},
        )
        following.answered(task)
        following.follow(step)
        _give_back(following, earlier)
        for each in following.opened:
            notify_of_task(uow, [each.holder], NoticeKind.RETURNED, each, at=at, by=actor.username)
        following.save()
        recalls.void_acts(uow.session, _since(done, earlier), at)
        uow.commit()
        return opened_ids(following)


def _why_not(
    following: Following, task: HumanTask, earlier: DoneStep, done: Collection[DoneStep]
) -> str | None:
    try:
        _step_back(following, task, earlier, done)
    except NotReturnable as refused:
        return refused.why
    return None


def _step_back(
    following: Following, task: HumanTask, earlier: DoneStep, done: Collection[DoneStep]
) -> bpmn.Step:
    config = following.bundle.process(following.instance.process_id)
    if not config.may_return(task.element_id):
        raise NotReturnable(task.id, "the process does not allow it here", task.element_id)
    points = points_of_no_return(following.bundle, following.instance.process_id)
    for each in done:
        if each.closed_at >= earlier.closed_at and each.element_id in points:
            raise NotReturnable(task.id, "a point of no return was passed", each.element_id)
    model, instance = model_of(following.bundle), following.instance
    case, process_id = stored(instance), instance.process_id
    try:
        back = bpmn.way_back(model, process_id, case, task.token, earlier.element_id)
        return bpmn.modify(model, process_id, case, back, at=following.at)
    except bpmn.ModificationRefused as refused:
        obstacle = refused.obstacles[0]
        raise NotReturnable(task.id, str(obstacle.reason), obstacle.element_id) from refused


def _give_back(following: Following, earlier: DoneStep) -> None:
    """Let who did the earlier step have it again, if that person may still do it."""
    who = by_username(following.uow.session, earlier.who, following.at)
    for task in following.opened:
        if who is not None and task.element_id == earlier.element_id:
            hold_for(following, task, who)


def _since(done: Collection[DoneStep], earlier: DoneStep) -> list[UUID]:
    return [each.task_id for each in done if each.closed_at >= earlier.closed_at]
