"""How long cases are kept: holds are laid and lifted, deletions asked for and confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.commands import batches
from engine.commands.anonymising import likeness_of
from engine.commands.retried import retried
from engine.commands.saying import may_say, must_say
from engine.errors import CaseNotFound, NotAtThisDesk, Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.batch import LONGEST_REASON as LONGEST_OF_BATCH
from engine.model.batch import Wish
from engine.model.person import ANYWHERE, Actor, Person, desk_of
from engine.model.retention import (
    LONGEST_REASON,
    AccountOpen,
    CaseHeld,
    CasePurged,
    ErasureKind,
    ErasureRequest,
    ErasureState,
    LegalHold,
    NotHeld,
    OwnErasure,
)
from engine.storage import personal
from engine.storage import retention as rows
from engine.storage.admin_events import tell, tell_of_case
from engine.storage.area_people import accounts_of
from engine.storage.database import Session, UnitOfWork
from engine.storage.due import due, rules
from engine.storage.people import account, national_codes
from engine.values.digits import normalise
from engine.values.likeness import Likeness

ASKS: Final = "RECORDS"
CONFIRMS: Final = "AUDITOR"
#: who may keep a case from being deleted
HOLDS: Final = frozenset({"RECORDS", "AUDITOR", "ADMIN"})


@retried
def hold(uow: UnitOfWork, case: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """Keep a case, and what it called, whatever the rules say, until the hold is lifted.

    Raises:
        NotAtThisDesk: the actor neither keeps records, nor audits, nor runs the site.
        CaseNotFound, CaseHeld, CasePurged: there is nothing to hold, or it is held.
        RulesBroken: there is no reason.
    """
    _must_be_among(HOLDS, actor)
    said = must_say(reason, LONGEST_REASON)
    with uow:
        if not rows.family(uow.session, case):
            raise CaseNotFound(case)
        if rows.is_purged(uow.session, case):
            raise CasePurged(str(case))
        if rows.open_hold(uow.session, case) is not None:
            raise CaseHeld(str(case))
        row = LegalHold(id=new_id(), instance_id=case, reason=said, by=actor.username, at=at)
        uow.session.add(row)
        _told(uow.session, AdminEventKind.HOLD_LAID, case, said, actor, at)
        uow.commit()


@retried
def lift(uow: UnitOfWork, case: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """Let the rules hold again for a case; what somebody else laid, an auditor lifts.

    Raises:
        NotAtThisDesk: the actor did not lay it and does not audit.
        NotHeld: nobody holds it.
        RulesBroken: there is no reason.
    """
    _must_be_among(HOLDS, actor)
    said = must_say(reason, LONGEST_REASON)
    with uow:
        row = rows.open_hold(uow.session, case)
        if row is None:
            raise NotHeld(str(case))
        if not may_lift(row, actor):
            raise NotAtThisDesk(desk_of(CONFIRMS, ANYWHERE))
        row.lift(said, by=actor.username, at=at)
        _told(uow.session, AdminEventKind.HOLD_LIFTED, case, said, actor, at)
        uow.commit()


def may_lift(hold: LegalHold, actor: Actor) -> bool:
    """Tell whether the actor laid a hold, or audits."""
    return hold.by == actor.username or CONFIRMS in actor.roles


@retried
def ask_purge(uow: UnitOfWork, process_id: str, reason: str, *, actor: Actor, at: datetime) -> UUID:
    """Ask that the cases of a process whose time is over be purged; return the request's id.

    Raises:
        NotAtThisDesk: the actor does not keep records.
        RulesBroken: there is no reason, no rule, or nothing is due.
    """
    _must_be_among({ASKS}, actor)
    said = must_say(reason, LONGEST_OF_BATCH)
    with uow:
        rule = rules(uow.session).get(process_id)
        cases = [] if rule is None else list(due(uow.session, process_id, rule, at))
        if not cases:
            raise RulesBroken([Problem("GEN-NOTHING-CHOSEN")])
        measured = rows.measure(uow.session, cases)
        facts = {"process": process_id, "cases": measured.cases, "size": measured.size}
        row = new_request(uow.session, ErasureKind.PURGE, facts, said, actor, at)
        uow.commit()
        return row.id


def new_request(
    session: Session,
    kind: ErasureKind,
    facts: dict[str, Any],
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    request_id: UUID | None = None,
) -> ErasureRequest:
    """Add a request and tell of it."""
    row = ErasureRequest(
        id=request_id or new_id(),
        kind=kind.value,
        facts=facts,
        reason=reason,
        state=ErasureState.ASKED.value,
        asked_by=actor.username,
        asked_at=at,
    )
    session.add(row)
    _told_of(session, AdminEventKind.ERASURE_ASKED, row, actor, at, reason=reason)
    return row


@retried
def ask_anonymise(
    uow: UnitOfWork,
    username: str | None,
    texts: Sequence[str],
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Ask that a person be made anonymous; return the request's id.

    Args:
        username: of an account, which is closed; ``None``: somebody who never had one.
        texts: names, numbers and addresses the person is known by, beside those of the account;
            what bank accounts areas keep under one of the numbers goes with them.

    Raises:
        NotAtThisDesk: the actor does not keep records.
        AccountOpen: the person may still sign in.
        RulesBroken: there is no reason, no such account, or nobody is named.
    """
    _must_be_among({ASKS}, actor)
    said = must_say(reason, LONGEST_OF_BATCH)
    with uow:
        person = _closed_account(uow.session, username) if username else None
        known = list(dict.fromkeys(each.strip() for each in (*_texts_of(person), *texts)))
        accounts = accounts_of(uow.session, [normalise(each) for each in known])
        request_id = new_id()
        alias = f"anon-{request_id.hex[-10:]}"
        username = person.username if person else None
        like = Likeness(alias, username, tuple(filter(None, known)), tuple(accounts))
        if not like.sought and person is None:
            raise RulesBroken([Problem("GEN-REQUIRED", "texts")])
        facts = {
            "person": None if person is None else str(person.id),
            "username": like.username,
            "texts": list(like.texts),
            "accounts": accounts,
            "alias": alias,
            "cases": len(personal.cases_with(uow.session, like)),
        }
        kind = ErasureKind.ANONYMISE
        new_request(uow.session, kind, facts, said, actor, at, request_id=request_id)
        uow.commit()
        return request_id


def _closed_account(session: Session, username: str) -> Person:
    person = account(session, username)
    if person is None:
        raise RulesBroken([Problem("GEN-CHOICE", "username")])
    if not person.disabled:
        raise AccountOpen(username)
    return person


def _texts_of(person: Person | None) -> list[str]:
    if person is None:
        return []
    told = (person.name_fa, person.name_en, person.national_code, person.email, person.mobile)
    return [each for each in told if each]


@retried
def confirm(uow: UnitOfWork, request_id: UUID, note: str, *, actor: Actor, at: datetime) -> UUID:
    """Let workers do what somebody else asked for; return the id of the batch that does it.

    What is due now is purged, each case looked at once more before it goes.

    Raises:
        NotAtThisDesk: the actor does not audit.
        ErasureNotFound, ErasureDecided: nothing waits for him.
        OwnErasure: he asked for it.
        RulesBroken: there is nothing to do any more.
    """
    _must_be_among({CONFIRMS}, actor)
    said = may_say(note, LONGEST_REASON)
    with uow:
        row = rows.request(uow.session, request_id, to_change=True)
        _must_be_another(uow.session, row, actor)
        row.decide(ErasureState.CONFIRMED, by=actor.username, note=said, at=at)
        chosen = list(_chosen(uow.session, row, at))
        wish = Wish(row.kind, row.reason, {"request": str(row.id)}, row.facts.get("process"))
        row.batch_id = batches.opened(uow, wish, chosen, actor=actor, at=at).id
        _told_of(uow.session, AdminEventKind.ERASURE_CONFIRMED, row, actor, at)
        uow.commit()
        return row.batch_id


def _chosen(session: Session, row: ErasureRequest, at: datetime) -> Iterable[UUID]:
    if row.kind == ErasureKind.ANONYMISE.value:
        return [*personal.cases_with(session, likeness_of(row.facts)), row.id]
    process_id = row.facts["process"]
    rule = rules(session).get(process_id)
    return () if rule is None else due(session, process_id, rule, at)


@retried
def refuse(uow: UnitOfWork, request_id: UUID, note: str, *, actor: Actor, at: datetime) -> None:
    """Refuse a request, or take back one's own.

    Raises:
        NotAtThisDesk: the actor neither audits nor asked for it.
        ErasureNotFound, ErasureDecided: nothing waits for him.
        RulesBroken: he does not say why.
    """
    _must_be_among({ASKS, CONFIRMS}, actor)
    said = must_say(note, LONGEST_REASON, "note")
    with uow:
        row = rows.request(uow.session, request_id, to_change=True)
        if actor.username != row.asked_by:
            _must_be_among({CONFIRMS}, actor)
        row.decide(ErasureState.REFUSED, by=actor.username, note=said, at=at)
        _told_of(uow.session, AdminEventKind.ERASURE_REFUSED, row, actor, at, reason=said)
        uow.commit()


def _must_be_among(roles: Iterable[str], actor: Actor) -> None:
    wanted = sorted(roles)
    if actor.roles.isdisjoint(wanted):
        raise NotAtThisDesk(desk_of(wanted[0], ANYWHERE))


def _must_be_another(session: Session, row: ErasureRequest, actor: Actor) -> None:
    codes = national_codes(session, {row.asked_by})
    if actor.username == row.asked_by or actor.national_code in codes:
        raise OwnErasure(actor.username)


def _told(
    session: Session, kind: AdminEventKind, case: UUID, reason: str, actor: Actor, at: datetime
) -> None:
    tell_of_case(session, kind, case, {"reason": reason}, actor=actor.username, at=at)


def _told_of(
    session: Session,
    kind: AdminEventKind,
    row: ErasureRequest,
    actor: Actor,
    at: datetime,
    *,
    reason: str | None = None,
) -> None:
    told = {
        "erasure": row.kind,
        "process": row.facts.get("process"),
        "count": row.facts.get("cases"),
        "reason": reason,
    }
    tell(session, kind, actor=actor.username, at=at, **told)
