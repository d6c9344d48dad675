"""Rows of processes of which no case is started for now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.suspension import ProcessSuspended, Suspension


def suspension_of(session: Session, process_id: str) -> Suspension | None:
    """Return why no case of a process is started; ``None``: cases are."""
    return session.get(Suspension, process_id)


def must_be_active(session: Session, process_id: str) -> None:
    """Refuse to start a case of a suspended process.

    Raises:
        ProcessSuspended: with the reason.
    """
    found = suspension_of(session, process_id)
    if found is not None:
        raise ProcessSuspended(process_id, found.reason)


def suspended(session: Session) -> dict[str, Suspension]:
    """Return all suspended processes by id."""
    return {each.process_id: each for each in session.scalars(select(Suspension))}
