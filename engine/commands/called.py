"""What a case leaves for those it has called, and for the one that called it: jobs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from engine.model.base import new_id
from engine.model.instance import Instance
from engine.model.job import Job, JobKind
from engine.storage import called
from engine.storage.database import Session


def job_of_return(instance: Instance, error_code: str | None, at: datetime) -> Job | None:
    """Return the job that tells its caller how a case ended; ``None`` when nobody called it."""
    if instance.called_by is None or instance.call_token is None:
        return None
    facts = {"case": str(instance.id), "error": error_code}
    return _job(JobKind.RETURN, instance.called_by, instance.call_token, instance.id, facts, at)


def jobs_of_abandoned(
    session: Session, caller_id: UUID, tokens: Collection[str], at: datetime
) -> list[Job]:
    """Return the jobs that end the cases which tokens waited for and wait for no more."""
    found = called.running_of(session, caller_id, tokens)
    return [_job(JobKind.ABANDON, each, "", each, {"caller": str(caller_id)}, at) for each in found]


def _job(
    kind: JobKind,
    instance_id: UUID,
    token: str,
    child_id: UUID,
    facts: dict[str, str | None],
    at: datetime,
) -> Job:
    return Job(
        id=new_id(),
        instance_id=instance_id,
        kind=kind,
        idem_key=f"{child_id}/{kind.value}",
        token=token,
        element_id="",
        topic=None,
        run_at=at,
        created_at=at,
        facts=facts,
    )
