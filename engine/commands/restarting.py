"""A case that has ended goes on as a new one, with its values, at elements that are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engine import bpmn
from engine.catalogue.handlers import REGISTRY
from engine.commands.admins import must_be_admin, must_say_why
from engine.commands.follow import Following
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import Conflict
from engine.model.base import new_id
from engine.model.event import EventKind
from engine.model.instance import Instance, InstanceState
from engine.model.person import Actor
from engine.model.retention import CasePurged
from engine.storage.database import UnitOfWork
from engine.storage.retention import is_purged
from engine.storage.suspensions import must_be_active

Start = bpmn.StartBefore | bpmn.StartAfter


class CaseRuns(Conflict):
    """The case has not ended: its tokens can be moved instead."""

    code = "GEN-RUNS"

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} has not ended")
        self.instance_id = instance_id


class NotRestartable(Conflict):
    """The process keeps records of its own for each case, which a copy would not have."""

    code = "GEN-RESTART"

    def __init__(self, process_id: str) -> None:
        super().__init__(f"{process_id} keeps records of its own for each case")
        self.process_id = process_id


@retried
def restart(
    uow: UnitOfWork,
    instance_id: UUID,
    starts: Sequence[Start],
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Begin a new case of the same version with a finished one's values; return its id.

    The old case stays as it is, and both histories name the other.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        CaseNotFound, CaseRuns: there is nothing to begin again.
        CasePurged: nothing of it is left to go on with.
        NotRestartable: its area keeps records of its own for each case.
        ProcessSuspended: nobody starts a case of the process for now.
        ModificationRefused: an element cannot be begun at, or none is named.
        RulesBroken: there is no reason.
    """
    must_be_admin(actor)
    said = must_say_why(reason)
    with uow:
        old = uow.cases.one(instance_id)
        if is_purged(uow.session, instance_id):
            raise CasePurged(str(instance_id))
        if old.state in (InstanceState.RUNNING, InstanceState.SUSPENDED):
            raise CaseRuns(instance_id)
        if old.process_id in REGISTRY.starts:
            raise NotRestartable(old.process_id)
        must_be_active(uow.session, old.process_id)
        ended = Following(uow, old, uow.deployed(old.definition_id), at)
        begun = Following(uow, _again(old, actor, at), ended.definition, at)
        _begin(begun, old, starts, said)
        begun.add()
        told = {"case": str(begun.instance.id), "reason": said}
        ended.tell(EventKind.RESTARTED, actor=actor.username, facts=told)
        ended.save()
        uow.commit()
        return begun.instance.id


def _again(old: Instance, actor: Actor, at: datetime) -> Instance:
    return Instance(
        id=new_id(),
        definition_id=old.definition_id,
        process_id=old.process_id,
        unit=old.unit,
        business_key=old.business_key,
        title=old.title,
        started_by=actor.username,
        started_at=at,
        party=old.party,
    )


def _begin(begun: Following, old: Instance, starts: Sequence[Start], reason: str) -> None:
    instance = begun.instance
    facts = {
        "answer": dict(old.variables),
        "restarts": str(old.id),
        "at": [{"do": type(each).__name__, "element_id": each.element_id} for each in starts],
        "reason": reason,
    }
    begun.tell(EventKind.STARTED, actor=instance.started_by, facts=facts)
    begun.follow(
        bpmn.begin_at(
            model_of(begun.bundle),
            instance.process_id,
            old.variables,
            starts,
            at=begun.at,
            seed=instance.id.hex,
        )
    )
