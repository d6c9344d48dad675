"""Asking after a task: whoever waits for it reminds those who have it, once a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.catalogue.config import ProcessConfig
from engine.commands.assigning import may_assign
from engine.commands.follow import Following
from engine.commands.notifying import notify_of_task, those_at
from engine.commands.retried import retried
from engine.errors import NotAtThisDesk, RemindedLately, TaskAlreadyClosed
from engine.model.event import EventKind
from engine.model.instance import HumanTask
from engine.model.notice import NoticeKind
from engine.model.person import Actor
from engine.storage.called import began
from engine.storage.database import UnitOfWork
from engine.storage.reminders import asked_at

#: one reminder of a task by anybody, then none for so long
REST: Final = timedelta(days=1)


@retried
def remind(uow: UnitOfWork, task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Ask who has a task, or could take it, to go on with it.

    Raises:
        NotAtThisDesk: the actor neither began the case, nor one that waits for it, nor says
            who does the task.
        TaskNotFound, TaskAlreadyClosed: there is nothing to ask after.
        RemindedLately: somebody has asked within a day.
    """
    with uow:
        instance, task = uow.cases.of_task(task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        config = following.bundle.process(instance.process_id)
        if task.is_closed:
            raise TaskAlreadyClosed(task.id, task.state.value, task.closed_by)
        began_it, amount = began(uow.session, instance.id), config.amount_of(instance.variables)
        if not may_remind(config, began_it, task, actor, amount):
            raise NotAtThisDesk(task.desk)
        before = asked_at(uow.session, instance.id, task.id)
        if before is not None and at < before + REST:
            raise RemindedLately(task.id, before)
        facts = {"notice": "asked", "desk": task.desk, "to": task.holder}
        following.tell(
            EventKind.REMINDED,
            task=task,
            actor=actor.username,
            facts={key: value for key, value in facts.items() if value},
        )
        desk = (task.desk, instance.process_id, amount)
        hearers = [task.holder] if task.holder else those_at(uow.session, *desk, at)
        notify_of_task(uow, hearers, NoticeKind.REMINDED, task, at=at, by=actor.username)
        following.commit()


def may_remind(
    config: ProcessConfig,
    began: Collection[str],
    task: HumanTask,
    actor: Actor,
    amount: int | None = None,
) -> bool:
    """Tell whether the actor may ask after a task, and see what holds it up.

    That is who began the case, or one that waits for it, and who says who does the task;
    nobody asks himself.

    Args:
        amount: of the case, in rials.
    """
    if task.holder == actor.username:
        return False
    return actor.username in began or may_assign(config, task, actor, amount)
