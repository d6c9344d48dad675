"""One case is purged: what is left of it is a tombstone, and the hashes that the journal needs."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from engine.catalogue.facts import announce
from engine.catalogue.retention import Retention
from engine.commands.retried import retried
from engine.errors import CaseNotFound
from engine.model.admin_event import AdminEventKind
from engine.model.instance import InstanceState
from engine.model.retention import (
    CaseHeld,
    CaseNotOver,
    CasePurged,
    ErasureRequest,
    ErasureState,
    NotDue,
    NotSealed,
    Tombstone,
)
from engine.storage import journal
from engine.storage import retention as rows
from engine.storage.admin_events import tell_of_case
from engine.storage.database import Session, UnitOfWork
from engine.storage.due import moment_of, rules
from engine.storage.retention import Member
from engine.values import keeping, local_date
from engine.values.facts import Basis

_OVER = frozenset({InstanceState.FINISHED.value, InstanceState.CANCELLED.value})


@retried
def purge(uow: UnitOfWork, case: UUID, request_id: UUID, *, at: datetime) -> None:
    """Delete all that is kept of a case and of those it called, if the rule of today lets it.

    Documents' contents go with the next sweep of their store, where no other case has the same.

    Raises:
        CaseNotFound, CasePurged: there is nothing left to delete.
        NotDue: no rule lets it go, or the request was not confirmed.
        CaseNotOver, CaseHeld, NotSealed: it has to stay, or to wait.
        RulesBroken: an area still needs it.
    """
    with uow:
        request = rows.request(uow.session, request_id)
        if request.state != ErasureState.CONFIRMED.value or request.decided_by is None:
            raise NotDue(str(case))
        members = rows.family(uow.session, case)
        if not members:
            raise CaseNotFound(case)
        rule = rules(uow.session).get(members[0].process_id)
        until = _kept_until(uow.session, members[0], rule, at)
        for each in members:
            _must_go(uow.session, each)
        for each in reversed(members):
            _bury(uow.session, each, rule, until, request, at)
        uow.commit()


def _kept_until(session: Session, first: Member, rule: Retention | None, at: datetime) -> date:
    if first.finished_at is None:
        raise CaseNotOver(str(first.id))
    moment = None if rule is None else moment_of(session, rule, first.variables)
    until = None if rule is None else rule.kept_until(local_date(first.finished_at), moment)
    if until is None or local_date(at) <= until:
        raise NotDue(str(first.id))
    return until


def _must_go(session: Session, each: Member) -> None:
    if rows.is_purged(session, each.id):
        raise CasePurged(str(each.id))
    if each.state not in _OVER:
        raise CaseNotOver(str(each.id))
    if rows.open_hold(session, each.id) is not None:
        raise CaseHeld(str(each.id))
    if not journal.is_sealed(session, each.id, each.event_count):
        raise NotSealed(str(each.id))


def _bury(
    session: Session,
    each: Member,
    rule: Retention | None,
    until: date,
    request: ErasureRequest,
    at: datetime,
) -> None:
    assert rule is not None
    assert request.decided_by is not None
    told = rows.acts_on(session, each.id)
    journal.erase_admin_acts(session, told)
    session.add(
        Tombstone(
            instance_id=each.id,
            purged_at=at,
            asked_by=request.asked_by,
            confirmed_by=request.decided_by,
            record_class=rule.record_class,
            kept_until=until,
            acts=journal.purge(session, each.id),
            documents=rows.documents_of(session, each.id),
        )
    )
    session.flush()
    rows.forget_acts_on(session, told)
    rows.forget_case(session, each.id)
    basis = Basis("", "case", each.id, each.business_key or "", each.id)
    announce(
        session, keeping.CasePurged(unit=each.unit, basis=basis, at=at, process=each.process_id)
    )
    facts = {
        "class": rule.record_class,
        "kept_until": until.isoformat(),
        "asked_by": request.asked_by,
        "confirmed_by": request.decided_by,
    }
    kind = AdminEventKind.CASE_PURGED
    tell_of_case(session, kind, each.id, facts, actor=request.decided_by, at=at)
