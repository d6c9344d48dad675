"""Putting a task off: it leaves one person's list until a working moment, and nobody else's.

Nothing of the case changes, so the case is not touched and its history says nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.commands.follow import Following
from engine.commands.retried import retried
from engine.commands.standing import must_work_at
from engine.errors import RuleBroken, TaskAlreadyClosed
from engine.model.person import Actor
from engine.storage import snoozes
from engine.storage.database import UnitOfWork

LONGEST: Final = timedelta(days=366)  #: what is put off longer is forgotten


class MomentUnfit(RuleBroken):
    """Work can be put off to a moment that lies ahead, within a year."""

    code = "GEN-SNOOZE"

    def __init__(self, until: datetime) -> None:
        super().__init__(f"work cannot be put off until {until.isoformat()}")
        self.until = until


@retried
def snooze(uow: UnitOfWork, task_id: UUID, until: datetime, *, actor: Actor, at: datetime) -> None:
    """Take a task out of the actor's list until a moment; another moment replaces the first.

    What he would do for somebody he stands in for is in his list as well.

    Raises:
        TaskNotFound, TaskAlreadyClosed, NotAtThisDesk: it is not in the actor's list.
        MomentUnfit: the moment is past, or absurdly far.
    """
    if not at < until <= at + LONGEST:
        raise MomentUnfit(until)
    with uow:
        instance, task = uow.cases.of_task(task_id)
        if task.is_closed:
            raise TaskAlreadyClosed(task_id, task.state.value, task.closed_by)
        if task.holder != actor.username:
            deployed = uow.deployed(instance.definition_id)
            must_work_at(Following(uow, instance, deployed, at), task, actor)
        snoozes.write(uow.session, task_id, actor.person_id, until=until, at=at)
        uow.commit()


@retried
def wake(uow: UnitOfWork, task_id: UUID, *, actor: Actor) -> bool:
    """Put a task back into the actor's list; tell whether it was out of it."""
    with uow:
        was_off = snoozes.forget(uow.session, task_id, actor.person_id)
        uow.commit()
        return was_off
