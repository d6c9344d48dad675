"""What people do with cases: start one, send it a message, cancel it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.catalogue.config import ProcessConfig
from engine.catalogue.desks import desk
from engine.catalogue.handlers import REGISTRY, CaseFacts, StartRequest
from engine.commands import uploads
from engine.commands.called import job_of_return
from engine.commands.ending import end
from engine.commands.follow import Following, opened_ids, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import NotAtThisDesk, NothingWaits, Problem, RulesBroken
from engine.model.base import new_id
from engine.model.event import EventKind
from engine.model.instance import Instance, business_key
from engine.model.person import ANYWHERE, Actor, desk_of, role_of
from engine.storage.bundles import Deployed
from engine.storage.database import UnitOfWork

LONGEST_TEXT: Final = 1_000  #: characters of a text sent with a message


@dataclass(frozen=True, slots=True)
class Started:
    """A new case and the tasks it opened at once."""

    instance_id: UUID
    opened: tuple[UUID, ...]
    desks: tuple[str, ...]  #: where they lie, one by one

    def next_for(self, actor: Actor) -> UUID | None:
        """Return the one task it opened, if it lies at a desk of the actor's."""
        if len(self.opened) != 1 or not actor.sits_at(self.desks[0]):
            return None
        return self.opened[0]


@retried
def start(
    uow: UnitOfWork,
    process_id: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    newest: Deployed | None = None,
    documents: uploads.Named | None = None,
) -> Started:
    """Start a case of the newest version and run it to its first wait.

    Args:
        newest: that version as the request has read it, whose form was answered.
        documents: those the answer names, handed in before; they become the case's.

    Raises:
        DefinitionNotFound: no such process.
        ProcessSuspended: nobody starts a case of it for now.
        NotAtThisDesk: the actor may not start it.
        RulesBroken: the area refused the start, or a document is gone, with every problem.
    """
    with uow:
        definition = newest or uow.startable(process_id)
        config = definition.bundle.process(process_id)
        if not may_start(config, actor):
            raise NotAtThisDesk(", ".join(role_of(each) for each in _start_desks(config)))
        instance_id = new_id()
        facts = _facts(uow, definition, instance_id, values, actor, at)
        _must_start_here(config, facts, actor)
        instance = _instance(instance_id, definition, facts, actor, at)
        following = Following(uow, instance, definition, at)
        following.tell(
            EventKind.STARTED, actor=actor.username, facts={"answer": dict(facts.values)}
        )
        claimed = uploads.claimed(uow, process_id, documents, actor) if documents else ()
        versions = uploads.told(following, claimed, actor)
        following.start(facts.values)
        following.add(last=not claimed)
        if claimed:
            uploads.put_into_file(uow, instance_id, claimed, versions)
        uow.commit()
        desks = tuple(each.desk for each in following.opened)
        return Started(instance_id, opened_ids(following), desks)


@retried
def send(
    uow: UnitOfWork,
    instance_id: UUID,
    message: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Deliver a message that ``process.toml`` lets people of a lane send.

    Raises:
        CaseNotFound, NotAtThisDesk: the actor may not.
        CaseFinished, NothingWaits: the case is past the point where it would listen.
        RulesBroken: a text sent along is too long.
    """
    limits = {"min": "0", "max": str(LONGEST_TEXT)}
    too_long = [
        Problem("GEN-LENGTH", key, limits)
        for key, text in values.items()
        if len(str(text)) > LONGEST_TEXT
    ]
    if too_long:
        raise RulesBroken(too_long)
    with uow:
        instance = uow.cases.one(instance_id)
        instance.must_run()
        definition = uow.deployed(instance.definition_id)
        config = definition.bundle.process(instance.process_id)
        following = Following(uow, instance, definition, at)
        if message not in config.messages:
            raise NothingWaits(instance_id, message)
        lane = config.lanes[config.messages[message].lane]
        needed = desk(lane, instance.unit, instance.variables, _no_parent)
        if not actor.sits_at(needed):
            raise NotAtThisDesk(needed)
        token = _waiting_for(following, message)
        following.tell(EventKind.MESSAGE, name=message, actor=actor.username, facts=dict(values))
        following.follow(following.hear(token, values))
        following.commit()


@retried
def set_variables(
    uow: UnitOfWork,
    instance_id: UUID,
    values: Mapping[str, Any],
    *,
    by: str | None = None,
    at: datetime,
    reason: str = "",
) -> None:
    """Change values of a running case from outside a step.

    What waits for a condition over them goes on when it begins to hold, once.

    Raises:
        CaseNotFound, CaseFinished: there is nothing to change.
        bpmn.NotJson: a value is no plain data.
        bpmn.StepFailed: a condition that is woken leads nowhere; nothing has changed.
    """
    with uow:
        instance = uow.cases.one(instance_id)
        instance.must_run()
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        step = bpmn.update(
            model_of(following.bundle), instance.process_id, stored(instance), values, at=at
        )
        facts = {"answer": bpmn.plain(values), **({"reason": reason} if reason else {})}
        following.tell(EventKind.CHANGED, actor=by, facts=facts)
        following.follow(step)
        following.commit()


@retried
def cancel(uow: UnitOfWork, instance_id: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """End a case from outside; only an administrator may.

    Raises:
        CaseNotFound, CaseFinished: there is nothing to cancel.
        NotAtThisDesk: the actor is no administrator.
        RulesBroken: the area refuses, because something rests on the case.
    """
    with uow:
        if not actor.is_admin:
            raise NotAtThisDesk(desk_of("ADMIN", ANYWHERE))
        instance = uow.cases.one(instance_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        end(following)
        told = job_of_return(instance, None, at)
        following.jobs += [told] if told else []
        following.tell(EventKind.CANCELLED, actor=actor.username, facts={"reason": reason})
        following.commit()


def may_start(config: ProcessConfig, actor: Actor) -> bool:
    """Tell whether the actor holds, somewhere, a role that starts this process."""
    return any(role_of(each) in actor.roles for each in _start_desks(config))


def _start_desks(config: ProcessConfig) -> Iterable[str]:
    return (desk_of(config.lanes[lane].role, ANYWHERE) for lane in config.start_lanes)


def _facts(
    uow: UnitOfWork,
    definition: Deployed,
    instance_id: UUID,
    values: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> CaseFacts:
    begin = REGISTRY.starts.get(definition.process_id)
    if begin is None:
        unit = min(actor.units - {ANYWHERE}, default=ANYWHERE)
        title = definition.bundle.process(definition.process_id).title
        return CaseFacts(values.get("business_key"), title, unit, values=dict(values))
    return begin(StartRequest(uow.session, instance_id, definition.process_id, values, actor, at))


def _must_start_here(config: ProcessConfig, facts: CaseFacts, actor: Actor) -> None:
    """Refuse a start in a unit, or for an organisation, that is not the actor's."""
    desks = [
        desk(config.lanes[lane], facts.unit, facts.values, _no_parent)
        for lane in config.start_lanes
    ]
    if not any(actor.sits_at(each) for each in desks):
        raise NotAtThisDesk(", ".join(desks))


def _no_parent(_: str) -> None:
    """A lane of a unit above starts no case and sends no message."""


def _instance(
    instance_id: UUID, definition: Deployed, facts: CaseFacts, actor: Actor, at: datetime
) -> Instance:
    return Instance(
        id=instance_id,
        definition_id=definition.id,
        process_id=definition.process_id,
        unit=facts.unit,
        business_key=business_key(facts.business_key),
        title=facts.title,
        started_by=actor.username,
        started_at=at,
        party=facts.party,
    )


def _waiting_for(following: Following, message: str) -> str:
    instance = following.instance
    waits = bpmn.waiting(model_of(following.bundle), instance.process_id, stored(instance))
    for wait in waits:
        if isinstance(wait, bpmn.MessageWait) and wait.name == message:
            return wait.token
    raise NothingWaits(instance.id, message)
