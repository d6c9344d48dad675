"""Rows of answers that wait for their signature."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.model.signature import SignatureRequest


def one(
    session: Session, request_id: UUID, person_id: UUID, at: datetime
) -> SignatureRequest | None:
    """Return an answer of somebody's that waits; ``None``: it has waited too long, or is none."""
    return session.scalar(
        select(SignatureRequest).where(
            SignatureRequest.id == request_id,
            SignatureRequest.person_id == person_id,
            SignatureRequest.expires_at > at,
        )
    )


def forget_of(session: Session, task_id: UUID) -> None:
    """Forget what waited of a step that is answered now."""
    session.execute(delete(SignatureRequest).where(SignatureRequest.task_id == task_id))


def forget(session: Session, at: datetime) -> None:
    """Forget what nobody signed in time."""
    session.execute(delete(SignatureRequest).where(SignatureRequest.expires_at <= at))
