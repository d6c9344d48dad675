"""An administrator moves the tokens of a running case, or sets its variables, by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.commands.admins import must_be_admin
from engine.commands.follow import Following, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import Problem, RulesBroken
from engine.model.event import EventKind
from engine.model.person import Actor
from engine.storage.bundles import deployed
from engine.storage.database import UnitOfWork


@retried
def modify(
    uow: UnitOfWork,
    instance_id: UUID,
    instructions: Sequence[bpmn.Instruction],
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    dry_run: bool = False,
) -> tuple[str, ...]:
    """Carry out ``instructions``, all or none; return the elements the case waits at then.

    Tasks of cancelled tokens are withdrawn and their jobs cancelled; the history says who
    did what and why. A dry run keeps nothing.

    Raises:
        CaseNotFound, CaseFinished: there is nothing to modify.
        NotAtThisDesk: the actor is no administrator.
        ModificationRefused: an instruction is impossible or ambiguous.
    """
    must_be_admin(actor)
    with uow:
        instance = uow.cases.one(instance_id)
        instance.must_run()
        following = Following(uow, instance, deployed(uow.session, instance.definition_id), at)
        step = bpmn.modify(
            model_of(following.bundle), instance.process_id, stored(instance), instructions, at=at
        )
        told = {"reason": reason, "instructions": [_told(each) for each in instructions]}
        following.tell(EventKind.MODIFIED, actor=actor.username, facts=told)
        following.follow(step)
        following.save()
        if not dry_run:
            uow.commit()
        return tuple(each.element_id for each in step.waiting)


def instructions_of(plain: Sequence[Mapping[str, Any]]) -> tuple[bpmn.Instruction, ...]:
    """Return instructions as they were told: ``{"do": "StartBefore", "element_id": …}``.

    Raises:
        RulesBroken: they say something else.
    """
    try:
        return tuple(_BY_NAME[each["do"]](**_without_name(each)) for each in plain)
    except (KeyError, TypeError) as error:
        raise RulesBroken([Problem("GEN-TYPE", "instructions")]) from error


_BY_NAME: Mapping[str, Callable[..., bpmn.Instruction]] = {
    each.__name__: each
    for each in (
        bpmn.StartBefore,
        bpmn.StartAfter,
        bpmn.CancelToken,
        bpmn.CancelAll,
        bpmn.SetVariables,
        bpmn.RemoveVariables,
    )
}


def _without_name(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if key != "do"}


def _told(instruction: bpmn.Instruction) -> dict[str, Any]:
    said = {key: value for key, value in asdict(instruction).items() if value is not None}
    return {"do": type(instruction).__name__, **said}
