"""How much people have on their hands, and who of them is away: what an offer of a task weighs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.instance import task_table as task
from engine.model.substitution import Substitution


def held_elsewhere(session: Session, people: Collection[str], case: UUID) -> dict[str, int]:
    """Return how many open tasks each of these people has in other cases; nobody with none."""
    statement = (
        select(task.c.holder, func.count())
        .where(
            task.c.holder.in_(sorted(people)),
            task.c.closed_at.is_(None),
            task.c.instance_id != case,
        )
        .group_by(task.c.holder)
    )
    return {each[0]: each[1] for each in session.execute(statement)}


def away(session: Session, people: Collection[UUID], on: date) -> frozenset[UUID]:
    """Return which of these people somebody stands in for on a day."""
    return frozenset(
        session.scalars(
            select(Substitution.person_id).where(
                Substitution.person_id.in_(sorted(people)),
                Substitution.ended_at.is_(None),
                Substitution.valid_from <= on,
                Substitution.valid_to >= on,
            )
        )
    )
