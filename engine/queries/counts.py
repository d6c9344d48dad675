"""How much work there is: for each of several filters, and what changed since somebody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.asked import CREATED, Asked
from engine.queries.mine import mine
from engine.queries.scope import roles_everywhere
from engine.queries.snoozed import is_snoozed
from engine.queries.walks import walks_of
from engine.queries.work_pages import all_asked

#: More is not counted, and shown as "99+".
MOST_COUNTED: Final = 100


@dataclass(frozen=True, slots=True)
class News:
    """What tells whether a list of work has changed."""

    newest: UUID | None  #: the task that came last; its id says when
    count: int  #: of what waits, up to `MOST_COUNTED`


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


def news(session: Session, actor: Actor, *, at: datetime) -> News:
    """Return what tells the actor that the inbox is not what it was."""
    everything = Asked(sort=CREATED, is_descending=True)
    count = _counted(session, actor, everything, at).scalar_subquery()
    if roles_everywhere(actor):
        newest = _of_open(session, actor, everything, at).order_by(task.c.id.desc()).limit(1)
    else:
        walked = walks_of(session, actor, everything, at).first(None, 1)
        assert walked is not None
        newest = select(walked.subquery().c.id)
    found = session.execute(select(newest.scalar_subquery(), count)).one()
    return News(found[0], found[1])


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
