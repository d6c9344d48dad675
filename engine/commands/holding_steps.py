"""Steps of a version are held, and let go: their jobs wait in every case of it.

What people do at a step goes on; so do the cases, up to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from engine.bpmn.graph import Node, is_outside
from engine.catalogue.handlers import REGISTRY
from engine.commands.admins import must_be_admin
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import NotFound
from engine.model.admin_event import AdminEventKind
from engine.model.held_step import HeldStep
from engine.model.person import Actor
from engine.model.suspension import LONGEST_REASON
from engine.storage import held_steps
from engine.storage.admin_events import tell
from engine.storage.bundles import Deployed, deployed
from engine.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class JobStep:
    """An element of a version that makes jobs which workers of ours do."""

    node: Node

    @property
    def timer(self) -> str | None:
        """What its timer says; ``None``: it has none."""
        timer = self.node.trigger.timer if self.node.trigger else None
        return None if timer is None else f"{timer.form.upper()}: {timer.text}"

    @property
    def begins_cases(self) -> bool:
        """Tell whether its jobs are of no case: they go with the process."""
        return self.node.kind == _START


_START: Final = "startEvent"
#: elements by version
Steps: TypeAlias = Mapping[UUID, Collection[str]]


def job_steps(definition: Deployed) -> Iterator[JobStep]:
    """Yield what makes jobs in a version, in the order of its diagram."""
    for node in model_of(definition.bundle).graphs[definition.process_id].nodes.values():
        if node.part_of is not None:
            continue
        is_timed = node.trigger is not None and node.trigger.timer is not None
        if is_timed or is_outside(node) or _is_ours(definition, node):
            yield JobStep(node)


def _is_ours(definition: Deployed, node: Node) -> bool:
    if node.topic is None:
        return False
    declared = definition.bundle.process(definition.process_id).step(node.id)
    return declared.call is not None or REGISTRY.knows_topic(node.topic)


@retried
def hold(uow: UnitOfWork, steps: Steps, reason: str, *, actor: Actor, at: datetime) -> None:
    """Let no worker take up the work of some steps; a job at which one is, it finishes.

    A step that is held stays so, for the reason it was held for.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotFound: there is no such version, or nothing to hold at an element of it.
        RulesBroken: the reason is missing or too long.
    """
    with _changing(uow, reason, actor) as why:
        for definition, each, row in _found(uow, steps):
            if row is not None:
                continue
            said = HeldStep(
                definition_id=definition.id, element_id=each, reason=why, by=actor.username, at=at
            )
            uow.session.add(said)
            held_steps.hold(uow.session, definition.id, each)
            facts = _facts(definition, each, why)
            tell(uow.session, AdminEventKind.STEP_HELD, actor=actor.username, at=at, **facts)


@retried
def let_go(uow: UnitOfWork, steps: Steps, reason: str, *, actor: Actor, at: datetime) -> None:
    """Let workers take up the work of some steps again; what fell due meanwhile is done now.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotFound: there is no such version, or nothing to hold at an element of it.
        RulesBroken: the reason is missing or too long.
    """
    with _changing(uow, reason, actor) as why:
        for definition, each, row in _found(uow, steps):
            if row is None:
                continue
            uow.session.delete(row)
            uow.session.flush()  # from here on nobody puts a job of it aside
            held_steps.let_go(uow.session, definition.id, each)
            facts = _facts(definition, each, why)
            tell(uow.session, AdminEventKind.STEP_LET_GO, actor=actor.username, at=at, **facts)


@contextmanager
def _changing(uow: UnitOfWork, reason: str, actor: Actor) -> Iterator[str]:
    must_be_admin(actor)
    why = must_say(reason, LONGEST_REASON)
    with uow:
        yield why
        uow.commit()


def _found(uow: UnitOfWork, steps: Steps) -> Iterator[tuple[Deployed, str, HeldStep | None]]:
    there = held_steps.held(uow.session, steps.keys())
    for definition_id, elements in steps.items():
        definition = deployed(uow.session, definition_id)
        may_be = {each.node.id for each in job_steps(definition) if not each.begins_cases}
        for each in elements:
            if each not in may_be:
                raise NotFound(f"workers have nothing to do at {each} of {definition.process_id}")
            yield definition, each, there.get((definition_id, each))


def _facts(definition: Deployed, element_id: str, reason: str) -> dict[str, Any]:
    return {
        "process": definition.process_id,
        "version": definition.version,
        "element": element_id,
        "reason": reason,
    }
