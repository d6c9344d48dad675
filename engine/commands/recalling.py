"""Taking an answer back while nobody has gone on from it: recall, and undo, which is the same.

It is an act of its own that compensates the first (nothing waits with being committed): the
step is open again as it was, what it led to is withdrawn, and both stand in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from engine import bpmn
from engine.catalogue.handlers import REGISTRY, TaskRecall
from engine.commands.follow import Following
from engine.commands.notifying import notify_of_task
from engine.commands.recallable import (
    Given,
    NotRecallable,
    given_answer,
    must_be_untouched,
    must_be_untyped,
    taken_out,
)
from engine.commands.retried import retried
from engine.commands.standing import must_work_at
from engine.errors import Conflict, NotAtThisDesk
from engine.model.event import EventKind
from engine.model.instance import HumanTask, InstanceState
from engine.model.notice import NoticeKind
from engine.model.person import Actor
from engine.storage import drafts, moved, recalls, witnesses
from engine.storage.actors import by_username
from engine.storage.database import UnitOfWork

#: answer -> what stands in the fields of the form again, by field path
Typed: TypeAlias = "Callable[[Mapping[str, Any]], Mapping[str, str]]"


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
    takes back what it wrote. Who saw a step of it is told that it is gone. Returns the case.

    Raises:
        TaskNotFound, NotTaskHolder: it was not the actor who answered.
        NotAtThisDesk: the actor may do the step no longer, nor for whom he did it.
        NotRecallable: the case has gone on; says from where, and by whom.
        RulesBroken: the area refuses.
    """
    with uow:
        instance, task = uow.cases.of_task(task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        given = given_answer(following, task, actor)
        jobs = must_be_untouched(following, given, actor)
        step = taken_out(following, given)
        instance.snapshot = step.snapshot
        instance.hold(step.values, following.definition.columns)
        texts = {**typed(given.answer), **_taken_back_by_area(following, given, actor)}
        following.tell(EventKind.TASK_RECALLED, task=task, actor=actor.username)
        _withdraw(following, step.closed, actor)
        _open_again(following, task, step)
        following.save()
        # who typed at the same moment is through now, or finds the step withdrawn
        must_be_untyped(following, given, actor)
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
            given = given_answer(following, task, actor)
            must_be_untouched(following, given, actor)
            taken_out(following, given)
        except NotRecallable as refused:
            return refused
        return None


def _taken_back_by_area(following: Following, given: Given, actor: Actor) -> Mapping[str, str]:
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
            task.closed_at or following.at,
            actor,
            following.at,
        )
    )


def _withdraw(following: Following, tokens: Iterable[str], actor: Actor) -> None:
    """Close what the answer had led to, and tell whoever saw a step of it."""
    ended, uow = list(tokens), following.uow
    found = (following.instance.task_at(each) for each in ended)
    gone = {each.id: each for each in found if each is not None}
    if gone:
        for task_id, saw in witnesses.of_tasks(uow.session, list(gone), following.at).items():
            about, by = gone[task_id], actor.username
            notify_of_task(uow, saw, NoticeKind.RECALLED, about, at=following.at, by=by)
    following.withdraw(ended)


def _open_again(following: Following, task: HumanTask, step: bpmn.Step) -> None:
    """Open what the answer had ended: the step itself, and what waited beside it."""
    instance = following.instance
    if instance.state is InstanceState.FINISHED:
        instance.go_on()
    waits = [each.token for each in step.opened if isinstance(each, bpmn.HumanWait)]
    task.reopen()
    for each in following.uow.cases.closed_at(instance, {*waits} - {task.token}):
        _go_on_with(following, each)
    following.listen_again(step.opened)


def _go_on_with(following: Following, task: HumanTask) -> None:
    """Open a step that the answer had ended as it was, with what was typed into it.

    It is its holder's again, if he may still have it; else it lies on its desk.
    """
    task.reopen()
    holder = task.owner or task.holder
    if holder is not None and not _may_still(following, task, holder):
        task.free()
    facts = {"to": task.holder} if task.holder else {}
    following.tell(EventKind.TASK_REOPENED, task=task, facts=facts)


def _may_still(following: Following, task: HumanTask, username: str) -> bool:
    person = by_username(following.uow.session, username, following.at)
    if person is None:
        return False
    try:
        must_work_at(following, task, person)
    except NotAtThisDesk:
        return False
    return True


def _keep_typed(
    uow: UnitOfWork, task: HumanTask, texts: Mapping[str, str], actor: Actor, at: datetime
) -> None:
    kept = {path: text for path, text in texts.items() if text}
    if kept:
        uow.cases.draft_of(task.id)
        drafts.write(uow.session, task.id, kept, by=actor.username, at=at)
