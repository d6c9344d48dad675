"""Who keeps cases going sees their values though they are not his: that is noted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.commands.retried import retried
from engine.model.admin_event import AdminEventKind
from engine.model.person import Actor
from engine.storage.admin_events import tell_of_case
from engine.storage.database import UnitOfWork


@retried
def note(uow: UnitOfWork, instance_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Write into the journal that the actor saw the values of a case."""
    with uow:
        kind = AdminEventKind.CASE_LOOKED_INTO
        tell_of_case(uow.session, kind, instance_id, {}, actor=actor.username, at=at)
        uow.commit()
