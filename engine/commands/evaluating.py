"""Start conditions looked at because somebody asks, and not when the engine does it next.

They ask for the moment alone (BPMN-107): what somebody brings is what the cases begin with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.commands.starts import Cause, asks_a_person, begin
from engine.model.person import Actor
from engine.storage.bundles import Deployed, all_latest, deployed
from engine.storage.database import UnitOfWork
from engine.storage.suspensions import suspended


@retried
def evaluate(
    uow: UnitOfWork,
    values: Mapping[str, Any],
    *,
    business_key: str | None = None,
    definition_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> list[UUID]:
    """Start a case at each conditional start event whose condition holds; return the cases.

    All of them begin with these values, in one transaction. Processes that are suspended, and
    those where only a person can begin, are left out.

    Args:
        definition_id: only this one is looked at; else the newest of each process.

    Raises:
        NotFound: there is no such definition.
        bpmn.ExpressionFailed: a condition has no usable value; nothing began.
        UnitUnknown, bpmn.StepFailed: a case cannot begin; none did.
    """
    with uow:
        held = suspended(uow.session)
        asked = all_latest(uow.session)
        if definition_id is not None:
            asked = [deployed(uow.session, definition_id)]
        begun = [
            begin(uow, each, values, Cause(event, None, actor.username, business_key), at)
            for each in asked
            if each.process_id not in held
            for event in _holding(each, at)
        ]
        uow.commit()
        return begun


def _holding(definition: Deployed, at: datetime) -> Iterator[str]:
    for event in bpmn.start_events(model_of(definition.bundle), definition.process_id):
        if event.is_optional and asks_a_person(definition):
            continue
        if bpmn.holds(event, at):
            yield event.element_id
