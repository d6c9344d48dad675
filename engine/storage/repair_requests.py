"""Rows of repairs that wait for a second person."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.model.repair_request import OPEN, RepairNotFound, RepairRequest


def request(session: Session, request_id: UUID, *, to_change: bool = False) -> RepairRequest:
    """Return a request; one that is to be changed, nobody else changes until the commit.

    Raises:
        RepairNotFound: there is none.
    """
    found = session.get(RepairRequest, request_id, with_for_update=to_change or None)
    if found is None:
        raise RepairNotFound(str(request_id))
    return found


def of_case(session: Session, instance_id: UUID) -> tuple[RepairRequest, ...]:
    """Return what was asked for a case, the newest first."""
    return tuple(
        session.scalars(
            select(RepairRequest)
            .where(RepairRequest.instance_id == instance_id)
            .order_by(RepairRequest.asked_at.desc(), RepairRequest.id)
        )
    )


def waiting(session: Session, limit: int) -> tuple[RepairRequest, ...]:
    """Return what waits for somebody, the oldest first."""
    return tuple(
        session.scalars(
            select(RepairRequest)
            .where(text(OPEN))
            .order_by(RepairRequest.asked_at, RepairRequest.id)
            .limit(limit)
        )
    )
