"""Four-eyes: steps of one case that one person may not do together (`domain.md` §12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.catalogue.config import ProcessConfig
from engine.errors import DutiesNotSeparate
from engine.model.instance import HumanTask, TaskState
from engine.model.person import Actor
from engine.storage.cases import HeldStep
from engine.storage.database import UnitOfWork

_HELD: Final = (TaskState.CLAIMED, TaskState.COMPLETED)


def check(
    uow: UnitOfWork,
    config: ProcessConfig,
    task: HumanTask,
    actor: Actor,
    *,
    beside: Iterable[HumanTask] = (),
) -> None:
    """Refuse a step to somebody who did, or holds, a step it must be kept apart from.

    Two accounts of one national code are one person. A conflict blocks claiming, not only
    completing (R-SOD-01).

    Args:
        beside: tasks of the case that this transaction has changed and not written yet.

    Raises:
        DutiesNotSeparate: with the rule's code and the step already done.
    """
    rules = [each for each in config.separations if task.element_id in each.steps]
    if not rules:
        return
    others = frozenset[str]().union(*(each.steps for each in rules)) - {task.element_id}
    by_actor = {
        each.element_id: each.holder
        for each in (*uow.cases.held_steps(task.instance_id, others), *_held(beside, others))
        if _is_same_person(each, actor)
    }
    for rule in rules:
        for element_id in sorted(rule.steps & by_actor.keys()):
            who = by_actor[element_id]
            raise DutiesNotSeparate(rule.code, task.element_id, element_id, who)


def _held(tasks: Iterable[HumanTask], elements: frozenset[str]) -> Iterator[HeldStep]:
    for each in tasks:
        if each.element_id in elements and each.holder and each.state in _HELD:
            yield HeldStep(each.element_id, each.holder, None)


def _is_same_person(held: HeldStep, actor: Actor) -> bool:
    if held.holder == actor.username:
        return True
    return actor.national_code is not None and held.national_code == actor.national_code
