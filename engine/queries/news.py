"""What a page left open asks again and again: has anything come, or gone, that is mine to do?"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.first_steps import first_ids
from engine.queries.mine import mine
from engine.queries.scope import roles_everywhere
from engine.queries.snoozed import is_snoozed
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

    As dear for ten thousand as for a hundred: no more are looked at.
    """
    found = _ids(session, actor, at)
    mark = blake2b(b"".join(each.bytes for each in found), digest_size=8)
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


def _ids(session: Session, actor: Actor, at: datetime) -> list[UUID]:
    if not actor.stands_in and not roles_everywhere(actor):
        return first_ids(beneath(session), actor, MOST + 1, at)
    statement = (
        select(task.c.id)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None), mine(actor), ~is_snoozed(actor, at))
        .limit(MOST + 1)
    )
    return sorted(session.scalars(statement))
