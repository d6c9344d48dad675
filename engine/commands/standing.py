"""By what right somebody acts on a task: his own desk, or that of whom he stands in for.

A substitute acts in his own name; the event and the act record say for whom. Four-eyes
rules ask about both (`engine.commands.duties`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from engine.catalogue.config import ProcessConfig
from engine.commands import duties
from engine.errors import DutiesNotSeparate, NotAtThisDesk
from engine.model.event import EventKind
from engine.model.instance import HumanTask
from engine.model.person import Actor
from engine.model.substitution import StandIn

if TYPE_CHECKING:
    from engine.commands.follow import Following


def must_work_at(following: Following, task: HumanTask, actor: Actor) -> StandIn | None:
    """Refuse who has no role at the task's desk, or has it no longer, nor stands in there.

    Returns:
        for whom the actor does the task; ``None`` where it is his own.

    Raises:
        NotAtThisDesk: it is neither.
    """
    if actor.sits_at(task.desk):
        return None
    case = following.instance
    config = following.bundle.process(case.process_id)
    amount = config.amount_of(case.variables)
    stands = actor.stands_at(task.desk, case.process_id, amount, prefer=task.held_for)
    if stands is None:
        raise NotAtThisDesk(task.desk)
    return stands


def working_at(
    desk: str, people: Iterable[Actor], config: ProcessConfig, values: Mapping[str, Any]
) -> Iterator[tuple[Actor, StandIn | None]]:
    """Yield those of some people who may do a case's work at a desk, and each for whom.

    Args:
        values: of the case, whose amount a substitute's limit is compared with.
    """
    amount = config.amount_of(values)
    for each in people:
        stands = each.stands_at(desk, config.process_id, amount)
        if stands is not None or each.sits_at(desk):
            yield each, stands


def keep_duties_apart(
    following: Following, task: HumanTask, actor: Actor, stands: StandIn | None
) -> frozenset[str]:
    """Refuse who did another step of the case, himself or for another, that this one excludes.

    Returns:
        the codes of rules that an exception was granted from.

    Raises:
        DutiesNotSeparate: with the rule and the step already done.
    """
    config = following.bundle.process(following.instance.process_id)
    return duties.check(following.uow, config, task, actor, stands)


def hold_for(following: Following, task: HumanTask, actor: Actor) -> None:
    """Let somebody hold a task that has just opened, if he may do it, himself or for another."""
    config = following.bundle.process(following.instance.process_id)
    with suppress(NotAtThisDesk, DutiesNotSeparate):
        stands = must_work_at(following, task, actor)
        duties.check(following.uow, config, task, actor, stands, beside=following.opened)
        task.claim(actor.username, following.at, stands.username if stands else None)
        told = {"suggested": True, **told_for(stands)}
        following.tell(EventKind.TASK_CLAIMED, task=task, actor=actor.username, facts=told)


def told_for(stands: StandIn | None, excepted: frozenset[str] = frozenset()) -> Mapping[str, Any]:
    """Return what an event says of whom the act was done for, and by which exceptions."""
    told: dict[str, Any] = {} if stands is None else {"for": stands.username}
    return {**told, "excepted": sorted(excepted)} if excepted else told
