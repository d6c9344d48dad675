"""Carries a repair out by the command there is for it, or finds out what it would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.commands import (
    assigning,
    case_suspension,
    holding_jobs,
    instances,
    jobs,
    messages,
    modifications,
    rescheduling,
    restarting,
    signals,
    tasks,
)
from engine.commands.admins import must_be_admin, must_say_why
from engine.commands.models import model_of
from engine.commands.repairs import acts
from engine.commands.repairs.acts import Repair
from engine.commands.repairs.effects import Effect, effect_of
from engine.errors import Conflict, NothingWaits
from engine.model.admin_event import AdminEventKind
from engine.model.partner import addressed_to
from engine.model.person import Actor
from engine.storage.admin_events import tell_of_case
from engine.storage.bundles import deployed
from engine.storage.case_state import CaseState, case_state, has_others, hearers_of
from engine.storage.cases import CaseStore
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.rehearsed import LookedAt

Also = Callable[[Session], None]


class CaseWentOn(Conflict):
    """The case has changed since the repair was looked at, and what it would do, perhaps, too."""

    code = "GEN-WENT-ON"

    def __init__(self, instance_id: UUID, seen: int, now: int) -> None:
        super().__init__(f"case {instance_id} was at {seen} and is at {now}")
        self.instance_id = instance_id


class OtherCase(Conflict):
    """What the repair names belongs to another case."""

    code = "GEN-OTHER-CASE"


@dataclass(frozen=True, slots=True)
class _Wish:
    """A repair of one case with all that its command has to be told."""

    case: UUID
    repair: Repair
    reason: str
    actor: Actor
    at: datetime


def preview(
    database: Database,
    instance_id: UUID,
    repair: Repair,
    *,
    actor: Actor,
    at: datetime,
) -> Effect:
    """Return what a repair would do now; it is done and rolled back, so nothing is kept.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        EngineError: whatever stands against it, as the command says it.
    """
    wish = _Wish(instance_id, repair, "-", actor, at)
    return _done(database, wish, version=None, keeps=False)


def carry_out(
    database: Database,
    instance_id: UUID,
    repair: Repair,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    asked_by: str | None = None,
    also: Also | None = None,
) -> Effect:
    """Do a repair, whole or not at all, and write before, after and reason into the journal.

    Args:
        version: of the case as its preview was looked at; ``None``: whatever it is now.
        asked_by: who asked for it, where ``actor`` is the second person.
        also: done in the same transaction.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        RulesBroken: there is no reason.
        CaseWentOn: the case has changed since; nothing was done.
        EngineError: whatever stands against it, as the command says it; nothing was done.
    """
    wish = _Wish(instance_id, repair, must_say_why(reason), actor, at)

    def journal(session: Session, effect: Effect) -> None:
        facts = {"repair": acts.name_of(repair), "reason": wish.reason, **effect.as_facts()}
        kind, by = AdminEventKind.CASE_REPAIRED, actor.username
        tell_of_case(session, kind, instance_id, facts, actor=by, at=at, person=asked_by)
        if also is not None:
            also(session)

    return _done(database, wish, version=version, keeps=True, journal=journal)


def _done(
    database: Database,
    wish: _Wish,
    *,
    version: int | None,
    keeps: bool,
    journal: Callable[[Session, Effect], None] = lambda *_: None,
) -> Effect:
    must_be_admin(wish.actor)
    looks = _Looks(wish, version, journal)
    uow = LookedAt(database, looks.before, looks.after, keeps=keeps)
    looks.new_case = _carry_out(uow, wish)
    return looks.effect()


class _Looks:
    """The case before and after, in the transaction that changes it."""

    def __init__(
        self, wish: _Wish, version: int | None, journal: Callable[[Session, Effect], None]
    ) -> None:
        self._wish, self._version, self._journal = wish, version, journal
        self._was: CaseState | None = None
        self._effect: Effect | None = None
        self.new_case: UUID | None = None

    def before(self, session: Session) -> None:
        """Look at the case as the command finds it; a command taken again looks again."""
        self._was = case_state(session, self._wish.case)
        if self._version is not None and self._was.version != self._version:
            raise CaseWentOn(self._wish.case, self._version, self._was.version)
        _must_be_of(session, self._wish)

    def after(self, session: Session) -> None:
        """Look at the case as the command leaves it, and write the journal."""
        assert self._was is not None
        effect = effect_of(self._was, case_state(session, self._wish.case))
        if isinstance(self._wish.repair, acts.SendSignal):
            effect = replace(effect, listeners=hearers_of(session, self._wish.repair.name))
        self._effect = effect
        self._journal(session, effect)

    def effect(self) -> Effect:
        """Return what was found."""
        assert self._effect is not None, "a command that commits nothing is no repair"
        return replace(self._effect, new_case=self.new_case)


def _carry_out(uow: UnitOfWork, wish: _Wish) -> UUID | None:
    """Call the command of a repair; return the case it began, if any."""
    if isinstance(wish.repair, acts.Restart):
        starts = [bpmn.StartBefore(each) for each in wish.repair.elements]
        return restarting.restart(uow, wish.case, starts, wish.reason, actor=wish.actor, at=wish.at)
    if not _of_a_part(uow, wish):
        _of_the_case(uow, wish)
    return None


def _of_a_part(uow: UnitOfWork, wish: _Wish) -> bool:
    """Call the command of a repair of one task or job; tell whether it is one."""
    reason, actor, at = wish.reason, wish.actor, wish.at
    match wish.repair:
        case acts.Retry(found):
            jobs.retry_all(uow, found, by=actor.username, at=at, reason=reason)
        case acts.ChangeDue(task, due_at):
            rescheduling.change_due(uow, task, due_at, reason, actor=actor, at=at)
        case acts.MoveJob(job, run_at):
            rescheduling.move(uow, job, run_at, reason, actor=actor, at=at)
        case acts.Fire(job):
            rescheduling.fire(uow, job, reason, actor=actor, at=at)
        case acts.HoldJob(job):
            holding_jobs.hold(uow, [job], reason, actor=actor, at=at)
        case acts.LetJobGo(job):
            holding_jobs.let_go(uow, [job], reason, actor=actor, at=at)
        case acts.Reassign(task, to):
            assigning.assign(uow, task, to, actor=actor, at=at, note=reason)
        case acts.Free(task):
            tasks.free(uow, task, reason, actor=actor, at=at)
        case _:
            return False
    return True


def _of_the_case(uow: UnitOfWork, wish: _Wish) -> None:
    """Call the command of a repair of the whole case."""
    case, reason, actor, at = wish.case, wish.reason, wish.actor, wish.at
    match wish.repair:
        case acts.EditValues(values):
            by = actor.username
            instances.set_variables(uow, case, values, by=by, at=at, reason=reason)
        case acts.MoveTokens(instructions):
            modifications.modify(uow, case, instructions, reason, actor=actor, at=at)
        case acts.Suspend():
            case_suspension.suspend(uow, case, reason, actor=actor, at=at)
        case acts.Resume():
            case_suspension.resume(uow, case, reason, actor=actor, at=at)
        case acts.Cancel():
            instances.cancel(uow, case, reason, actor=actor, at=at)
        case acts.Correlate():
            _correlate(uow, wish, wish.repair)
        case acts.SendSignal(name, values):
            signals.broadcast(uow, name, values, at=at)


def _correlate(uow: UnitOfWork, wish: _Wish, said: acts.Correlate) -> None:
    """Publish the message that a token of the case waits for, under the key it has there."""
    wait = _awaited(uow.database, wish.case, said.token)
    key: Any = addressed_to(wish.case)
    if len(wait.correlation) == 1:
        [key] = wait.correlation.values()
    elif wait.correlation:
        key = dict(wait.correlation)
    messages.publish(uow, wait.name, key, said.values, at=wish.at, by=wish.actor.username)


def _awaited(database: Database, instance_id: UUID, token: str) -> bpmn.MessageWait:
    with database.reader() as session:
        instance = CaseStore(session.connection()).one(instance_id)
        instance.must_run()
        bundle = deployed(session, instance.definition_id).bundle
    state = bpmn.Stored(instance.snapshot, instance.variables)
    for wait in bpmn.waiting(model_of(bundle), instance.process_id, state):
        if isinstance(wait, bpmn.MessageWait) and wait.token == token:
            return wait
    raise NothingWaits(instance_id, token)


def _must_be_of(session: Session, wish: _Wish) -> None:
    """Refuse to touch a task or a job of another case: each has a page of its own.

    Raises:
        OtherCase: …
    """
    jobs_named: tuple[UUID, ...] = ()
    tasks_named: tuple[UUID, ...] = ()
    match wish.repair:
        case acts.Retry(jobs=found):
            jobs_named = found
        case (
            acts.MoveJob(job=one)
            | acts.Fire(job=one)
            | acts.HoldJob(job=one)
            | acts.LetJobGo(job=one)
        ):
            jobs_named = (one,)
        case acts.ChangeDue(task=one) | acts.Reassign(task=one) | acts.Free(task=one):
            tasks_named = (one,)
    if has_others(session, wish.case, jobs=jobs_named, tasks=tasks_named):
        raise OtherCase(str(wish.case))
