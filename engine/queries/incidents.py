"""What waits for an operator: what went wrong, by its cause, with the cases it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine.model.damage import DAMAGED
from engine.model.incident import Incident, IncidentCare, IncidentNote, IncidentNotFound
from engine.model.instance import instance_table as instance
from engine.model.person import Actor
from engine.queries.batches import must_read

SHOWN: Final = 50  #: cases and notes of one cause


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
    process_id: str | None = None  #: whose cases it stops; ``None``: those of several, or of none


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
    trace: str | None  #: the lines of code it came from


@dataclass(frozen=True, slots=True)
class CaredGroup:
    """One cause with who looks after it."""

    group: IncidentGroup
    assignee: str | None
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause with what it stopped and what was written about it."""

    cared: CaredGroup
    some: tuple[OpenIncident, ...]
    notes: tuple[IncidentNote, ...]  #: the newest first

    @property
    def is_of_jobs(self) -> bool:
        """Tell whether jobs gave up; else cases stand that nothing moves."""
        return any(each.job_id is not None for each in self.some)

    @property
    def is_of_contents(self) -> bool:
        """Tell whether contents of documents are damaged: nothing of it can be tried again."""
        return self.cared.group.code == DAMAGED


def causes(session: Session, actor: Actor, at: datetime, *, snoozed: bool) -> list[CaredGroup]:
    """Return the causes that are to be seen now, or those put off till later.

    Raises:
        Forbidden: the actor reads none.
    """
    must_read(actor)
    care = _care(session)
    found = [_cared(each, care) for each in incident_groups(session)]
    return [each for each in found if snoozed == ((each.snoozed_until or at) > at)]


def cause(session: Session, fingerprint: str, actor: Actor) -> Cause:
    """Return one cause with what it stopped.

    Raises:
        Forbidden: the actor reads none.
        IncidentNotFound: nothing open has it.
    """
    must_read(actor)
    group = next(
        (each for each in incident_groups(session) if each.fingerprint == fingerprint), None
    )
    if group is None:
        raise IncidentNotFound(f"nothing open has the cause {fingerprint}")
    notes = session.scalars(
        select(IncidentNote)
        .where(IncidentNote.fingerprint == fingerprint)
        .order_by(IncidentNote.at.desc())
        .limit(SHOWN)
    )
    some = open_incidents(session, fingerprint, SHOWN)
    return Cause(_cared(group, _care(session)), some, tuple(notes))


def _care(session: Session) -> dict[str, IncidentCare]:
    return {each.fingerprint: each for each in session.scalars(select(IncidentCare))}


def _cared(group: IncidentGroup, care: Mapping[str, IncidentCare]) -> CaredGroup:
    found = care.get(group.fingerprint)
    return CaredGroup(
        group, found.assignee if found else None, found.snoozed_until if found else None
    )


_only: Final = func.min(instance.c.process_id)


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
            case((_only == func.max(instance.c.process_id), _only)),
        )
        .outerjoin(instance, instance.c.id == Incident.instance_id)
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
            Incident.trace,
        )
        .outerjoin(instance, instance.c.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.opened_at, Incident.id)
        .limit(limit)
    )
    if fingerprint is not None:
        query = query.where(Incident.fingerprint == fingerprint)
    return tuple(OpenIncident(*each) for each in session.execute(query))
