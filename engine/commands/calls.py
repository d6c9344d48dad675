"""Cases that call other cases: begun, waited for, and ended when nobody waits any more.

A called process of the same files runs inside its caller's case. One of another deployment,
or of another version, runs as a case of its own, in the version it began with (ADR 15).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.commands import starts
from engine.commands.ending import end
from engine.commands.follow import Following, following_of, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import CalleeUnfit, DefinitionNotFound
from engine.model.event import EventKind
from engine.model.instance import InstanceState
from engine.model.job import Job, JobState
from engine.storage import bundles, called, jobs
from engine.storage.bundles import Deployed
from engine.storage.database import UnitOfWork
from engine.storage.suspensions import suspension_of

DEEPEST: Final = 30  #: cases that may wait for one another


@retried
def begin(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Begin the case that a token of another one calls; when it waits no more, nothing happens.

    Both cases are written together: a caller that went on meanwhile has called nobody.

    Raises:
        LeaseLost: another worker has the job.
        DefinitionNotFound: what is called is not deployed.
        CalleeUnfit: it cannot begin without a person, or too many cases wait for one another.
        bpmn.StepFailed: the call cannot be worked out, or the called case cannot begin.
    """
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        following = following_of(uow, job, at)
        caller = following.instance
        asked = _asked(following, job)
        if asked is not None:
            definition = _callee(uow, following.definition, asked)
            if called.callers(uow.session, caller.id, DEEPEST) == DEEPEST:
                raise CalleeUnfit(asked.process_id, f"{DEEPEST} cases wait for one another")
            cause = starts.Cause(
                None,
                None,
                business_key=caller.business_key if asked.keeps_key else asked.business_key,
                caller=starts.Caller(caller.id, job.token, caller.unit, caller.party),
            )
            child_id = starts.begin(uow, definition, asked.values, cause, at)
            told = {
                "case": str(child_id),
                "process": asked.process_id,
                "version": definition.version,
            }
            following.tell(EventKind.CALLED, element_id=asked.element_id, facts=told)
            following.save()
        uow.commit()


@retried
def come_back(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Take what a called case ended with to the one that waits for it.

    Raises:
        LeaseLost: another worker has the job.
        CalleeUnfit: it was cancelled; the caller waits for somebody to decide.
        bpmn.ErrorNotCaught: it ended with an error that nothing around the call takes.
        bpmn.StepFailed: the caller cannot go on with what came back.
    """
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        following = following_of(uow, job, at)
        child = uow.cases.one(UUID(job.facts["case"]))
        step = _step(following, job, child.variables)
        if step is not None:
            if child.state is InstanceState.CANCELLED:
                raise CalleeUnfit(child.process_id, f"case {child.id} was cancelled")
            told = {"case": str(child.id), "error_code": job.facts["error"]}
            following.tell(EventKind.RETURNED, element_id=_element(following, job), facts=told)
            following.follow(step)
            following.save()
        uow.commit()


@retried
def abandon(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """End a called case that nobody waits for any more; one that has ended stays as it is.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        following = following_of(uow, job, at)
        if following.instance.state in (InstanceState.RUNNING, InstanceState.SUSPENDED):
            end(following)
            following.tell(EventKind.CANCELLED, facts={"reason": "", **job.facts})
            following.save()
        uow.commit()


def _asked(following: Following, job: Job) -> bpmn.Calling | None:
    instance = following.instance
    if instance.state is not InstanceState.RUNNING:
        return None
    model = model_of(following.bundle)
    try:
        return bpmn.calling(
            model, instance.process_id, stored(instance), job.token, at=following.at
        )
    except bpmn.TokenNotWaiting:
        return None


def _callee(uow: UnitOfWork, caller: Deployed, asked: bpmn.Calling) -> Deployed:
    """Return the definition that a call means now."""
    session, process_id = uow.session, asked.process_id
    here = process_id in model_of(caller.bundle).processes
    match asked.binding:
        case "version":
            definition = bundles.version(session, process_id, _number(asked))
        case "versionTag":
            definition = _tagged(uow, asked)
        case "deployment" | None if here:
            definition = bundles.beside(session, caller.id, process_id)
        case "deployment":
            raise DefinitionNotFound(f"{process_id} in the deployment of {caller.process_id}")
        case _:
            definition = uow.latest(process_id)
    suspension = suspension_of(session, process_id)
    if suspension is not None:
        raise CalleeUnfit(process_id, f"it is suspended: {suspension.reason}")
    if starts.asks_a_person(definition):
        raise CalleeUnfit(process_id, "its start needs what only a person can say")
    return definition


def _number(asked: bpmn.Calling) -> int:
    version = asked.version or ""
    if not (version.isascii() and version.isdigit()):
        raise CalleeUnfit(asked.process_id, f"{version!r} is no version")
    return int(version)


def _tagged(uow: UnitOfWork, asked: bpmn.Calling) -> Deployed:
    """Return the newest version of a process that bears the tag."""
    for each in bundles.versions(uow.session, asked.process_id):
        if model_of(each.bundle).processes[asked.process_id].version_tag == asked.version:
            return each
    raise DefinitionNotFound(f"{asked.process_id} tagged {asked.version!r}")


def _step(following: Following, job: Job, values: Mapping[str, Any]) -> bpmn.Step | None:
    """Return what the caller does with the end of what it called; ``None``: it waits no more."""
    instance, error = following.instance, job.facts["error"]
    if instance.state is not InstanceState.RUNNING:
        return None
    model, before = model_of(following.bundle), stored(instance)
    try:
        if error is None:
            return bpmn.answer(
                model, instance.process_id, before, job.token, values, at=following.at
            )
        return bpmn.throw(model, instance.process_id, before, job.token, error, at=following.at)
    except bpmn.TokenNotWaiting:
        return None


def _element(following: Following, job: Job) -> str | None:
    instance = following.instance
    waits = bpmn.waiting(model_of(following.bundle), instance.process_id, stored(instance))
    return next((each.element_id for each in waits if each.token == job.token), None)
