"""Batches: begun, paused, taken up again, ended, and worked on by the workers in turns.

A turn is short, and other jobs come before it: a batch of ten thousand cases keeps nobody
waiting. The transaction of each case marks it as done, so nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from engine import bpmn
from engine.commands.admins import CONSOLE, must_be_admin
from engine.commands.batch_kinds import Kind, Task, kind_of
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import EngineError, Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.batch import LONGEST_REASON, Batch, BatchState, ItemState, Wish
from engine.model.incident import cause_of, fingerprint_of
from engine.model.job import Job, JobKind, JobState
from engine.model.person import Actor
from engine.storage import batches as rows
from engine.storage import jobs
from engine.storage.actors import of_people
from engine.storage.admin_events import tell
from engine.storage.database import Database, Session, UnitOfWork

log = structlog.get_logger()

TURN: Final = timedelta(seconds=1)  #: how long a worker goes on before others have theirs
PORTION: Final = 500  #: things done in one turn at most
PRIORITY: Final = 20  #: below the work of cases


class _Taken(EngineError):
    """Another worker did it meanwhile, or the batch does not run any more."""


@retried
def begin(uow: UnitOfWork, wish: Wish, chosen: rows.Chosen, *, actor: Actor, at: datetime) -> UUID:
    """Begin an act over many cases or jobs; return the batch's id.

    Args:
        chosen: their ids, or a statement of `engine.queries` that finds them: they are written
            down now, what begins to fulfil it later is not among them.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotFound: there is no such kind.
        RulesBroken: no reason is given, or nothing was chosen.
    """
    must_be_admin(actor)
    with uow:
        batch = opened(uow, wish, chosen, actor=actor, at=at)
        uow.commit()
        return batch.id


def opened(
    uow: UnitOfWork, wish: Wish, chosen: rows.Chosen, *, actor: Actor, at: datetime
) -> Batch:
    """Add a batch in the transaction of whoever decides that it may be done.

    Raises:
        NotFound: there is no such kind.
        RulesBroken: no reason is given, or nothing was chosen.
    """
    kind_of(wish.kind)
    reason = must_say(wish.reason, LONGEST_REASON)
    batch = Batch(
        id=new_id(),
        kind=wish.kind,
        facts=dict(wish.facts),
        reason=reason,
        person_id=None if actor == CONSOLE else actor.person_id,
        by=actor.username,
        asked_at=at,
        process_id=wish.process_id,
        of_batch=wish.of_batch,
        state=BatchState.RUNNING.value,
        total=0,
        done=0,
        failed=0,
        reached=0,
        turn=1,
        ended_at=None,
    )
    uow.session.add(batch)
    uow.session.flush()
    batch.total = rows.fill(uow.session, batch.id, chosen)
    if not batch.total:
        raise RulesBroken([Problem("GEN-NOTHING-CHOSEN")])
    _tell(uow.session, AdminEventKind.BATCH_BEGUN, batch, actor.username, at)
    _plan_turn(uow, batch, at)
    return batch


@retried
def pause(uow: UnitOfWork, batch_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let workers leave a batch alone, from the next thing on.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        BatchNotFound, BatchOver: there is none, or it does not run.
    """
    must_be_admin(actor)
    with uow:
        batch = rows.batch_to_change(uow.session, batch_id)
        batch.pause()
        _tell(uow.session, AdminEventKind.BATCH_PAUSED, batch, actor.username, at)
        uow.commit()


@retried
def resume(uow: UnitOfWork, batch_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let workers go on with a batch.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        BatchNotFound, BatchOver: there is none, or it is not paused.
    """
    must_be_admin(actor)
    with uow:
        batch = rows.batch_to_change(uow.session, batch_id)
        batch.resume()
        _tell(uow.session, AdminEventKind.BATCH_RESUMED, batch, actor.username, at)
        _plan_turn(uow, batch, at)
        uow.commit()


@retried
def cancel(uow: UnitOfWork, batch_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a batch; what it has done stays done.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        BatchNotFound, BatchOver: there is none, or it is over.
    """
    must_be_admin(actor)
    with uow:
        batch = rows.batch_to_change(uow.session, batch_id)
        batch.cancel(at)
        _tell(uow.session, AdminEventKind.BATCH_CANCELLED, batch, actor.username, at)
        uow.commit()


@retried
def try_again(uow: UnitOfWork, batch_id: UUID, *, actor: Actor, at: datetime) -> int:
    """Let workers try again what failed in a batch that is done; return how much it is.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        BatchNotFound, BatchOver: there is none, or it is not done.
        RulesBroken: nothing failed.
    """
    must_be_admin(actor)
    with uow:
        batch = rows.batch_to_change(uow.session, batch_id)
        batch.begin_again()
        count = rows.forget_failures(uow.session, batch_id)
        if not count:
            raise RulesBroken([Problem("GEN-NOTHING-CHOSEN")])
        _tell(uow.session, AdminEventKind.BATCH_RESUMED, batch, actor.username, at)
        _plan_turn(uow, batch, at)
        uow.commit()
        return count


def run(database: Database, job: Job, clock: Callable[[], datetime]) -> None:
    """Go on with a batch for one turn, and plan the next one.

    Raises:
        LeaseLost: another worker has the job.
    """
    batch_id, turn = UUID(job.facts["batch"]), job.facts["turn"]
    until, reached = clock() + TURN, 0
    with database.reader() as session:
        batch = session.get_one(Batch, batch_id)
        actor = _actor(session, batch, clock())
        is_ours = batch.is_running and batch.turn == turn
        items = rows.waiting(session, batch_id, PORTION) if is_ours else []
    if actor is not None:
        kind, task = kind_of(batch.kind), Task(batch.facts, batch.reason, actor)
        for item in items:
            if not _do(database, batch_id, item, kind, task, clock):
                break
            reached = item.number
            if clock() >= until:
                break
    _end_turn(database.unit_of_work(), job, reached, clock(), is_orphaned=actor is None)


def _do(
    database: Database,
    batch_id: UUID,
    item: rows.Item,
    kind: Kind,
    task: Task,
    clock: Callable[[], datetime],
) -> bool:
    """Do the act to one thing, or write down why not; tell whether the batch still runs."""

    def mark(session: Session) -> None:
        if not rows.mark(session, batch_id, item.number, ItemState.DONE):
            raise _Taken(item)

    uow = database.unit_of_work()
    uow.beside = None if kind.only_looks else mark
    try:
        kind.act(uow, item.target_id, task, clock())
        if kind.only_looks:
            _mark_alone(database.unit_of_work(), mark)
    except _Taken:
        with database.reader() as session:
            return session.get_one(Batch, batch_id).is_running
    except Exception as error:  # noqa: BLE001 - here the work on one thing ends, as a job does
        if not isinstance(error, EngineError):
            log.warning("batch.failed", batch=str(batch_id), of=str(item.target_id), error=error)
        failure = _failure(error)
        _mark_alone(
            database.unit_of_work(),
            lambda session: rows.mark(session, batch_id, item.number, ItemState.FAILED, failure),
        )
    return True


@retried
def _mark_alone(uow: UnitOfWork, mark: Callable[[Session], object]) -> None:
    with uow:
        mark(uow.session)
        uow.commit()


def _failure(error: BaseException) -> rows.Failure:
    code, cause = getattr(error, "code", "GEN-500"), cause_of(error)
    details = None
    if isinstance(error, bpmn.MoveRefused):
        details = [
            {"process": each.process_id, "element": each.element_id, **each.reason.as_plain()}
            for each in error.obstacles
        ]
    return rows.Failure(code, cause, fingerprint_of(code, "", cause), details)


@retried
def _end_turn(uow: UnitOfWork, job: Job, reached: int, at: datetime, *, is_orphaned: bool) -> None:
    """Count what was done, and plan the next turn, unless there is nothing more to do."""
    with uow:
        batch = rows.batch_to_change(uow.session, UUID(job.facts["batch"]))
        jobs.close(uow.session, job, JobState.DONE)
        if batch.turn == job.facts["turn"]:
            if reached > batch.reached:
                batch.count(*rows.counted(uow.session, batch.id, batch.reached, reached), reached)
            if batch.is_running and is_orphaned:
                batch.pause()
                _tell(uow.session, AdminEventKind.BATCH_PAUSED, batch, batch.by, at)
            elif batch.is_running and rows.has_waiting(uow.session, batch.id):
                batch.turn += 1
                _plan_turn(uow, batch, at)
            elif batch.is_running:
                _finish(uow.session, batch, at)
        uow.commit()


def _finish(session: Session, batch: Batch, at: datetime) -> None:
    rest = rows.counted(session, batch.id, batch.reached, batch.total)
    batch.count(*rest, batch.total)
    batch.finish(at)
    _tell(session, AdminEventKind.BATCH_ENDED, batch, batch.by, at)


def _plan_turn(uow: UnitOfWork, batch: Batch, at: datetime) -> None:
    uow.plan(
        [
            Job(
                id=new_id(),
                instance_id=None,
                kind=JobKind.BATCH,
                idem_key=f"batch/{batch.id}/{batch.turn}",
                token="",
                element_id="",
                topic=batch.kind,
                run_at=at,
                created_at=at,
                facts={"batch": str(batch.id), "turn": batch.turn},
                priority=PRIORITY,
            )
        ]
    )


def _actor(session: Session, batch: Batch, at: datetime) -> Actor | None:
    """Return who asked, as what he may do today; ``None``: he may sign in no more."""
    if batch.person_id is None:
        return CONSOLE
    return next(iter(of_people(session, [batch.person_id], at)), None)


def _tell(session: Session, kind: AdminEventKind, batch: Batch, by: str, at: datetime) -> None:
    tell(
        session,
        kind,
        actor=by,
        at=at,
        batch=str(batch.id),
        act=batch.kind,
        process=batch.process_id,
        count=batch.total,
        done=batch.done,
        failed=batch.failed,
        reason=batch.reason,
    )
