"""Rows about causes of incidents: who looks after one, and which work it stopped."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from engine.model.incident import Incident, IncidentCare


def is_open(session: Session, fingerprint: str) -> bool:
    """Tell whether a cause stops anything now."""
    return session.scalar(select(Incident.id).where(*_open(fingerprint)).limit(1)) is not None


def care_of(session: Session, fingerprint: str) -> IncidentCare:
    """Return who looks after a cause, to be changed; a new row where nobody did."""
    found = session.get(IncidentCare, fingerprint)
    if found is None:
        found = IncidentCare(fingerprint=fingerprint, assignee=None, snoozed_until=None)
        session.add(found)
    return found


def jobs_of(fingerprint: str) -> Select[Any]:
    """Return the statement for the jobs that gave up for one cause."""
    return select(Incident.job_id).where(Incident.job_id.is_not(None), *_open(fingerprint))


def stranded_of(fingerprint: str) -> Select[Any]:
    """Return the statement for the cases that nothing moves, found so together."""
    found = select(Incident.instance_id).where(Incident.job_id.is_(None), *_open(fingerprint))
    return found.where(Incident.instance_id.is_not(None))


def _open(fingerprint: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Incident.fingerprint == fingerprint, Incident.resolved_at.is_(None)
