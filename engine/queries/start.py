"""The start page: the processes an actor may begin."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk
from engine.model.person import Actor
from engine.model.suspension import Suspension
from engine.storage.bundles import Deployed, all_latest, deployed, known, startable
from engine.storage.suspensions import suspended


def suspensions(session: Session) -> Mapping[str, Suspension]:
    """Return the processes of which nobody starts a case for now, with the reason."""
    return suspended(session)


def page(session: Session, actor: Actor) -> tuple[Deployed, ...]:
    """Return the newest definition of each process the actor may start, favourites first.

    Of some of them nobody starts a case for now: `suspensions` says of which.
    """
    mine = [each for each in all_latest(session) if _may_start(each, actor)]
    favourites = actor.preferences["favourites"]
    return tuple(sorted(mine, key=lambda each: each.process_id not in favourites))


def definition(connection: Connection, process_id: str, actor: Actor) -> Deployed:
    """Return the newest definition of one process, to start it.

    Raises:
        DefinitionNotFound: there is none.
        ProcessSuspended: nobody starts a case of it for now.
        NotAtThisDesk: the actor may not start it.
    """
    newest_id = startable(connection, process_id)
    found = known(newest_id) or deployed(Session(connection), newest_id)
    if not _may_start(found, actor):
        raise NotAtThisDesk(f"start of {process_id}")
    return found


def _may_start(definition: Deployed, actor: Actor) -> bool:
    """Tell whether the actor has a starting role somewhere; the command checks where."""
    config = definition.bundle.process(definition.process_id)
    lanes = (config.lanes[each] for each in config.start_lanes)
    return any(each.role in actor.roles for each in lanes)
