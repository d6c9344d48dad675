"""A job gives up: it becomes an incident, which its case's history tells too."""

from __future__ import annotations

from datetime import datetime

from engine.commands.follow import following_of
from engine.commands.incident_care import admins_at
from engine.commands.notifying import notify
from engine.model.event import EventKind
from engine.model.incident import Incident, fingerprint_of
from engine.model.job import Job, JobState
from engine.model.notice import NoticeKind
from engine.storage import incidents as causes
from engine.storage import jobs as rows
from engine.storage.database import UnitOfWork


def give_up(
    uow: UnitOfWork, job: Job, code: str, cause: str, at: datetime, *, trace: str | None = None
) -> None:
    """End a leased job as an incident; the caller commits.

    Args:
        trace: the lines of code it came from, for those who look for the mistake.

    Raises:
        LeaseLost: another worker has the job.
    """
    rows.close(uow.session, job, JobState.INCIDENT, error=cause)
    open_incident(
        uow,
        Incident(
            instance_id=job.instance_id,
            job_id=job.id,
            element_id=job.element_id,
            code=code,
            cause=cause,
            fingerprint=fingerprint_of(code, job.element_id, cause),
            opened_at=at,
            trace=trace,
            resolved_at=None,
        ),
    )
    if job.instance_id is not None:
        following = following_of(uow, job, at)
        following.tell(EventKind.INCIDENT, element_id=job.element_id, facts={"cause": cause})
        following.save()


def open_incident(uow: UnitOfWork, incident: Incident) -> None:
    """Add an incident; administrators are told of the first of its cause. The caller commits."""
    is_known = causes.is_open(uow.session, incident.fingerprint)
    uow.session.add(incident)
    if not is_known:
        at = incident.opened_at
        admins = [each.username for each in admins_at(uow.session, at)]
        notify(uow, admins, NoticeKind.INCIDENT, at=at, fingerprint=incident.fingerprint)
