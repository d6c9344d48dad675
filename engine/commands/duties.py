"""Four-eyes: steps of one case that one person may not do together (`domain.md` §12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.catalogue.config import ProcessConfig
from engine.errors import DutiesNotSeparate
from engine.model.instance import HumanTask, TaskState
from engine.model.person import Actor
from engine.model.substitution import StandIn
from engine.storage import duty_exceptions, separation
from engine.storage.database import UnitOfWork
from engine.storage.separation import HeldStep

_HELD: Final = (TaskState.CLAIMED, TaskState.COMPLETED)


def check(
    uow: UnitOfWork,
    config: ProcessConfig,
    task: HumanTask,
    actor: Actor,
    stands: StandIn | None = None,
    *,
    beside: Iterable[HumanTask] = (),
) -> frozenset[str]:
    """Refuse a step to somebody who did, or holds, a step it must be kept apart from.

    Two accounts of one national code are one person. A conflict blocks claiming, not only
    completing (R-SOD-01). Whoever stands in for another is both: neither what he did nor
    what the other did, nor what anybody did for one of them, goes with the step (R-SOD-03).
    Whoever worked on a step for its owner did it too, and does so after handing it back.

    Args:
        stands: for whom the actor would do the step.
        beside: tasks of the case that this transaction has changed and not written yet.

    Returns:
        the codes of rules that an exception was granted from, for this task and actor.

    Raises:
        DutiesNotSeparate: with the rule's code and the step already done; ``SOD-014`` who
            administers the site gives no approval, in whatever role.
    """
    if actor.is_admin and config.step(task.element_id).confirm:
        raise _not_for_admins(task, actor)
    others = kept_from(config, task)
    if not others:
        return frozenset()
    held = (*uow.cases.held_steps(task.instance_id, others), *_held(beside, others))
    if apart(config, task, actor, held, stands) is None:
        return frozenset()
    excepted = duty_exceptions.granted(uow.session, task.id, actor.username)
    refused = apart(config, task, actor, held, stands, excepted=excepted)
    if refused is not None:
        raise refused
    return excepted


def _not_for_admins(task: HumanTask, actor: Actor) -> DutiesNotSeparate:
    return DutiesNotSeparate(
        "SOD-014",
        task.element_id,
        task.element_id,
        actor.username,
        task_id=task.id,
        instance_id=task.instance_id,
    )


def free_for(
    uow: UnitOfWork,
    config: ProcessConfig,
    task: HumanTask,
    people: Iterable[Actor],
    *,
    beside: Iterable[HumanTask] = (),
) -> list[Actor]:
    """Return those of some people whom nothing keeps from a step, asked for all at once.

    Args:
        beside: tasks of the case that this transaction has changed and not written yet.
    """
    others = kept_from(config, task)
    if not others:
        return list(people)
    held = (*uow.cases.held_steps(task.instance_id, others), *_held(beside, others))
    return [each for each in people if apart(config, task, each, held) is None]


def kept_from(config: ProcessConfig, task: HumanTask) -> frozenset[str]:
    """Return the steps that who does this one may not have done."""
    return separation.kept_from(config, task.element_id)


def apart(
    config: ProcessConfig,
    task: HumanTask,
    actor: Actor,
    held: Iterable[HeldStep],
    stands: StandIn | None = None,
    *,
    excepted: frozenset[str] = frozenset(),
) -> DutiesNotSeparate | None:
    """Return what keeps the actor from a step, given who did or holds the others."""
    found = separation.apart(config, task.element_id, actor, held, stands, excepted=excepted)
    if found is None:
        return None
    rule, done = found
    return DutiesNotSeparate(
        rule.code,
        task.element_id,
        done.element_id,
        done.holder,
        task_id=task.id,
        instance_id=task.instance_id,
    )


def _held(tasks: Iterable[HumanTask], elements: frozenset[str]) -> Iterator[HeldStep]:
    for each in tasks:
        if each.element_id in elements and each.holder and each.state in _HELD:
            yield HeldStep(each.element_id, each.holder, None, each.held_for)
