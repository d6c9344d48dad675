"""Whoever takes the journal of many cases out of the house is named in the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.commands.retried import retried
from engine.model.admin_event import AdminEventKind
from engine.model.person import Actor
from engine.storage.admin_events import tell
from engine.storage.database import UnitOfWork


@retried
def tell_of_export(
    uow: UnitOfWork, facts: Mapping[str, str | None], *, actor: Actor, at: datetime
) -> None:
    """Keep that somebody took an event log, and of what."""
    with uow:
        kind = AdminEventKind.EVENT_LOG_TAKEN
        tell(uow.session, kind, actor=actor.username, at=at, **facts)
        uow.commit()
