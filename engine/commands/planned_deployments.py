"""Deployments that were decided on: done at once, or planned and done at their moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.catalogue.bundle import Bundle
from engine.commands.deployment_acts import notify_of, publish, tell_of
from engine.commands.deployment_checks import Checks, as_plain, found_in, moved_on
from engine.commands.retried import retried
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.deployment_request import DeploymentRequest, RequestState
from engine.model.job import Job, JobKind, JobState
from engine.model.notice import NoticeKind
from engine.storage import deployment_requests as rows
from engine.storage import jobs
from engine.storage.database import UnitOfWork


def carried_out(
    uow: UnitOfWork,
    request: DeploymentRequest,
    bundle: Bundle,
    by: str | None,
    at: datetime,
    proof: str | None,
) -> RequestState:
    """Deploy what was approved, or plan it for its moment."""
    moment = request.planned_at
    if moment is None or moment <= at:
        request.decide(RequestState.DONE, by=by, at=at, proof=proof)
        publish(uow, request, bundle, at)
        return RequestState.DONE
    request.decide(RequestState.PLANNED, by=by, at=at, proof=proof)
    uow.plan([_job(request, moment, at)])
    return RequestState.PLANNED


def _job(request: DeploymentRequest, moment: datetime, at: datetime) -> Job:
    return Job(
        id=new_id(),
        instance_id=None,
        kind=JobKind.DEPLOYMENT,
        idem_key=f"deployment/{request.id}",
        token="",
        element_id=request.area,
        topic=None,
        run_at=moment,
        created_at=at,
        facts={"request": str(request.id)},
    )


@retried
def run(uow: UnitOfWork, job: Job, at: datetime, *, checks: Checks) -> None:
    """Deploy what was planned for now, unless it was withdrawn.

    What stands against it by now is kept with the request and told; nothing is changed then.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow.database.reader() as session:
        asked = rows.request(session, UUID(job.facts["request"]))
    bundle = Bundle.unpack(asked.content)
    found = found_in(uow, bundle, checks, at, area=asked.area)
    wrong = [each for each in found if each.refuses]
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        request = rows.request(uow.session, UUID(job.facts["request"]), to_change=True)
        if request.state == RequestState.PLANNED.value:
            moved = moved_on(uow.session, request)
            wrong += [moved] if moved is not None else []
            request.finish(at, [as_plain(each) for each in wrong])
            if wrong:
                tell_of(uow, AdminEventKind.DEPLOYMENT_FAILED, request, request.asked_by, at)
            else:
                publish(uow, request, bundle, at)
            told = [request.asked_by, request.decided_by]
            notify_of(uow, told, NoticeKind.DEPLOYMENT_DECIDED, request, None, at)
        uow.commit()
