"""Four-eyes: steps of one case that one person may not do together (`domain.md` §12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.catalogue.config import ProcessConfig
from engine.errors import DutiesNotSeparate
from engine.model.instance import HumanTask, TaskState
from engine.model.person import Actor
from engine.model.substitution import StandIn
from engine.storage.cases import HeldStep
from engine.storage.database import UnitOfWork

_HELD: Final = (TaskState.CLAIMED, TaskState.COMPLETED)


def check(
    uow: UnitOfWork,
    config: ProcessConfig,
    task: HumanTask,
    actor: Actor,
    stands: StandIn | None = None,
    *,
    beside: Iterable[HumanTask] = (),
) -> None:
    """Refuse a step to somebody who did, or holds, a step it must be kept apart from.

    Two accounts of one national code are one person. A conflict blocks claiming, not only
    completing (R-SOD-01). Whoever stands in for another is both: neither what he did nor
    what the other did, nor what anybody did for one of them, goes with the step (R-SOD-03).

    Args:
        stands: for whom the actor would do the step.
        beside: tasks of the case that this transaction has changed and not written yet.

    Raises:
        DutiesNotSeparate: with the rule's code and the step already done.
    """
    others = kept_from(config, task)
    if not others:
        return
    held = (*uow.cases.held_steps(task.instance_id, others), *_held(beside, others))
    refused = apart(config, task, actor, held, stands)
    if refused is not None:
        raise refused


def kept_from(config: ProcessConfig, task: HumanTask) -> frozenset[str]:
    """Return the steps that who does this one may not have done."""
    rules = [each.steps for each in config.separations if task.element_id in each.steps]
    return frozenset[str]().union(*rules) - {task.element_id}


def apart(
    config: ProcessConfig,
    task: HumanTask,
    actor: Actor,
    held: Iterable[HeldStep],
    stands: StandIn | None = None,
) -> DutiesNotSeparate | None:
    """Return what keeps the actor from a step, given who did or holds the others."""
    acting = _people(actor, stands)
    by_actor = {each.element_id: each.holder for each in held if _people_of(each) & acting}
    for rule in config.separations:
        if task.element_id not in rule.steps:
            continue
        for element_id in sorted((rule.steps & by_actor.keys()) - {task.element_id}):
            who = by_actor[element_id]
            return DutiesNotSeparate(rule.code, task.element_id, element_id, who)
    return None


def _held(tasks: Iterable[HumanTask], elements: frozenset[str]) -> Iterator[HeldStep]:
    for each in tasks:
        if each.element_id in elements and each.holder and each.state in _HELD:
            yield HeldStep(each.element_id, each.holder, None, each.held_for)


def _people(actor: Actor, stands: StandIn | None) -> frozenset[tuple[str, str]]:
    """Return by what those are known who would act."""
    both = (actor,) if stands is None else (actor, stands)
    known = {("name", each.username) for each in both}
    return frozenset(known | {("code", each.national_code) for each in both if each.national_code})


def _people_of(held: HeldStep) -> frozenset[tuple[str, str]]:
    """Return by what those are known who did a step."""
    by_name = {("name", each) for each in (held.holder, held.held_for) if each}
    by_code = {("code", each) for each in (held.national_code, held.code_of_held_for) if each}
    return frozenset(by_name | by_code)
