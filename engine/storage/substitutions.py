"""Rows of substitutions, and the tasks that substitutes hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.model.instance import task_table
from engine.model.substitution import Substitution


def overlapping(
    session: Session, people: Sequence[UUID], first: date, last: date
) -> Sequence[Substitution]:
    """Return the substitutions that touch these days and one of these people."""
    return session.scalars(
        select(Substitution)
        .where(
            Substitution.ended_at.is_(None),
            Substitution.valid_from <= last,
            Substitution.valid_to >= first,
            or_(
                Substitution.person_id.in_(people),
                Substitution.substitute_id.in_(people),
            ),
        )
        .order_by(Substitution.valid_from, Substitution.id)
    ).all()


def held_for(session: Session, holder: str, away: str) -> Sequence[UUID]:
    """Return the open tasks that somebody holds, or has delegated, for somebody."""
    return session.scalars(
        select(task_table.c.id)
        .where(
            or_(task_table.c.holder == holder, task_table.c.owner == holder),
            task_table.c.held_for == away,
            task_table.c.closed_at.is_(None),
        )
        .order_by(task_table.c.id)
    ).all()
