"""Processes of which no case is started for now, and that end of it. Running cases go on."""

from __future__ import annotations

from datetime import datetime

from engine.commands import starts
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import Forbidden
from engine.model.admin_event import AdminEventKind
from engine.model.definition import Definition
from engine.model.person import Actor
from engine.model.suspension import LONGEST_REASON, Suspension
from engine.storage import jobs, subscriptions
from engine.storage.admin_events import tell
from engine.storage.bundles import latest
from engine.storage.database import UnitOfWork
from engine.storage.suspensions import suspension_of


class NotYoursToSuspend(Forbidden):
    """Analysts and administrators say whether cases of a process are started."""


@retried
def suspend(
    uow: UnitOfWork,
    process_id: str,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    proof: str | None = None,
) -> None:
    """Let no case of a process be started, by whomever or whatever; a suspended one stays so.

    Args:
        proof: by what the actor proved to be there.

    Raises:
        NotYoursToSuspend: the actor neither draws processes nor runs the site.
        DefinitionNotFound: there is no such process.
        RulesBroken: the reason is missing or too long.
    """
    must_say_what_starts(actor)
    why = must_say(reason, LONGEST_REASON)
    with uow:
        latest(uow.session, process_id)
        if suspension_of(uow.session, process_id) is None:
            row = Suspension(process_id=process_id, reason=why, by=actor.username, at=at)
            uow.session.add(row)
            subscriptions.end_starts(uow.session, process_id)
            jobs.cancel_starts(uow.session, process_id, at)
            kind = AdminEventKind.PROCESS_SUSPENDED
            said = {"process": process_id, "reason": row.reason, "by": proof}
            tell(uow.session, kind, actor=actor.username, at=at, **said)
        uow.commit()


@retried
def activate(
    uow: UnitOfWork, process_id: str, *, actor: Actor, at: datetime, proof: str | None = None
) -> None:
    """Let cases of a process be started again; what its events start is planned from now on.

    Raises:
        NotYoursToSuspend: the actor neither draws processes nor runs the site.
        DefinitionNotFound: there is no such process.
    """
    must_say_what_starts(actor)
    with uow:
        newest = latest(uow.session, process_id)
        row = suspension_of(uow.session, process_id)
        if row is not None:
            uow.session.delete(row)
            definition = uow.session.get_one(Definition, newest.id)
            starts.plan(uow, definition, model_of(newest.bundle), at)
            said = {"process": process_id, "by": proof}
            kind = AdminEventKind.PROCESS_ACTIVATED
            tell(uow.session, kind, actor=actor.username, at=at, **said)
        uow.commit()


def says_what_starts(actor: Actor) -> bool:
    """Tell whether somebody draws processes or runs the site."""
    return actor.is_analyst or actor.is_admin


def must_say_what_starts(actor: Actor) -> None:
    """Refuse who neither draws processes nor runs the site.

    Raises:
        NotYoursToSuspend: it is somebody else.
    """
    if not says_what_starts(actor):
        raise NotYoursToSuspend(actor.username)
