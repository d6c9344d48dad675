"""What people do with human tasks: claim, put back, complete. One transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.catalogue.handlers import REGISTRY, TaskAnswer
from engine.commands import paper_signing, signing
from engine.commands.follow import Following, opened_ids, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.commands.signing import Signed
from engine.commands.standing import keep_duties_apart, must_work_at, told_for
from engine.errors import ConfirmationMissing, NotAtThisDesk, NotTaskHolder
from engine.model.act import Act, canonical, hash_of
from engine.model.event import EventKind
from engine.model.instance import HumanTask
from engine.model.person import ANYWHERE, Actor, desk_of
from engine.model.sign_in import Method
from engine.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class Completed:
    """What completing a task led to at once; service tasks go on afterwards."""

    instance_id: UUID
    opened: tuple[UUID, ...]


@retried
def claim(uow: UnitOfWork, task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take a task from its desk.

    Raises:
        TaskNotFound, NotAtThisDesk, DutiesNotSeparate: the actor may not.
        TaskAlreadyClosed, TaskAlreadyClaimed: somebody was first.
    """
    with uow:
        following, task = _task(uow, task_id, at)
        stands = must_work_at(following, task, actor)
        excepted = keep_duties_apart(following, task, actor, stands)
        task.claim(actor.username, at, stands.username if stands else None)
        following.tell(
            EventKind.TASK_CLAIMED,
            task=task,
            actor=actor.username,
            facts=told_for(stands, excepted),
        )
        following.commit()


@retried
def unclaim(uow: UnitOfWork, task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Put a task back on its desk; what was typed stays with it.

    Its holder may do that also when the role at the desk is gone.

    Raises:
        TaskNotFound, NotAtThisDesk, NotTaskHolder, TaskAlreadyClosed: nothing was changed.
    """
    with uow:
        following, task = _task(uow, task_id, at)
        if task.holder != actor.username:
            must_work_at(following, task, actor)
        task.unclaim(actor.username)
        following.tell(EventKind.TASK_UNCLAIMED, task=task, actor=actor.username)
        following.commit()


@retried
def free(uow: UnitOfWork, task_id: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """Put a task somebody else holds back on its desk; only an administrator may.

    For whoever is gone or ill; what was typed stays with the task.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        TaskNotFound, TaskAlreadyClosed, NotTaskHolder: nobody holds it.
    """
    with uow:
        if not actor.is_admin:
            raise NotAtThisDesk(desk_of("ADMIN", ANYWHERE))
        following, task = _task(uow, task_id, at)
        if task.holder is None:
            raise NotTaskHolder(task_id, actor.username)
        task.free()
        following.tell(
            EventKind.TASK_UNCLAIMED, task=task, actor=actor.username, facts={"reason": reason}
        )
        following.commit()


@retried
def complete(
    uow: UnitOfWork,
    task_id: UUID,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    confirmed_by: Method | None = None,
    signed: Signed | None = None,
) -> Completed:
    """Take ``values`` as the answer to a task and run its case to the next wait.

    The closed task, what the area keeps of the answer, the new snapshot and everything
    that opened commit together. ``values["outcome"]`` says how it was answered;
    ``confirmed_by`` says by what the actor proved once more to be there, ``signed`` is what
    signs this very answer (`engine.commands.signing`).

    Raises:
        TaskNotFound, NotAtThisDesk, NotTaskHolder, TaskAlreadyClosed, DutiesNotSeparate,
        ConfirmationMissing: nothing was changed.
        RulesBroken: the area refused the answer, with every problem.
        SigningRefused: it has to be signed and is not, or something else was.
    """
    with uow:
        following, task = _task(uow, task_id, at)
        stands = must_work_at(following, task, actor)
        task.complete(
            actor.username, _outcome(values), at, held_for=stands.username if stands else None
        )
        excepted = keep_duties_apart(following, task, actor, stands)
        signature = signing.take(following, task, values, actor, confirmed_by, signed)
        kept = _kept_by_area(following, task, values, actor)
        _confirm(following, task, kept, actor, signed.method if signed else confirmed_by)
        following.tell(
            EventKind.TASK_COMPLETED,
            task=task,
            actor=actor.username,
            facts={"answer": dict(kept), **told_for(stands, excepted), **signing.told(signature)},
        )
        paper_signing.take(following, task, values, actor, signed)
        following.answered(task)
        instance = following.instance
        step = bpmn.answer(
            model_of(following.bundle),
            instance.process_id,
            stored(instance),
            task.token,
            kept,
            at=at,
        )
        following.follow(step)
        following.commit()
        return Completed(instance.id, opened_ids(following))


def _task(uow: UnitOfWork, task_id: UUID, at: datetime) -> tuple[Following, HumanTask]:
    instance, task = uow.cases.of_task(task_id)
    return Following(uow, instance, uow.deployed(instance.definition_id), at), task


def _outcome(values: Mapping[str, Any]) -> str | None:
    outcome = values.get("outcome")
    return outcome if isinstance(outcome, str) else None


def _kept_by_area(
    following: Following, task: HumanTask, values: Mapping[str, Any], actor: Actor
) -> dict[str, Any]:
    """Return what the process keeps of the answer: all of it, or what the area makes of it."""
    instance = following.instance
    answer = REGISTRY.answers.get((instance.process_id, task.element_id))
    if answer is None:
        return dict(values)
    request = TaskAnswer(
        following.uow.session,
        instance.id,
        task.id,
        instance.process_id,
        task.element_id,
        task.outcome,
        values,
        _seen(following, task),
        actor,
        following.at,
    )
    return {"outcome": task.outcome, **answer(request)}


def _seen(following: Following, task: HumanTask) -> Mapping[str, Any]:
    """Return what a task sees: the case's variables, and its own before them."""
    instance, model = following.instance, model_of(following.bundle)
    if not model.sees_apart(task.element_id):
        return instance.variables
    own = bpmn.own_of(model, instance.process_id, stored(instance), task.token)
    return {**instance.variables, **own}


def _confirm(
    following: Following,
    task: HumanTask,
    kept: Mapping[str, Any],
    actor: Actor,
    confirmed_by: Method | None,
) -> None:
    """Keep an approval as it was confirmed, where the step is one (R-STM-27).

    Raises:
        ConfirmationMissing: it is one, and nothing confirmed it.
    """
    instance = following.instance
    if not following.bundle.process(instance.process_id).step(task.element_id).confirm:
        return
    if confirmed_by is None:
        raise ConfirmationMissing(task.element_id)
    content = canonical(
        {
            "case": str(instance.id),
            "task": str(task.id),
            "step": task.element_id,
            "actor": actor.username,
            **({"for": task.held_for} if task.held_for else {}),
            "desk": task.desk,
            "at": following.at.isoformat(),
            "method": confirmed_by.recorded,
            "outcome": task.outcome,
            "answer": dict(kept),
            "seen": hash_of(canonical(dict(instance.variables))),
        }
    )
    following.uow.session.add(
        Act(
            instance_id=instance.id,
            task_id=task.id,
            element_id=task.element_id,
            actor=actor.username,
            desk=task.desk,
            outcome=task.outcome,
            method=confirmed_by.recorded,
            at=following.at,
            content=content,
            content_hash=hash_of(content),
            voided_at=None,
        )
    )
