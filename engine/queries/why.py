"""Why somebody cannot see a case: the unit it belongs to, and the desks it lies on now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.errors import CaseNotFound
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries.scope import visible_cases


@dataclass(frozen=True, slots=True)
class Why:
    """What one would need to see a case; nothing else of it is told."""

    unit: str
    desks: tuple[str, ...]  #: where it lies now, outside organisations left out
    sees: bool  #: nothing is in the way


def why(session: Session, of: UUID, actor: Actor) -> Why:
    """Say what an actor would need to see a case, by its id or that of one of its tasks.

    Raises:
        CaseNotFound: there is none; people of outside organisations are told no more.
    """
    if not actor.units:
        raise CaseNotFound(of)
    in_case = select(task.c.instance_id).where(task.c.id == of)
    found = session.execute(
        select(instance.c.id, instance.c.unit).where(
            or_(instance.c.id == of, instance.c.id.in_(in_case))
        )
    ).first()
    if found is None:
        raise CaseNotFound(of)
    desks = session.scalars(
        select(task.c.desk)
        .where(task.c.instance_id == found.id, task.c.closed_at.is_(None))
        .distinct()
    )
    seen = select(instance.c.id).where(instance.c.id == found.id, visible_cases(actor))
    return Why(
        found.unit,
        tuple(sorted(each for each in desks if "@party:" not in each)),
        session.scalar(seen) is not None,
    )
