"""What a page left open asks again and again: has anything come, or gone, that is mine to do?"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.asked import CREATED, Asked
from engine.queries.first_steps import first_ids
from engine.queries.mine import mine
from engine.queries.scope import roles_everywhere
from engine.queries.snoozed import is_snoozed
from engine.queries.walks import walks_of
from engine.storage.bundles import Deployed, deployed, known
from engine.storage.statements import beneath

#: steps that are counted; who has more is told that there are more
MOST: Final = 50


class Work(NamedTuple):
    """The open steps that wait for an actor."""

    seen: int
    is_more: bool  #: than were counted
    mark: str  #: another one as soon as the first of them are others


def work_of(session: Session, actor: Actor, at: datetime) -> Work:
    """Return how many open steps the actor has or may take, and a mark of the most urgent.

    As dear for ten thousand as for a hundred: no more are looked at. The newest of all is of
    the mark as well, so that nothing comes unseen behind the most urgent; what goes there is
    not on the first page of anybody's list.
    """
    found, newest = _ids(session, actor, at)
    mark = blake2b(b"".join(each.bytes for each in [*found, *newest]), digest_size=8)
    return Work(min(len(found), MOST), len(found) > MOST, mark.hexdigest())


class NewestStep(NamedTuple):
    """The open step that came last."""

    definition: Deployed
    element_id: str
    name: str  #: in the model's language


def newest_of(session: Session, actor: Actor) -> NewestStep | None:
    """Return the open step that came last to an actor; asked only when one has come."""
    statement = (
        select(instance.c.definition_id, task.c.element_id, task.c.name)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None), mine(actor))
        .order_by(task.c.created_at.desc(), task.c.id.desc())
        .limit(1)
    )
    found = session.execute(statement).first()
    if found is None:
        return None
    return NewestStep(known(found[0]) or deployed(session, found[0]), found[1], found[2])


def _ids(session: Session, actor: Actor, at: datetime) -> tuple[list[UUID], list[UUID]]:
    """Return the first of the actor's steps, one more than are counted, and the newest."""
    if roles_everywhere(actor):
        return _newest_first(session, actor, at), []
    if actor.stands_in:
        return _with_those_of_others(session, actor, at)
    return first_ids(beneath(session), actor, MOST + 1, at)


def _newest_first(session: Session, actor: Actor, at: datetime) -> list[UUID]:
    """Return the newest steps of one whose desks have no names to be walked by."""
    statement = (
        select(task.c.id)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None), mine(actor), ~is_snoozed(actor, at))
        .order_by(task.c.id.desc())
        .limit(MOST + 1)
    )
    return list(session.scalars(statement))


def _with_those_of_others(
    session: Session, actor: Actor, at: datetime
) -> tuple[list[UUID], list[UUID]]:
    """Return the most urgent steps, of the actor and of those he stands in for, and the newest."""
    urgent = walks_of(session, actor, Asked(), at)
    newest = walks_of(session, actor, Asked(sort=CREATED, is_descending=True), at)
    parts = [urgent.first(None, MOST + 1), urgent.rest(None, MOST + 1), newest.first(None, 1)]
    each_part = [
        select(part.subquery().c.id, literal(number).label("part"))
        for number, part in enumerate(parts)
        if part is not None
    ]
    found: list[list[UUID]] = [[], [], []]
    for identity, number in session.execute(union_all(*each_part)):
        found[number].append(identity)
    timed, untimed, last = (sorted(each) for each in found)
    return [*timed, *untimed[: MOST + 1 - len(timed)]], last
