"""One case is held by an administrator, and let go on: its tasks, jobs and messages wait."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine import bpmn
from engine.commands.admins import must_be_admin, must_say_why
from engine.commands.follow import Following, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import Conflict
from engine.model.event import EventKind
from engine.model.person import Actor
from engine.storage import held_jobs
from engine.storage.database import UnitOfWork


class CaseAtWork(Conflict):
    """A worker has a job of the case: what it brings back would have nowhere to go."""

    code = "GEN-AT-WORK"

    def __init__(self, instance_id: UUID, element_id: str) -> None:
        super().__init__(f"a worker is at {element_id} of case {instance_id}")
        self.instance_id = instance_id
        self.element_id = element_id


@retried
def suspend(uow: UnitOfWork, instance_id: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """Hold a running case: nobody answers its tasks, and no timer or job of it runs.

    What is sent to it meanwhile waits as a message that came early does; a signal is not heard.
    Cases that it has called go on, and what they come back with waits.

    Raises:
        CaseNotFound, CaseFinished, CaseSuspended: there is nothing to hold.
        CaseAtWork: a worker has a job of it now.
        NotAtThisDesk: the actor is no administrator.
        RulesBroken: there is no reason.
    """
    must_be_admin(actor)
    said = must_say_why(reason)
    with uow:
        instance = uow.cases.one(instance_id)
        instance.must_run()
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        at_work = held_jobs.hold(uow.session, instance_id)
        if at_work is not None:
            raise CaseAtWork(instance_id, at_work)
        following.listening.ended += [each.token for each in _listens(following)]
        following.tell(EventKind.SUSPENDED, actor=actor.username, facts={"reason": said})
        instance.suspend()
        following.commit()


@retried
def resume(uow: UnitOfWork, instance_id: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """Let a case go on that was held; what fell due meanwhile happens now.

    Raises:
        CaseNotFound, CaseNotSuspended: nobody holds it.
        NotAtThisDesk: the actor is no administrator.
        RulesBroken: there is no reason.
    """
    must_be_admin(actor)
    said = must_say_why(reason)
    with uow:
        instance = uow.cases.one(instance_id)
        instance.resume()
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        following.tell(EventKind.RESUMED, actor=actor.username, facts={"reason": said})
        following.listen_again(_listens(following))
        following.save()
        held_jobs.let_go(uow.session, instance_id)
        uow.commit()


def _listens(following: Following) -> list[bpmn.Wait]:
    """Return what a case waits for that comes from outside."""
    instance = following.instance
    waits = bpmn.waiting(model_of(following.bundle), instance.process_id, stored(instance))
    outside = bpmn.MessageWait | bpmn.SignalWait | bpmn.ConditionWait
    return [each for each in waits if isinstance(each, outside)]
