"""A repair that a second person confirms, where the site wants it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.commands.admins import LONGEST_REASON, must_be_admin, must_say_why
from engine.commands.repairs import acts
from engine.commands.repairs.acts import Repair
from engine.commands.repairs.doing import CaseWentOn, carry_out
from engine.commands.repairs.effects import Effect
from engine.commands.retried import retried
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.person import Actor
from engine.model.repair_request import (
    OwnRepair,
    RepairDecided,
    RepairNotFound,
    RepairRequest,
    RepairState,
)
from engine.storage import repair_requests as rows
from engine.storage.admin_events import tell_of_case
from engine.storage.case_state import case_state
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.people import national_codes

__all__ = ["OwnRepair", "RepairDecided", "RepairNotFound", "ask", "confirm", "refuse"]


@retried
def ask(
    uow: UnitOfWork,
    instance_id: UUID,
    repair: Repair,
    reason: str,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Ask that a second administrator confirm a repair; return the request's id.

    Args:
        version: of the case as its preview was looked at.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        CaseNotFound, CaseWentOn: the case is not as it was looked at.
        RulesBroken: there is no reason.
    """
    must_be_admin(actor)
    said = must_say_why(reason)
    with uow:
        now = case_state(uow.session, instance_id).version
        if now != version:
            raise CaseWentOn(instance_id, version, now)
        row = RepairRequest(
            id=new_id(),
            instance_id=instance_id,
            repair=acts.written(repair),
            reason=said,
            version=version,
            state=RepairState.ASKED.value,
            asked_by=actor.username,
            asked_at=at,
        )
        uow.session.add(row)
        _told(uow.session, AdminEventKind.REPAIR_ASKED, row, actor, said, at)
        uow.commit()
        return row.id


def confirm(
    database: Database, request_id: UUID, note: str, *, actor: Actor, at: datetime
) -> Effect:
    """Do a repair that somebody else asked for, if the case still is as it was then.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        RepairNotFound, RepairDecided: nothing waits for him.
        OwnRepair: he asked for it.
        CaseWentOn: the case has changed since; it has to be asked for anew.
        EngineError: whatever stands against the repair; nothing was done.
    """
    must_be_admin(actor)
    with database.reader() as session:
        row = rows.request(session, request_id)
        _must_be_another(session, row, actor)
        _must_wait(row)

    def decided(session: Session) -> None:
        found = rows.request(session, request_id, to_change=True)
        found.decide(RepairState.DONE, by=actor.username, note=note.strip()[:LONGEST_REASON], at=at)
        session.flush()

    return carry_out(
        database,
        row.instance_id,
        acts.read(row.repair),
        row.reason,
        actor=actor,
        at=at,
        version=row.version,
        asked_by=row.asked_by,
        also=decided,
    )


@retried
def refuse(uow: UnitOfWork, request_id: UUID, note: str, *, actor: Actor, at: datetime) -> None:
    """Refuse a repair, or take back one's own; nothing of the case changes.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        RepairNotFound, RepairDecided: nothing waits for him.
        RulesBroken: he does not say why.
    """
    must_be_admin(actor)
    said = must_say_why(note)
    with uow:
        row = rows.request(uow.session, request_id, to_change=True)
        row.decide(RepairState.REFUSED, by=actor.username, note=said, at=at)
        _told(uow.session, AdminEventKind.REPAIR_REFUSED, row, actor, said, at)
        uow.commit()


def _must_wait(row: RepairRequest) -> None:
    if row.state != RepairState.ASKED.value:
        raise RepairDecided(str(row.id))


def _must_be_another(session: Session, row: RepairRequest, actor: Actor) -> None:
    """Refuse who asked for it, by account or by national code.

    Raises:
        OwnRepair: …
    """
    codes = national_codes(session, {row.asked_by})
    if actor.username == row.asked_by or actor.national_code in codes:
        raise OwnRepair(actor.username)


def _told(
    session: Session,
    kind: AdminEventKind,
    row: RepairRequest,
    actor: Actor,
    reason: str,
    at: datetime,
) -> None:
    tell_of_case(
        session,
        kind,
        row.instance_id,
        {"repair": row.repair["do"], "reason": reason},
        actor=actor.username,
        at=at,
        person=row.asked_by if row.asked_by != actor.username else None,
    )
