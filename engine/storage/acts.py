"""Approvals confirmed in a case."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.act import EXCEPTION, Act


def acts_of(session: Session, instance_id: UUID) -> Sequence[Act]:
    """Return the approvals confirmed in a case, oldest first (R-STM-27)."""
    return session.scalars(
        select(Act)
        .where(Act.instance_id == instance_id, Act.outcome.is_distinct_from(EXCEPTION))
        .order_by(Act.at, Act.id)
    ).all()
