"""What somebody does to a job by hand, and where it is journalled: commands of jobs share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.commands.follow import following_of
from engine.model.admin_event import AdminEventKind
from engine.model.event import EventKind
from engine.model.job import Job, JobKind
from engine.storage import external as outside
from engine.storage import jobs as rows
from engine.storage.admin_events import tell
from engine.storage.database import UnitOfWork


def try_again(
    uow: UnitOfWork, job_id: UUID, by: str, at: datetime, facts: Mapping[str, Any]
) -> None:
    """Give a job that became an incident all its attempts again.

    Raises:
        NotFound: it is no incident.
        CaseSuspended: an administrator holds its case.
    """
    job = rows.retry(uow.session, job_id, at)
    rows.resolve_incidents(uow.session, job_id, at)
    if job.kind is JobKind.EXTERNAL:
        outside.forget_failures(uow.session, job)
        uow.cases.fetchable = True
    tell_of(uow, job, EventKind.RETRIED, by, at, facts)


def tell_of(
    uow: UnitOfWork, job: Job, kind: EventKind, by: str, at: datetime, facts: Mapping[str, Any]
) -> None:
    """Journal what was done to a job: in its case; in the log of the site if it is of none.

    Raises:
        CaseSuspended: an administrator holds its case.
    """
    if job.instance_id is None:
        work = {"job": job.topic or job.kind.value, "act": kind.value, **facts}
        tell(uow.session, AdminEventKind.WORK_CHANGED, actor=by, at=at, **work)
        return
    following = following_of(uow, job, at)
    following.tell(kind, element_id=job.element_id, actor=by, facts=facts)
    following.save()
