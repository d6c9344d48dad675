"""Plays one act after another, each by the command a page would call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import structlog

from engine.commands import external, instances, jobs, messages, signals, starts, tasks
from engine.errors import Conflict, EngineError, RuleBroken
from engine.model.job import Job, JobKind, JobState
from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.play.actors import actor_at, starter_of
from engine.play.acts import Act, Answer, Fail, Message, Move, Signal, Start, Succeed
from engine.play.holding import IN_STEPS, is_held, pass_to
from engine.play.limits import Meter, RunTooLong
from engine.play.looking import Before, look
from engine.play.seen import OpenTask, Refusal, Seen
from engine.play.signing import sign_in_play
from engine.play.stage import Throwaway
from engine.queries import play as queries
from engine.storage.bundles import Deployed, deployed
from engine.storage.database import Session

log = structlog.get_logger()

_PLAYER = "play"
_LONG = timedelta(days=1)


class NotOpen(Conflict):
    """Nothing of this name waits for this act now."""

    code = "PLAY-001"

    def __init__(self, element: str, number: int) -> None:
        super().__init__(f"nothing waits at {element!r} (number {number})")
        self.element = element
        self.number = number


class Backwards(Conflict):
    """Time does not go back; going back is playing fewer acts."""

    code = "PLAY-002"

    def __init__(self, to: datetime) -> None:
        super().__init__(f"the run's clock is past {to.isoformat()}")
        self.to = to


@dataclass(frozen=True, slots=True)
class Proposed:
    """Values somebody gives to a form, to be read as a page would read them."""

    session: Session
    definition: Deployed
    form_id: str | None
    actor: Actor
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None
    element: str | None = None  #: ``None``: the start form
    case_id: UUID | None = None
    known: Mapping[str, Any] = field(default_factory=dict)  #: what the case knows


#: Reads what is given to a form, or raises what is wrong with it; see `replay`.
Reader: TypeAlias = Callable[[Proposed], Mapping[str, Any]]


@dataclass(slots=True)
class Player:
    """A run's database and clock, with what was seen last."""

    database: Throwaway
    at: datetime
    meter: Meter
    read: Reader | None
    is_broken_off: bool = False
    _before: Before = field(default_factory=Before)
    _last: Seen | None = None

    def play(self, act: Act) -> Seen:
        """Play one act, and what follows from it until everything waits."""
        refusal = None
        self.database.passed.clear()
        try:
            self.meter.next_act()
            self._do(act)
            if not isinstance(act, Move):
                pass_to(self.database, self.at, self.at, self.meter, self._come_to)
        except RunTooLong as endless:
            self.is_broken_off = True
            refusal = _refusal(endless)
        except Exception as error:  # noqa: BLE001 - here an act ends, as a request would
            if not isinstance(error, EngineError):
                log.info("play.refused", error=type(error).__name__)
            refusal = _refusal(error)
        return self._look(act, refusal)

    def _come_to(self, moment: datetime) -> None:
        self.at = moment

    def _do(self, act: Act) -> None:
        match act:
            case Start():
                self._start(act)
            case Answer():
                self._answer(act)
            case Move(to):
                if to < self.at:
                    raise Backwards(to)
                pass_to(self.database, self.at, to, self.meter, self._come_to)
            case Succeed():
                self._succeed(act)
            case Fail():
                self._fail(act)
            case Message(name, key, values):
                uow = self.database.unit_of_work()
                messages.publish(uow, name, key, values, at=self.at, by=_PLAYER)
            case Signal(name, values):
                signals.broadcast(self.database.unit_of_work(), name, values, at=self.at)

    def _start(self, act: Start) -> None:
        uow = self.database.unit_of_work()
        with uow:
            definition = uow.latest(act.process_id)
            config = definition.bundle.process(act.process_id)
            if act.element is not None or not config.start_lanes:
                cause = starts.Cause(act.element, None, by=act.by)
                starts.begin(uow, definition, act.values, cause, self.at)
                uow.commit()
                return
        with self.database.reader() as session:
            actor = starter_of(session, definition, act)
            asked = Proposed(session, definition, config.start_form, actor, self.at, act.values)
            values = act.values if self.read is None else self.read(asked)
        instances.start(uow, act.process_id, values, actor=actor, at=self.at)

    def _answer(self, act: Answer) -> None:
        task = self._last.task(act.element, act.number) if self._last else None
        if task is None:
            raise NotOpen(act.element, act.number)
        actor = actor_at(task.desk, act.by or task.holder)
        values = self._given(act, task, actor)
        is_taken = task.holder == actor.username
        if not is_taken:
            tasks.claim(self.database.unit_of_work(), task.id, actor=actor, at=self.at)
        try:
            tasks.complete(
                self.database.unit_of_work(),
                task.id,
                values,
                actor=actor,
                at=self.at,
                confirmed_by=Method.PASSWORD,
                signed=sign_in_play(self.database, task.id, values, actor, self.at),
            )
        except Exception:
            if not is_taken:  # refused, the act leaves nothing behind
                tasks.unclaim(self.database.unit_of_work(), task.id, actor=actor, at=self.at)
            raise

    def _given(self, act: Answer, task: OpenTask, actor: Actor) -> Mapping[str, Any]:
        chosen = {} if act.outcome is None else {"outcome": act.outcome}
        if self.read is None:
            return {**act.values, **chosen}
        with self.database.reader() as session:
            case = queries.case_of(session, task.id)
            definition = deployed(session, case.definition_id)
            asked = Proposed(
                session,
                definition,
                task.form_id,
                actor,
                self.at,
                act.values,
                act.outcome,
                element=task.element,
                case_id=case.id,
                known=task.known,
            )
            return {**self.read(asked), **chosen}

    def _succeed(self, act: Succeed) -> None:
        job = self._take(act.element, act.number)
        uow = self.database.unit_of_work()
        if job.kind is JobKind.EXTERNAL:
            external.complete(uow, job.id, _PLAYER, act.values, at=self.at)
            return
        try:
            jobs.answer_service(uow, job, act.values, self.at)
        except Exception as error:  # noqa: BLE001 - here a job ends
            jobs.fail(self.database.unit_of_work(), job, error, self.at)

    def _fail(self, act: Fail) -> None:
        job = self._take(act.element, act.number)
        uow = self.database.unit_of_work()
        if job.kind is JobKind.EXTERNAL and act.code is not None:
            external.throw(uow, job.id, _PLAYER, act.code, act.message, at=self.at)
        elif job.kind is JobKind.EXTERNAL:
            external.fail(uow, job.id, _PLAYER, act.message, retries=0, at=self.at)
        elif act.code is not None:
            broken = RuleBroken(act.message)
            broken.code = act.code
            try:
                jobs.throw_rule(uow, job, broken, self.at)
            except Exception as error:  # noqa: BLE001 - here a job ends
                jobs.fail(self.database.unit_of_work(), job, error, self.at)
        else:
            jobs.fail(uow, job, ConnectionError(act.message), self.at)

    def _take(self, element: str, number: int) -> Job:
        """Lease a job that is held, once more where it has failed before.

        Raises:
            NotOpen: there is none.
        """
        with self.database.reader() as session:
            found = [
                each
                for each in queries.unfinished_jobs(session)
                if each.element_id == element and each.kind in IN_STEPS and is_held(each)
            ]
        if not 0 < number <= len(found):
            raise NotOpen(element, number)
        job, uow = found[number - 1], self.database.unit_of_work()
        if job.state is JobState.INCIDENT:
            jobs.retry(uow, job.id, by=_PLAYER, at=self.at)
        if job.kind is JobKind.EXTERNAL:
            return self._lock(job)
        leased = jobs.claim_this(uow, job.id, self.at, jobs.NOBODY)
        if leased is None:
            raise NotOpen(element, number)
        leased.attempts = leased.max_attempts
        return leased

    def _lock(self, job: Job) -> Job:
        """Let the player be the worker outside that has fetched a task."""
        uow = self.database.unit_of_work()
        topic = external.Topic(job.topic or "", _LONG)
        for each in external.fetch(uow, _PLAYER, [topic], limit=external.MOST, at=self.at):
            if each.id != job.id:
                external.unlock(uow, each.id, at=self.at)
        return job

    def _look(self, act: Act, refusal: Refusal | None) -> Seen:
        passed = tuple(self.database.passed)
        with self.database.reader() as session:
            self._last, self._before = look(
                session, act, self._before, at=self.at, refusal=refusal, passed=passed
            )
        return self._last


def _refusal(error: Exception) -> Refusal:
    code = str(getattr(error, "code", "GEN-500"))
    return Refusal(code, str(error)[:2_000], tuple(getattr(error, "problems", ())), error)
