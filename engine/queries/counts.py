"""How much of the inbox each of several filters leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.asked import Asked
from engine.queries.mine import mine
from engine.queries.scope import roles_everywhere
from engine.queries.snoozed import is_snoozed
from engine.queries.walks import walks_of
from engine.queries.work_pages import all_asked

#: More is not counted, and shown as "99+".
MOST_COUNTED: Final = 100


def counts(session: Session, actor: Actor, asked: Sequence[Asked], *, at: datetime) -> list[int]:
    """Return how much of the inbox each of these leaves, up to `MOST_COUNTED`: one statement."""
    each_one = [
        select(
            literal(number).label("number"),
            _counted(session, actor, each, at).scalar_subquery().label("count"),
        )
        for number, each in enumerate(asked)
    ]
    if not each_one:
        return []
    found: dict[int, int] = {each[0]: each[1] for each in session.execute(union_all(*each_one))}
    return [found[number] for number in range(len(asked))]


def _counted(session: Session, actor: Actor, asked: Asked, at: datetime) -> Select[Any]:
    if not roles_everywhere(actor):
        return walks_of(session, actor, asked, at).counted(MOST_COUNTED)
    some = _of_open(session, actor, asked, at).limit(MOST_COUNTED)
    return select(func.count()).select_from(some.subquery())


def _of_open(session: Session, actor: Actor, asked: Asked, at: datetime) -> Select[Any]:
    """Return the actor's open steps, for one whose desks have no names to be walked by."""
    wanted = [mine(actor), ~is_snoozed(actor, at), *all_asked(session, asked)]
    return (
        select(task.c.id)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None), *wanted)
    )
