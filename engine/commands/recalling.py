"""Taking an answer back while nobody has gone on from it: recall, and undo, which is the same.

It is an act of its own that compensates the first (nothing waits with being committed): the
step is open again as it was, what it led to is withdrawn, and both stand in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from engine import bpmn
from engine.catalogue.handlers import REGISTRY, TaskRecall
from engine.commands.follow import Following, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.commands.standing import must_work_at
from engine.errors import Conflict, NotTaskHolder
from engine.model.event import EventKind
from engine.model.instance import HumanTask, InstanceState, TaskState
from engine.model.job import JobKind, JobState
from engine.model.person import Actor
from engine.storage import drafts, moved, recalls
from engine.storage.database import UnitOfWork
from engine.storage.recalls import Touch, Work

#: answer -> what stands in the fields of the form again, by field path
Typed: TypeAlias = "Callable[[Mapping[str, Any]], Mapping[str, str]]"
Why: TypeAlias = Literal[
    "gone",  #: somebody has done a step it led to, or the case was moved
    "taken",  #: somebody has taken a step it led to
    "typed",  #: …or typed into it
    "sent",  #: a step it led to had an effect outside
    "running",  #: …or is being carried out this moment
    "point",  #: a point of no return was passed
    "area",  #: what was written with it cannot be taken back
    "branches",  #: other branches have come together with it, or seen it
    "ended",  #: the case has ended otherwise
]
_TAKING: Final = (EventKind.TASK_CLAIMED, EventKind.TASK_ASSIGNED)
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
        self, task_id: UUID, why: Why, element_id: str | None = None, touch: Touch | None = None
    ) -> None:
        super().__init__(f"task {task_id} stays answered: {why} {element_id or ''}".strip())
        self.task_id = task_id
        self.why = why
        self.element_id = touch.element_id if touch else element_id
        self.name = touch.name if touch else None
        self.who = touch.who if touch else None
        self.at = touch.at if touch else None


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer, what came of it, and how the history tells it."""

    task: HumanTask
    came: bpmn.Answered
    answer: Mapping[str, Any]
    since: list[Touch]

    def tokens(self) -> frozenset[str]:
        """Return the visits that came of it."""
        seed = self.task.token.rpartition("-")[0]
        return frozenset(f"{seed}-{each}" for each in self.came.led)


def plainly(answer: Mapping[str, Any]) -> Mapping[str, str]:
    """Return an answer as texts: what is no text, number or tick is left out."""
    texts = {}
    for key, value in answer.items():
        if isinstance(value, bool):
            texts[key] = "true" if value else ""
        elif value is not None and not isinstance(value, list | dict) and key != "outcome":
            texts[key] = str(value)
    return texts


@retried
def recall(
    uow: UnitOfWork, task_id: UUID, *, actor: Actor, at: datetime, typed: Typed = plainly
) -> UUID:
    """Take one's own answer back; the step is the actor's again, the answer its draft.

    What the answer led to is withdrawn, confirmations given with it are voided, and the area
    takes back what it wrote. Returns the case.

    Raises:
        TaskNotFound, NotTaskHolder: it was not the actor who answered.
        NotAtThisDesk: the actor may do the step no longer, nor for whom he did it.
        NotRecallable: the case has gone on; says from where, and by whom.
        RulesBroken: the area refuses.
    """
    with uow:
        instance, task = uow.cases.of_task(task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        given = _given(following, task, actor)
        jobs = _must_be_untouched(following, given, actor)
        step = _taken_out(following, given)
        instance.snapshot = step.snapshot
        instance.hold(step.values, following.definition.columns)
        texts = {**typed(given.answer), **_taken_back_by_area(following, given, actor)}
        following.tell(EventKind.TASK_RECALLED, task=task, actor=actor.username)
        following.withdraw(step.closed)
        _open_again(following, task, step)
        following.save()
        recalls.drop(uow.session, jobs)
        recalls.void_acts(uow.session, [task.id], at)
        moved.revive_jobs(uow.session, instance.id, [each.token for each in step.opened])
        _keep_typed(uow, task, texts, actor, at)
        uow.commit()
        return instance.id


def refusal(uow: UnitOfWork, task_id: UUID, *, actor: Actor, at: datetime) -> Conflict | None:
    """Return why an answer of the actor's cannot be taken back now; ``None``: it can."""
    with uow:
        instance, task = uow.cases.of_task(task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        try:
            given = _given(following, task, actor)
            _must_be_untouched(following, given, actor)
            _taken_out(following, given)
        except NotRecallable as refused:
            return refused
        return None


def _given(following: Following, task: HumanTask, actor: Actor) -> _Given:
    if task.state is not TaskState.COMPLETED or task.closed_by != actor.username:
        raise NotTaskHolder(task.id, actor.username)
    must_work_at(following, task, actor)  # the step will be theirs again
    instance, session = following.instance, following.uow.session
    told = recalls.completion(session, instance.id, task.id)
    happened = recalls.since(session, instance.id, told.seq if told else 0)
    came = bpmn.answered(stored(instance), task.token)
    if told is None or came is None:
        raise NotRecallable(task.id, "gone", touch=_last(happened, _DOING))
    return _Given(task, came, told.answer, happened)


def _must_be_untouched(following: Following, given: _Given, actor: Actor) -> list[Work]:
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


def _must_be_before_no_return(following: Following, given: _Given) -> None:
    config = following.bundle.process(following.instance.process_id)
    if given.task.element_id in config.no_return:
        raise NotRecallable(given.task.id, "point", given.task.element_id)
    for each in given.since:
        passed = each.kind not in (EventKind.TASK_OPENED, *_TAKING)
        if passed and each.element_id in config.no_return:
            raise NotRecallable(given.task.id, "point", touch=each)


def _must_be_undone_by_area(following: Following, given: _Given) -> None:
    place = (following.instance.process_id, given.task.element_id)
    if place in REGISTRY.answers and place not in REGISTRY.recalls:
        raise NotRecallable(given.task.id, "area", given.task.element_id)


def _must_be_nobodys(following: Following, given: _Given, actor: Actor) -> None:
    """Refuse where somebody else has taken a step the answer led to, or typed into it."""
    tokens = given.tokens()
    led = [each for each in following.instance.tasks if each.token in tokens]
    elements = {each.element_id for each in led if not each.is_closed}
    others = [each for each in given.since if each.who not in (None, actor.username)]
    for each in others:
        taken = each.kind in _TAKING and not each.facts.get("suggested")
        if taken and each.element_id in elements:
            raise NotRecallable(given.task.id, "taken", touch=each)
    for task in led:
        if task.drafted and not task.is_closed:
            raise NotRecallable(given.task.id, "typed", task.element_id)


def _must_be_without_effect(following: Following, given: _Given) -> list[Work]:
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


def _taken_out(following: Following, given: _Given) -> bpmn.Step:
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


def _taken_back_by_area(following: Following, given: _Given, actor: Actor) -> Mapping[str, str]:
    instance, task = following.instance, given.task
    undo = REGISTRY.recalls.get((instance.process_id, task.element_id))
    if undo is None:
        return {}
    return undo(
        TaskRecall(
            following.uow.session,
            instance.id,
            task.id,
            instance.process_id,
            task.element_id,
            given.answer,
            instance.variables,
            actor,
            following.at,
        )
    )


def _open_again(following: Following, task: HumanTask, step: bpmn.Step) -> None:
    """Open what the answer had ended: the step itself, and what waited beside it."""
    instance = following.instance
    if instance.state is InstanceState.FINISHED:
        instance.go_on()
    waits = [each.token for each in step.opened if isinstance(each, bpmn.HumanWait)]
    for each in (task, *following.uow.cases.closed_at(instance, {*waits} - {task.token})):
        each.reopen()
    following.listen_again(step.opened)


def _keep_typed(
    uow: UnitOfWork, task: HumanTask, texts: Mapping[str, str], actor: Actor, at: datetime
) -> None:
    kept = {path: text for path, text in texts.items() if text}
    if kept:
        uow.cases.draft_of(task.id)
        drafts.write(uow.session, task.id, kept, by=actor.username, at=at)


def _last(happened: Iterable[Touch], kinds: Iterable[EventKind]) -> Touch | None:
    wanted = tuple(kinds)
    return next((each for each in reversed(list(happened)) if each.kind in wanted), None)
