"""Whether an answer may still be taken back: nobody has gone on from it, nothing has left.

Untouched is a step that nobody else has taken, typed into or answered; one that somebody only
has open is, too. Each refusal says by which step, by whom and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from engine import bpmn
from engine.catalogue.handlers import REGISTRY
from engine.commands.follow import Following, stored
from engine.commands.models import model_of
from engine.commands.no_return import points_of_no_return
from engine.commands.standing import must_work_at
from engine.errors import Conflict, NotTaskHolder
from engine.model.event import EventKind
from engine.model.instance import HumanTask, InstanceState, TaskState
from engine.model.job import JobKind, JobState
from engine.model.person import Actor
from engine.storage import recalls
from engine.storage.recalls import Touch, Work

Why: TypeAlias = Literal[
    "gone",  #: somebody has done a step it led to, or the case was moved
    "taken",  #: somebody else has a step it led to
    "typed",  #: …or typed into it
    "sent",  #: a step it led to had an effect outside
    "running",  #: …or is being carried out this moment
    "point",  #: a point of no return was passed
    "area",  #: what was written with it cannot be taken back
    "branches",  #: other branches have come together with it, or seen it
    "ended",  #: the case has ended otherwise
]
_TAKING: Final = (EventKind.TASK_CLAIMED, EventKind.TASK_ASSIGNED, EventKind.TASK_DELEGATED)
_DOING: Final = (
    EventKind.TASK_COMPLETED,
    EventKind.TASK_RETURNED,
    EventKind.MODIFIED,
    EventKind.MIGRATED,
)


class NotRecallable(Conflict):
    """The case has gone on from an answer, so that it stays given."""

    code = "GEN-RECALL"

    def __init__(
        self,
        task_id: UUID,
        why: Why,
        element_id: str | None = None,
        touch: Touch | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(f"task {task_id} stays answered: {why} {element_id or ''}".strip())
        self.task_id = task_id
        self.why = why
        self.reason = reason  #: of a point of no return, as it is declared
        self.element_id = touch.element_id if touch else element_id
        self.name = touch.name if touch else None
        self.who = touch.who if touch else None
        self.at = touch.at if touch else None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, what came of it, and how the history tells it."""

    task: HumanTask
    came: bpmn.Answered
    answer: Mapping[str, Any]
    since: list[Touch]

    def tokens(self) -> frozenset[str]:
        """Return the visits that came of it."""
        seed = self.task.token.rpartition("-")[0]
        return frozenset(f"{seed}-{each}" for each in self.came.led)


def given_answer(following: Following, task: HumanTask, actor: Actor) -> Given:
    """Return an answer of the actor's with what came of it.

    Raises:
        NotTaskHolder: it was not the actor who answered.
        NotAtThisDesk: the actor may do the step no longer, nor for whom he did it.
        NotRecallable: nothing is remembered of it.
    """
    if task.state is not TaskState.COMPLETED or task.closed_by != actor.username:
        raise NotTaskHolder(task.id, actor.username)
    must_work_at(following, task, actor)  # the step will be theirs again
    instance, session = following.instance, following.uow.session
    told = recalls.completion(session, instance.id, task.id)
    happened = recalls.since(session, instance.id, told.seq if told else 0)
    came = bpmn.answered(stored(instance), task.token)
    if told is None or came is None:
        raise NotRecallable(task.id, "gone", touch=_last(happened, _DOING))
    return Given(task, came, told.answer, happened)


def must_be_untouched(following: Following, given: Given, actor: Actor) -> list[Work]:
    """Refuse where what came of an answer has been touched; return jobs to be dropped.

    Raises:
        NotRecallable: it has.
    """
    instance, task = following.instance, given.task
    if instance.state is InstanceState.CANCELLED:
        raise NotRecallable(task.id, "ended")
    if instance.state is InstanceState.FINISHED and instance.called_by is not None:
        raise NotRecallable(task.id, "sent", instance.end_id)
    _must_be_before_no_return(following, given)
    if given.came.left is not None:
        raise NotRecallable(task.id, "sent", given.came.left)
    _must_be_undone_by_area(following, given)
    _must_be_nobodys(following, given, actor)
    return _must_be_without_effect(following, given)


def _must_be_before_no_return(following: Following, given: Given) -> None:
    points = points_of_no_return(following.bundle, following.instance.process_id)
    here = given.task.element_id
    if here in points:
        raise NotRecallable(given.task.id, "point", here, reason=points[here])
    for each in given.since:
        passed = each.task_id is None or each.kind is EventKind.TASK_COMPLETED
        reason = points.get(each.element_id or "")
        if passed and reason is not None:
            raise NotRecallable(given.task.id, "point", touch=each, reason=reason)


def _must_be_undone_by_area(following: Following, given: Given) -> None:
    place = (following.instance.process_id, given.task.element_id)
    if place in REGISTRY.answers and place not in REGISTRY.recalls:
        raise NotRecallable(given.task.id, "area", given.task.element_id)


def _must_be_nobodys(following: Following, given: Given, actor: Actor) -> None:
    """Refuse where somebody else has a step the answer led to, or typed into it.

    A step that the process itself gave to somebody is not taken by that, nor is one that
    somebody only looks at, or has put back without typing anything.
    """
    for task in _led_to(following, given):
        others = {task.holder, task.owner} - {None, actor.username}
        about = [each for each in given.since if each.task_id == task.id]
        taken = _last(about, _TAKING)
        if others and taken is not None and _is_by_somebody(taken):
            who = task.holder if task.holder in others else task.owner
            raise NotRecallable(given.task.id, "taken", touch=taken._replace(who=who))
    must_be_untyped(following, given, actor)


def must_be_untyped(following: Following, given: Given, actor: Actor) -> None:
    """Refuse where somebody else has typed into a step the answer led to.

    Raises:
        NotRecallable: it says who, and when.
    """
    by_id = {each.id: each for each in _led_to(following, given)}
    for each in recalls.typists(following.uow.session, by_id.keys()):
        if each.who != actor.username:
            task = by_id[each.task_id]
            touch = Touch(EventKind.TASK_OPENED, task.element_id, task.name, each.who, each.at, {})
            raise NotRecallable(given.task.id, "typed", touch=touch)


def _led_to(following: Following, given: Given) -> list[HumanTask]:
    """Return the steps that an answer led to and that waited when the case was read."""
    tokens = given.tokens()
    return [each for each in following.instance.tasks if each.token in tokens]


def _is_by_somebody(taken: Touch) -> bool:
    return taken.who is not None and not taken.facts.get("suggested")


def _must_be_without_effect(following: Following, given: Given) -> list[Work]:
    """Refuse where a job had an effect outside, or may be having one."""
    instance, session = following.instance, following.uow.session
    told = following.bundle.process(instance.process_id).webhooks
    closed_at = given.task.closed_at
    hooks = recalls.webhooks_of(session, instance.id, closed_at) if told and closed_at else []
    for each in (*recalls.work_of(session, instance.id, given.tokens()), *hooks):
        if each.state is JobState.LEASED:
            raise NotRecallable(given.task.id, "running", each.element_id or None)
        if _had_effect(each):
            raise NotRecallable(given.task.id, "sent", each.element_id or None)
    return [each for each in hooks if each.state is JobState.READY]


def _had_effect(job: Work) -> bool:
    if job.kind in (JobKind.TIMER, JobKind.NOTICE):
        return False
    if job.kind is JobKind.SERVICE and job.topic in REGISTRY.replaced:
        return False
    return job.state is JobState.DONE or job.attempts > 0


def taken_out(following: Following, given: Given) -> bpmn.Step:
    """Return the case's state without an answer.

    Raises:
        NotRecallable: other branches have gone on with it.
    """
    instance = following.instance
    try:
        return bpmn.recall(
            model_of(following.bundle),
            instance.process_id,
            stored(instance),
            given.task.token,
            at=following.at,
        )
    except bpmn.RecallRefused as refused:
        last = _last(given.since, _DOING)
        element = refused.element_id
        raise NotRecallable(given.task.id, "branches", element, last) from refused


def _last(happened: Iterable[Touch], kinds: Iterable[EventKind]) -> Touch | None:
    wanted = tuple(kinds)
    return next((each for each in reversed(list(happened)) if each.kind in wanted), None)
