"""What waits for an operator: jobs that gave up, with their cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.incident import Incident
from engine.model.instance import instance_table as instance


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One job that gave up, and the case it belongs to."""

    job_id: UUID
    instance_id: UUID
    title: str  #: of the case
    element_id: str
    cause: str
    opened_at: datetime


def open_incidents(session: Session) -> tuple[OpenIncident, ...]:
    """Return the incidents nobody has resolved, oldest first."""
    found = session.execute(
        select(
            Incident.job_id,
            Incident.instance_id,
            instance.c.title,
            Incident.element_id,
            Incident.cause,
            Incident.opened_at,
        )
        .join(instance, instance.c.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.opened_at, Incident.id)
    )
    return tuple(OpenIncident(*each) for each in found)
