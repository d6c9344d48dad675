"""Four-eyes: steps of one case that one person may not do together (`domain.md` §12)."""

from __future__ import annotations

from engine.catalogue.config import ProcessConfig
from engine.errors import DutiesNotSeparate
from engine.model.instance import HumanTask
from engine.model.person import Actor
from engine.storage.database import UnitOfWork
from engine.storage.people import national_code


def check(uow: UnitOfWork, config: ProcessConfig, task: HumanTask, actor: Actor) -> None:
    """Refuse a step to somebody who did, or holds, a step it must be kept apart from.

    Two accounts of one national code are one person. A conflict blocks claiming, not only
    completing (R-SOD-01).

    Raises:
        DutiesNotSeparate: with the rule's code and the step already done.
    """
    for rule in config.separations:
        if task.element_id not in rule.steps:
            continue
        others = rule.steps - {task.element_id}
        for element_id, who in uow.cases.held_steps(task.instance_id, others):
            if who == actor.username or _same_person(uow, who, actor):
                raise DutiesNotSeparate(rule.code, task.element_id, element_id, who)


def _same_person(uow: UnitOfWork, username: str, actor: Actor) -> bool:
    if actor.national_code is None:
        return False
    return national_code(uow.session, username) == actor.national_code
