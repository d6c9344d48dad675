"""A job gives up: it becomes an incident, which its case's history tells too."""

from __future__ import annotations

from datetime import datetime

from engine.commands.follow import following_of
from engine.model.event import EventKind
from engine.model.incident import Incident, fingerprint_of
from engine.model.job import Job, JobState
from engine.storage import jobs as rows
from engine.storage.database import UnitOfWork


def give_up(uow: UnitOfWork, job: Job, code: str, cause: str, at: datetime) -> None:
    """End a leased job as an incident; the caller commits.

    Raises:
        LeaseLost: another worker has the job.
    """
    rows.close(uow.session, job, JobState.INCIDENT, error=cause)
    uow.session.add(
        Incident(
            instance_id=job.instance_id,
            job_id=job.id,
            element_id=job.element_id,
            code=code,
            cause=cause,
            fingerprint=fingerprint_of(code, job.element_id, cause),
            opened_at=at,
            resolved_at=None,
        )
    )
    if job.instance_id is not None:
        following = following_of(uow, job, at)
        following.tell(EventKind.INCIDENT, element_id=job.element_id, facts={"cause": cause})
        following.save()
