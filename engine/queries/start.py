"""The start page: the processes an actor may begin."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk
from engine.model.instance import task_table
from engine.model.person import Actor
from engine.storage.bundles import Deployed, all_latest, latest


def page(session: Session, actor: Actor) -> tuple[Deployed, ...]:
    """Return the newest definition of each process the actor may start."""
    return tuple(each for each in all_latest(session) if _may_start(each, actor))


def definition(session: Session, process_id: str, actor: Actor) -> Deployed:
    """Return the newest definition of one process, to start it.

    Raises:
        DefinitionNotFound: there is none.
        NotAtThisDesk: the actor may not start it.
    """
    found = latest(session, process_id)
    if not _may_start(found, actor):
        raise NotAtThisDesk(f"start of {process_id}")
    return found


def is_for(session: Session, task_id: UUID, actor: Actor) -> bool:
    """Tell whether a task just opened lies at one of the actor's desks."""
    desk = session.scalar(select(task_table.c.desk).where(task_table.c.id == task_id))
    return desk is not None and actor.sits_at(desk)


def _may_start(definition: Deployed, actor: Actor) -> bool:
    """Tell whether the actor has a starting role somewhere; the command checks where."""
    config = definition.bundle.process(definition.process_id)
    lanes = (config.lanes[each] for each in config.start_lanes)
    return any(each.role in actor.roles for each in lanes)
