"""What administrators do about a cause of incidents: take it on, write down, put off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from engine.commands.admins import must_be_admin
from engine.commands.notifying import notify
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.incident import LONGEST_NOTE, IncidentNote, IncidentNotFound
from engine.model.notice import NoticeKind
from engine.model.person import ANYWHERE, Actor
from engine.storage import incidents as rows
from engine.storage.actors import at_work_in
from engine.storage.admin_events import tell
from engine.storage.database import Session, UnitOfWork

LONGEST_SNOOZE: Final = timedelta(days=92)


def admins_at(session: Session, at: datetime) -> list[Actor]:
    """Return who is an administrator today, by user name."""
    return [each for each in at_work_in(session, ANYWHERE, at, role="ADMIN") if each.is_admin]


@retried
def assign(
    uow: UnitOfWork, fingerprint: str, assignee: str | None, *, actor: Actor, at: datetime
) -> None:
    """Say who looks after a cause; ``None``: nobody. Who is named by another is told.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        IncidentNotFound: nothing open has this cause.
        RulesBroken: the other is no administrator.
    """
    must_be_admin(actor)
    with uow:
        _must_be_open(uow.session, fingerprint)
        if assignee and assignee not in {each.username for each in admins_at(uow.session, at)}:
            raise RulesBroken([Problem("GEN-CHOICE", "assignee")])
        rows.care_of(uow.session, fingerprint).assignee = assignee
        by = actor.username
        notify(uow, [assignee], NoticeKind.INCIDENT, at=at, by=by, fingerprint=fingerprint)
        _tell(uow, AdminEventKind.INCIDENT_ASSIGNED, fingerprint, actor, at, person=assignee)
        uow.commit()


@retried
def note(uow: UnitOfWork, fingerprint: str, text: str, *, actor: Actor, at: datetime) -> None:
    """Write down what was found out about a cause.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        IncidentNotFound: nothing open has this cause.
        RulesBroken: nothing is said, or too much.
    """
    must_be_admin(actor)
    said = must_say(text, LONGEST_NOTE, "note")
    with uow:
        _must_be_open(uow.session, fingerprint)
        uow.session.add(
            IncidentNote(id=new_id(), fingerprint=fingerprint, by=actor.username, at=at, text=said)
        )
        _tell(uow, AdminEventKind.INCIDENT_NOTED, fingerprint, actor, at)
        uow.commit()


@retried
def snooze(
    uow: UnitOfWork, fingerprint: str, until: datetime | None, *, actor: Actor, at: datetime
) -> None:
    """Take a cause out of the list until a moment, however often it comes; ``None``: see it again.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        IncidentNotFound: nothing open has this cause.
        RulesBroken: the moment has passed, or lies more than three months ahead.
    """
    must_be_admin(actor)
    if until is not None and not at < until <= at + LONGEST_SNOOZE:
        raise RulesBroken([Problem("GEN-PASSED", "until")])
    with uow:
        _must_be_open(uow.session, fingerprint)
        rows.care_of(uow.session, fingerprint).snoozed_until = until
        said = until.isoformat() if until else None
        _tell(uow, AdminEventKind.INCIDENT_SNOOZED, fingerprint, actor, at, until=said)
        uow.commit()


def _must_be_open(session: Session, fingerprint: str) -> None:
    if not rows.is_open(session, fingerprint):
        raise IncidentNotFound(f"nothing open has the cause {fingerprint}")


def _tell(
    uow: UnitOfWork,
    kind: AdminEventKind,
    fingerprint: str,
    actor: Actor,
    at: datetime,
    **facts: Any,
) -> None:
    tell(uow.session, kind, actor=actor.username, at=at, cause=fingerprint, **facts)
