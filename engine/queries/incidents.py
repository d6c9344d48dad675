"""What waits for an operator: what went wrong, by its cause, with the cases it stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.incident import Incident
from engine.model.instance import instance_table as instance


@dataclass(frozen=True, slots=True)
class IncidentGroup:
    """Open incidents of one cause at one place."""

    fingerprint: str
    count: int
    code: str
    element_id: str | None
    cause: str  #: as one of them says it
    since: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One thing that went wrong: a job that gave up, or a case that nothing moves."""

    id: UUID
    fingerprint: str
    job_id: UUID | None  #: ``None``: there is no job to try again
    instance_id: UUID | None
    title: str | None  #: of the case
    element_id: str | None
    cause: str
    opened_at: datetime


def incident_groups(session: Session) -> tuple[IncidentGroup, ...]:
    """Return the causes of open incidents, those that stop most first."""
    count, since = func.count().label("count"), func.min(Incident.opened_at).label("since")
    found = session.execute(
        select(
            Incident.fingerprint,
            count,
            Incident.code,
            Incident.element_id,
            func.max(Incident.cause),
            since,
            func.max(Incident.opened_at),
        )
        .where(Incident.resolved_at.is_(None))
        .group_by(Incident.fingerprint, Incident.code, Incident.element_id)
        .order_by(count.desc(), since)
    )
    return tuple(IncidentGroup(*each) for each in found)


def open_incidents(
    session: Session, fingerprint: str | None = None, limit: int | None = None
) -> tuple[OpenIncident, ...]:
    """Return the incidents nobody has resolved, oldest first; of one cause, when one is given."""
    query = (
        select(
            Incident.id,
            Incident.fingerprint,
            Incident.job_id,
            Incident.instance_id,
            instance.c.title,
            Incident.element_id,
            Incident.cause,
            Incident.opened_at,
        )
        .outerjoin(instance, instance.c.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.opened_at, Incident.id)
        .limit(limit)
    )
    if fingerprint is not None:
        query = query.where(Incident.fingerprint == fingerprint)
    return tuple(OpenIncident(*each) for each in session.execute(query))
