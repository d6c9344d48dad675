"""Rows of exceptions from four-eyes rules."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.duty_exception import DutyException


def granted(session: Session, task_id: UUID, username: str) -> frozenset[str]:
    """Return the codes of the rules that do not hold for a person at a task."""
    return frozenset(
        session.scalars(
            select(DutyException.code).where(
                DutyException.task_id == task_id,
                DutyException.asked_by == username,
                DutyException.is_granted.is_(True),
            )
        )
    )


def of_tasks(
    session: Session, tasks: Collection[UUID], username: str
) -> dict[UUID, list[DutyException]]:
    """Return what a person asked for at these tasks, oldest first."""
    found: dict[UUID, list[DutyException]] = {}
    rows = session.scalars(
        select(DutyException)
        .where(DutyException.task_id.in_(sorted(tasks)), DutyException.asked_by == username)
        .order_by(DutyException.asked_at)
    )
    for each in rows:
        found.setdefault(each.task_id, []).append(each)
    return found


def is_asked(session: Session, task_id: UUID, username: str, code: str) -> bool:
    """Tell whether a person waits for an exception from a rule at a task."""
    waiting = select(DutyException.id).where(
        DutyException.task_id == task_id,
        DutyException.asked_by == username,
        DutyException.code == code,
        DutyException.decided_at.is_(None),
    )
    return session.scalar(waiting) is not None
