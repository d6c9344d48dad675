"""Four-eyes: steps of one case that one person may not do together (`domain.md` §12)."""

from __future__ import annotations

from sqlalchemy import select

from engine.catalogue.config import ProcessConfig
from engine.errors import DutiesNotSeparate
from engine.model.instance import HumanTask, TaskState, task_table
from engine.model.person import Actor, Person
from engine.storage.database import UnitOfWork


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
        for element_id, who in _done(uow, task, others):
            if who == actor.username or _same_person(uow, who, actor):
                raise DutiesNotSeparate(rule.code, task.element_id, element_id, who)


def _done(uow: UnitOfWork, task: HumanTask, elements: frozenset[str]) -> list[tuple[str, str]]:
    rows = uow.session.execute(
        select(task_table.c.element_id, task_table.c.holder)
        .where(
            task_table.c.instance_id == task.instance_id,
            task_table.c.element_id.in_(sorted(elements)),
            task_table.c.holder.is_not(None),
            task_table.c.state.in_([TaskState.COMPLETED.value, TaskState.CLAIMED.value]),
        )
        .distinct()
    )
    return [(element_id, holder) for element_id, holder in rows]


def _same_person(uow: UnitOfWork, username: str, actor: Actor) -> bool:
    if actor.national_code is None:
        return False
    code = uow.session.scalar(select(Person.national_code).where(Person.username == username))
    return code == actor.national_code
