"""What a page left open asks again and again: has anything come, or gone, that is mine to do?"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, union, union_all
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.scope import at_desks, stands_in_at
from engine.queries.snoozed import is_snoozed

#: steps of one kind that are counted; who has more is told that there are more
MOST: Final = 1_000


class Work(NamedTuple):
    """The open steps that wait for an actor."""

    open: int
    newest_at: datetime | None  #: when the last of them came


def work_of(session: Session, actor: Actor, at: datetime) -> Work:
    """Return how many open steps the actor has or may take, and when the newest came.

    Above `MOST` both are of some of them: enough to see that the list has changed.
    """
    waiting = task.c.closed_at.is_(None) & ~is_snoozed(actor, at)
    unheld = task.c.holder.is_(None)
    parts = [
        _some(waiting, task.c.holder == actor.username),
        _some(waiting, unheld, at_desks(actor)),
    ]
    if actor.stands_in:
        for_others = _some(waiting, unheld, stands_in_at(actor))
        parts.append(for_others.join(instance, instance.c.id == task.c.instance_id))
    each = (union if actor.stands_in else union_all)(*(select(x.subquery()) for x in parts))
    found = each.subquery()
    count, newest_at = session.execute(
        select(func.count(), func.max(found.c.created_at)).select_from(found)
    ).one()
    return Work(min(count, MOST), newest_at)


def _some(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(task.c.id, task.c.created_at).where(*conditions).limit(MOST)
