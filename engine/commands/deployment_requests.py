"""Deployments out of the workshop: asked for, approved by a second analyst, refused, withdrawn.

What is asked for is checked whole, kept to the byte, checked again when it is approved and
again at its moment. It is deployed in the transaction that says so, with everything or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.catalogue.bundle import Bundle
from engine.commands.analysts import must_be_analyst
from engine.commands.deployment_acts import analysts_at, notify_of, tell_of
from engine.commands.deployment_checks import (
    Checks,
    DeploymentRefused,
    moved_on,
    must_pass,
)
from engine.commands.planned_deployments import carried_out
from engine.commands.retried import retried
from engine.commands.saying import must_say, problems_said
from engine.errors import Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.area_draft import AreaDraft, DraftMoved
from engine.model.base import new_id
from engine.model.deployment_request import (
    LONGEST_NOTE,
    DeploymentRequest,
    OwnRequest,
    RequestState,
)
from engine.model.notice import NoticeKind
from engine.model.person import Actor
from engine.storage import area_drafts
from engine.storage import deployment_requests as rows
from engine.storage.database import Session, UnitOfWork
from engine.storage.people import national_codes

FARTHEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for of a draft."""

    save: int  #: number of the draft's last save as it was looked at
    note: str  #: what changes and why
    message: str = ""  #: to the people whose work changes; empty: nobody is told
    planned_at: datetime | None = None  #: not before; ``None``: at once


@retried
def ask(
    uow: UnitOfWork,
    draft_id: UUID,
    wish: Wish,
    *,
    checks: Checks,
    actor: Actor,
    at: datetime,
    needs_approval: bool = True,
    proof: str | None = None,
) -> UUID:
    """Ask for the deployment of a draft as it stands; what was asked of it before is withdrawn.

    Args:
        needs_approval: false: it is done, or planned, at once.
        proof: by what the actor proved to be there.

    Raises:
        NotAtThisDesk: the actor is no analyst.
        DraftMoved: somebody saved something in the draft since it was looked at.
        RulesBroken: what is wrong with the wish; nothing is different from what is deployed.
        DeploymentRefused: with everything that stands against it.
    """
    must_be_analyst(actor)
    _must_be_said(wish, at)
    with uow.database.reader() as session:
        area = area_drafts.open_draft(session, draft_id).area
        bundle = area_drafts.bundle_of(session, draft_id)
    must_pass(uow, bundle, checks, at, area=area)
    with uow:
        draft = area_drafts.open_draft(uow.session, draft_id, to_change=True)
        if draft.saves != wish.save:
            raise DraftMoved(draft_id)
        base = rows.deployed_of(uow.session, draft.area)
        if base == bundle.id:
            raise RulesBroken([Problem("STU-013")])
        _withdraw_open(uow, draft_id, actor, at)
        request = _requested(draft, wish, bundle, base, actor, at)
        uow.session.add(request)
        tell_of(uow, AdminEventKind.DEPLOYMENT_ASKED, request, actor.username, at)
        if needs_approval:
            analysts = analysts_at(uow.session, at)
            notify_of(uow, analysts, NoticeKind.DEPLOYMENT_ASKED, request, actor.username, at)
        else:
            carried_out(uow, request, bundle, None, at, proof)
        uow.commit()
        return request.id


@retried
def approve(
    uow: UnitOfWork,
    request_id: UUID,
    *,
    checks: Checks,
    actor: Actor,
    at: datetime,
    proof: str | None = None,
) -> RequestState:
    """Approve a deployment: it is done with it, or waits for its moment; tell which.

    Raises:
        NotAtThisDesk: the actor is no analyst.
        OwnRequest: the actor asked for it.
        RequestDecided: it waits no more.
        DeploymentRefused: with everything that stands against it by now.
    """
    must_be_analyst(actor)
    with uow.database.reader() as session:
        asked = rows.request(session, request_id)
    bundle = Bundle.unpack(asked.content)
    must_pass(uow, bundle, checks, at, area=asked.area)
    with uow:
        request = rows.request(uow.session, request_id, to_change=True)
        _must_be_another(uow.session, request, actor)
        if (moved := moved_on(uow.session, request)) is not None:
            raise DeploymentRefused([moved])
        state = carried_out(uow, request, bundle, actor.username, at, proof)
        tell_of(uow, AdminEventKind.DEPLOYMENT_APPROVED, request, actor.username, at, by=proof)
        told = [request.asked_by]
        notify_of(uow, told, NoticeKind.DEPLOYMENT_DECIDED, request, actor.username, at)
        uow.commit()
        return state


@retried
def refuse(
    uow: UnitOfWork,
    request_id: UUID,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    proof: str | None = None,
) -> None:
    """Refuse a deployment with a reason.

    Raises:
        NotAtThisDesk, OwnRequest, RequestDecided: as of `approve`.
        RulesBroken: the reason is missing or too long.
    """
    must_be_analyst(actor)
    why = must_say(reason, LONGEST_NOTE)
    with uow:
        request = rows.request(uow.session, request_id, to_change=True)
        _must_be_another(uow.session, request, actor)
        request.decide(RequestState.REFUSED, by=actor.username, at=at, proof=proof)
        request.reason = why
        kind = AdminEventKind.DEPLOYMENT_REFUSED
        tell_of(uow, kind, request, actor.username, at, by=proof, reason=request.reason)
        told = [request.asked_by]
        notify_of(uow, told, NoticeKind.DEPLOYMENT_DECIDED, request, actor.username, at)
        uow.commit()


@retried
def withdraw(uow: UnitOfWork, request_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take a deployment back before it is done; any analyst may, of a planned one too.

    Raises:
        NotAtThisDesk: the actor is no analyst.
        RequestDecided: it is over.
    """
    must_be_analyst(actor)
    with uow:
        request = rows.request(uow.session, request_id, to_change=True)
        request.withdraw(by=actor.username, at=at)
        tell_of(uow, AdminEventKind.DEPLOYMENT_WITHDRAWN, request, actor.username, at)
        told = [request.asked_by, request.decided_by]
        notify_of(uow, told, NoticeKind.DEPLOYMENT_DECIDED, request, actor.username, at)
        uow.commit()


def _requested(
    draft: AreaDraft, wish: Wish, bundle: Bundle, base: str | None, actor: Actor, at: datetime
) -> DeploymentRequest:
    return DeploymentRequest(
        id=new_id(),
        area=draft.area,
        draft_id=draft.id,
        save=wish.save,
        bundle_id=bundle.id,
        content=bundle.pack(),
        base_id=base,
        note=wish.note.strip(),
        message=wish.message.strip() or None,
        planned_at=wish.planned_at,
        state=RequestState.ASKED.value,
        asked_by=actor.username,
        asked_at=at,
    )


def _must_be_another(session: Session, request: DeploymentRequest, actor: Actor) -> None:
    """Refuse to let who asked decide, under another account of the same person either.

    Raises:
        OwnRequest: they are one.
    """
    is_same = request.asked_by == actor.username
    if not is_same and actor.national_code:
        is_same = actor.national_code in national_codes(session, [request.asked_by])
    if is_same:
        raise OwnRequest(request.id)


def _withdraw_open(uow: UnitOfWork, draft_id: UUID, actor: Actor, at: datetime) -> None:
    """Withdraw what was asked for of a draft before: it is asked for anew."""
    request = rows.open_request(uow.session, draft_id)
    if request is not None:
        request.withdraw(by=actor.username, at=at)
        tell_of(uow, AdminEventKind.DEPLOYMENT_WITHDRAWN, request, actor.username, at)
        uow.session.flush()  # one of a draft is open at a time


def _must_be_said(wish: Wish, at: datetime) -> None:
    problems = [
        *problems_said(wish.note, LONGEST_NOTE, "note", least=1),
        *problems_said(wish.message, LONGEST_NOTE, "message"),
    ]
    if wish.planned_at is not None and not at < wish.planned_at <= at + FARTHEST:
        problems.append(Problem("STU-014", "planned"))
    if problems:
        raise RulesBroken(problems)
