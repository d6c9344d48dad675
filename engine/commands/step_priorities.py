"""The work of a step of a version is given a priority, over what its model says, or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands.admins import must_be_admin
from engine.commands.holding_steps import job_steps
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import NotFound, Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.person import Actor
from engine.model.step_priority import HIGHEST, StepPriority
from engine.model.suspension import LONGEST_REASON
from engine.storage import step_priorities
from engine.storage.admin_events import tell
from engine.storage.bundles import Deployed, deployed
from engine.storage.database import UnitOfWork

LOWEST: Final = -HIGHEST


@dataclass(frozen=True, slots=True)
class Preference:
    """What is said of a step."""

    definition_id: UUID
    element_id: str
    priority: int | None  #: ``None``: what its model says is so again
    includes_jobs: bool = False  #: what waits there now has it too; else what comes from now on


@retried
def prefer(uow: UnitOfWork, wanted: Preference, reason: str, *, actor: Actor, at: datetime) -> None:
    """Let the work of a step run before other work, or after it, in every case of its version.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotFound: there is no such version, or workers have nothing to do at the element.
        RulesBroken: the reason is missing or too long, or the number (``GEN-WHOLE``).
    """
    must_be_admin(actor)
    why = must_say(reason, LONGEST_REASON)
    _check(wanted)
    with uow:
        definition = deployed(uow.session, wanted.definition_id)
        _must_be_a_step(definition, wanted.element_id)
        _say(uow, wanted, why, actor.username, at)
        if wanted.includes_jobs and wanted.priority is not None:
            step_priorities.lay_on(uow.session, definition.id, wanted.element_id, wanted.priority)
        tell(
            uow.session,
            AdminEventKind.STEP_PREFERRED,
            actor=actor.username,
            at=at,
            process=definition.process_id,
            version=definition.version,
            element=wanted.element_id,
            priority=wanted.priority,
            includes_jobs=wanted.includes_jobs,
            reason=why,
        )
        uow.commit()


def _check(wanted: Preference) -> None:
    number = wanted.priority
    if number is None and wanted.includes_jobs:
        raise RulesBroken([Problem("GEN-WHOLE", "priority")])
    if number is not None and not LOWEST <= number <= HIGHEST:
        raise RulesBroken([Problem("GEN-WHOLE", "priority")])


def _must_be_a_step(definition: Deployed, element_id: str) -> None:
    for each in job_steps(definition):
        if each.node.id == element_id and not each.begins_cases:
            return
    raise NotFound(f"workers have nothing to do at {element_id} of {definition.process_id}")


def _say(uow: UnitOfWork, wanted: Preference, why: str, by: str, at: datetime) -> None:
    row = uow.session.get(StepPriority, (wanted.definition_id, wanted.element_id))
    if row is not None:
        uow.session.delete(row)
        uow.session.flush()
    if wanted.priority is not None:
        uow.session.add(
            StepPriority(
                definition_id=wanted.definition_id,
                element_id=wanted.element_id,
                priority=wanted.priority,
                reason=why,
                by=by,
                at=at,
            )
        )
