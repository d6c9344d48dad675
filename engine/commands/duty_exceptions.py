"""A signed exception from a four-eyes rule: asked for, decided by a second person, for one task.

Only where ``process.toml`` names the role that may grant it. Who decides is neither the one
who asks nor the one who did the other step, and confirms to be there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands import duties
from engine.commands.follow import Following
from engine.commands.retried import retried
from engine.commands.standing import must_work_at, told_for
from engine.errors import (
    ConfirmationMissing,
    Conflict,
    DutiesNotSeparate,
    Forbidden,
    NotAtThisDesk,
    NotFound,
    Problem,
    RulesBroken,
)
from engine.model.act import EXCEPTION, Act, canonical, hash_of
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.duty_exception import DutyException
from engine.model.event import EventKind
from engine.model.person import Actor, desk_of
from engine.model.sign_in import Method
from engine.model.substitution import StandIn
from engine.storage import duty_exceptions as rows
from engine.storage.actors import by_username
from engine.storage.admin_events import tell
from engine.storage.database import UnitOfWork
from engine.storage.people import national_codes

LONGEST_REASON: Final = 1_000


class ExceptionNotFound(NotFound):
    """Nobody asked for such an exception."""


class NoExceptionPossible(Forbidden):
    """No rule keeps the actor from the task, or this one knows no exceptions."""


class ExceptionDecided(Conflict):
    """It was decided, or asked for, already."""


class NotASecondPerson(Forbidden):
    """Who decides has asked for it, did the other step, or stands in for one of them."""


@retried
def ask(uow: UnitOfWork, task_id: UUID, reason: str, *, actor: Actor, at: datetime) -> UUID:
    """Ask that a rule shall not hold for the actor at one task; return the request's id.

    Raises:
        TaskNotFound, NotAtThisDesk, NoExceptionPossible, ExceptionDecided: nothing was changed.
        RulesBroken: there is no reason, or a very long one.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        code = "SUB-006" if reason.strip() else "GEN-REQUIRED"
        raise RulesBroken([Problem(code, "reason")])
    with uow:
        instance, task = uow.cases.of_task(task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        stands = must_work_at(following, task, actor)
        config = following.bundle.process(instance.process_id)
        try:
            duties.check(uow, config, task, actor, stands)
        except DutiesNotSeparate as kept:
            refused = kept
        else:
            raise NoExceptionPossible(str(task_id))
        if config.exception_role(refused.code, task.element_id) is None or task.is_closed:
            raise NoExceptionPossible(refused.code)
        if rows.is_asked(uow.session, task_id, actor.username, refused.code):
            raise ExceptionDecided(str(task_id))
        row = DutyException(
            id=new_id(),
            instance_id=instance.id,
            task_id=task_id,
            element_id=task.element_id,
            code=refused.code,
            done_element_id=refused.done_element_id,
            done_by=refused.by,
            asked_by=actor.username,
            asked_for=stands.username if stands else None,
            asked_at=at,
            reason=reason.strip(),
        )
        uow.session.add(row)
        _told(uow, AdminEventKind.EXCEPTION_ASKED, row, actor, at)
        facts = {"code": row.code, "reason": row.reason, **told_for(stands)}
        following.tell(EventKind.EXCEPTION_ASKED, task=task, actor=actor.username, facts=facts)
        following.commit()
        return row.id


@retried
def decide(
    uow: UnitOfWork,
    exception_id: UUID,
    *,
    is_granted: bool,
    note: str,
    actor: Actor,
    at: datetime,
    confirmed_by: Method | None = None,
) -> None:
    """Grant or refuse an exception; granted, it is an act that the actor has confirmed.

    Who stands in for somebody that may grant it may as well, and both names stand.

    Raises:
        ExceptionNotFound, ExceptionDecided, NotAtThisDesk, NotASecondPerson: may not, or late.
        ConfirmationMissing: nothing confirmed it.
    """
    with uow:
        row = uow.session.get(DutyException, exception_id, with_for_update=True)
        if row is None:
            raise ExceptionNotFound(str(exception_id))
        instance, task = uow.cases.of_task(row.task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        config = following.bundle.process(instance.process_id)
        role = config.exception_role(row.code, row.element_id)
        desk = desk_of(role or "?", instance.unit)
        amount = config.amount_of(instance.variables)
        if role is None or not actor.may_work_at(desk, instance.process_id, amount):
            raise NotAtThisDesk(desk)
        stands = actor.stands_at(desk, instance.process_id, amount)
        _must_be_second(uow, row, actor, at)
        if row.decided_at is not None or task.is_closed:
            raise ExceptionDecided(str(exception_id))
        if confirmed_by is None:
            raise ConfirmationMissing(row.element_id)
        row.decided_by, row.decided_at = actor.username, at
        row.decided_for = stands.username if stands else None
        row.is_granted, row.decision_note = is_granted, note.strip()[:LONGEST_REASON]
        if is_granted:
            uow.session.add(_act(row, desk, actor, stands, confirmed_by, at))
        done = AdminEventKind.EXCEPTION_GRANTED if is_granted else AdminEventKind.EXCEPTION_REFUSED
        _told(uow, done, row, actor, at)
        kind = EventKind.EXCEPTION_GRANTED if is_granted else EventKind.EXCEPTION_REFUSED
        facts = {"code": row.code, "to": row.asked_by, "reason": row.decision_note}
        facts |= told_for(stands)
        following.tell(kind, task=task, actor=actor.username, facts=facts)
        following.commit()


@retried
def record_near_miss(
    uow: UnitOfWork, refused: DutiesNotSeparate, *, actor: Actor, at: datetime
) -> None:
    """Note that a rule kept somebody from a step, for those who watch over the rules."""
    with uow:
        tell(
            uow.session,
            AdminEventKind.DUTIES_HELD_APART,
            actor=actor.username,
            at=at,
            person=refused.by,
            code=refused.code,
            step=refused.element_id,
            done=refused.done_element_id,
            task=str(refused.task_id) if refused.task_id else None,
            case=str(refused.instance_id) if refused.instance_id else None,
        )
        uow.commit()


def _must_be_second(uow: UnitOfWork, row: DutyException, actor: Actor, at: datetime) -> None:
    others = {row.asked_by, row.done_by}
    for each in uow.cases.held_steps(row.instance_id, frozenset({row.done_element_id})):
        others |= {name for name in (each.holder, each.held_for) if name}
    asking = by_username(uow.session, row.asked_by, at)
    if asking is not None:  # what he asks for may be asked for one of them
        others |= {each.username for each in asking.stands_in}
    codes = national_codes(uow.session, others)
    mine = {actor.username, *(each.username for each in actor.stands_in)}
    if mine & others or actor.national_code in codes:
        raise NotASecondPerson(actor.username)


def _act(
    row: DutyException,
    desk: str,
    actor: Actor,
    stands: StandIn | None,
    confirmed_by: Method,
    at: datetime,
) -> Act:
    content = canonical(
        {
            "case": str(row.instance_id),
            "task": str(row.task_id),
            "step": row.element_id,
            "exception": row.code,
            "for": row.asked_by,
            "done_by": row.done_by,
            "reason": row.reason,
            "note": row.decision_note,
            "actor": actor.username,
            **({"actor_for": stands.username} if stands else {}),
            "desk": desk,
            "at": at.isoformat(),
            "method": confirmed_by.recorded,
        }
    )
    return Act(
        instance_id=row.instance_id,
        task_id=row.task_id,
        element_id=row.element_id,
        actor=actor.username,
        desk=desk,
        outcome=EXCEPTION,
        method=confirmed_by.recorded,
        at=at,
        content=content,
        content_hash=hash_of(content),
        voided_at=None,
    )


def _told(
    uow: UnitOfWork, kind: AdminEventKind, row: DutyException, actor: Actor, at: datetime
) -> None:
    tell(
        uow.session,
        kind,
        actor=actor.username,
        at=at,
        person=row.asked_by,
        code=row.code,
        step=row.element_id,
        done=row.done_element_id,
        task=str(row.task_id),
        case=str(row.instance_id),
        reason=row.reason,
        note=row.decision_note,
    )
