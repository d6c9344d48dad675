"""A working calendar changes: what counts by it is due at another time.

The change commits with a job that moves timers, and deadlines of open tasks with their
reminders, so that none is forgotten when the process dies in between. Each case that is
moved has a line of it in its history. Before that it can be asked what would move.
A deadline that has passed stays, and none is moved into the past (R-CAL-05).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from engine.commands.admins import must_be_admin
from engine.commands.deadlines import due_at, notice_moments
from engine.commands.follow import Following
from engine.commands.opening import WORKING_TIME
from engine.commands.retried import retried
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.event import EventKind
from engine.model.job import Job, JobKind, JobState
from engine.model.person import ANYWHERE, Actor
from engine.storage import calendar as rows
from engine.storage import jobs
from engine.storage.admin_events import tell
from engine.storage.bundles import deployed
from engine.storage.calendar import Calendars, UnitChange, calendars
from engine.storage.database import Session, UnitOfWork
from engine.storage.timed import DueTask, RunningTimer, due_tasks, running_timers

#: deadlines a page looks at before a change is applied; the job looks at all
MOST_LOOKED_AT: Final = 20_000
LEASE: Final = 600  #: seconds that a stretch may take
PORTION: Final = 200  #: timers or deadlines looked at before the next are asked for
STRETCH: Final = 1_000  #: …before other work gets its turn and a worker told to stop can
#: what one job after the other goes through, in this order
TIMERS, DEADLINES = "timers", "deadlines"


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline that a change of a calendar moves."""

    task: DueTask
    to: datetime


@dataclass(frozen=True, slots=True)
class MovedTimer:
    """A running timer that a change of a calendar moves."""

    timer: RunningTimer
    to: datetime


@dataclass(frozen=True, slots=True)
class Moves:
    """What a change of a calendar would move."""

    tasks: tuple[Move, ...]
    timers: tuple[MovedTimer, ...]
    is_all: bool  #: there were not too many to be looked at


@retried
def close_day(uow: UnitOfWork, on: date, title: str, *, source: str, at: datetime) -> bool:
    """Make a day a holiday; a day that is one stays as it is. Tell whether it was none."""
    with uow:
        is_new = rows.close_day(uow.session, on, title, source)
        if is_new:
            _changed(uow, at)
        uow.commit()
        return is_new


@retried
def open_day(uow: UnitOfWork, on: date, *, at: datetime) -> bool:
    """Make a holiday an ordinary day of its week; tell whether it was a holiday."""
    with uow:
        was_one = rows.open_day(uow.session, on)
        if was_one:
            _changed(uow, at)
        uow.commit()
        return was_one


@retried
def change(uow: UnitOfWork, wanted: UnitChange, *, actor: Actor, at: datetime) -> None:
    """Change what a unit's calendar says itself; what runs by it moves right afterwards.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        CalendarUnfit: an office that closes before it opens, a week without a working day.
    """
    must_be_admin(actor)
    with uow:
        wanted.planned(calendars(uow.session))
        rows.keep_own(uow.session, wanted, actor.username, at)
        tell(
            uow.session,
            AdminEventKind.CALENDAR_CHANGED,
            actor=actor.username,
            at=at,
            unit=wanted.unit,
            **wanted.told(),
        )
        _changed(uow, at)
        uow.commit()


def moves(session: Session, wanted: UnitChange, at: datetime) -> Moves:
    """Return which deadlines and running timers would move if a calendar were changed so.

    Raises:
        CalendarUnfit: it cannot be changed so.
    """
    known = calendars(session)
    planned = wanted.planned(known)
    # what lies in no unit of the tree counts by the city's calendar as well
    units = None if wanted.unit == ANYWHERE else known.under(wanted.unit)
    tasks, timers = 0, 0
    moved_tasks: list[Move] = []
    for each in islice(_due_tasks(session, units), MOST_LOOKED_AT):
        tasks += 1
        if (due := _due_of(session, each, planned, at)) is not None:
            moved_tasks.append(Move(each, due))
    moved_timers: list[MovedTimer] = []
    for timer in islice(_running_timers(session, units), MOST_LOOKED_AT):
        timers += 1
        if (due := _due_of_timer(session, timer, planned)) is not None:
            moved_timers.append(MovedTimer(timer, due))
    is_all = max(tasks, timers) < MOST_LOOKED_AT
    return Moves(tuple(moved_tasks), tuple(moved_timers), is_all)


def _due_tasks(session: Session, units: frozenset[str] | None) -> Iterator[DueTask]:
    last = None
    while portion := due_tasks(session, units, last, PORTION):
        yield from portion
        last = portion[-1].task_id


def _running_timers(session: Session, units: frozenset[str] | None) -> Iterator[RunningTimer]:
    last = None
    while portion := running_timers(session, WORKING_TIME, units, last, PORTION):
        yield from portion
        last = portion[-1].job_id


def move_timers(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Move the next timers, or deadlines of tasks, that count by a calendar.

    One transaction each; taken again after a crash, those that are right stay. Where there
    are more than a stretch, the next job goes on behind the last that was looked at.

    Raises:
        LeaseLost: another worker has the job.
    """
    what: str = job.facts.get("what", TIMERS)
    after = UUID(job.facts["after"]) if "after" in job.facts else None
    last = (_move_timers if what == TIMERS else _move_deadlines)(uow, after, at)
    if last is not None:
        _go_on(uow, job, at, {"what": what, "after": str(last)})
    elif what == TIMERS:
        _go_on(uow, job, at, {"what": DEADLINES})
    else:
        _close(uow, job)


def _move_timers(uow: UnitOfWork, after: UUID | None, at: datetime) -> UUID | None:
    """Move the timers of a stretch; return the last looked at, ``None`` after all."""
    for _ in range(0, STRETCH, PORTION):
        portion = _portion(uow, after)
        for each in portion:
            _move(uow, each, at)
        if len(portion) < PORTION:
            return None
        after = portion[-1]
    return after


def _move_deadlines(uow: UnitOfWork, after: UUID | None, at: datetime) -> UUID | None:
    """Move the deadlines of a stretch; return the last task looked at, ``None`` after all."""
    for _ in range(0, STRETCH, PORTION):
        portion = _due_portion(uow, after)
        for task_id in _moved(uow, portion, at):
            _move_task(uow, task_id, at)
        if len(portion) < PORTION:
            return None
        after = portion[-1].task_id
    return after


def _changed(uow: UnitOfWork, at: datetime) -> None:
    version = rows.changed(uow.session)
    uow.plan([_job(f"calendar/{version}", at, {})])


@retried
def _go_on(uow: UnitOfWork, job: Job, at: datetime, facts: Mapping[str, Any]) -> None:
    """Close a job and plan the one that goes on from where it has come to."""
    with uow:
        _, version, *_ = job.idem_key.split("/")
        place = "/".join(facts.values())
        uow.plan([_job(f"calendar/{version}/{place}", at, facts)])
        jobs.close(uow.session, job, JobState.DONE)
        uow.commit()


def _job(idem_key: str, at: datetime, facts: Mapping[str, Any]) -> Job:
    return Job(
        id=new_id(),
        instance_id=None,
        kind=JobKind.CALENDAR,
        idem_key=idem_key,
        token="",
        element_id="",
        topic=None,
        run_at=at,
        created_at=at,
        facts=facts,
        lease_seconds=LEASE,
    )


@retried
def _portion(uow: UnitOfWork, after: UUID | None) -> list[UUID]:
    with uow:
        return jobs.timers_by(uow.session, WORKING_TIME, after, PORTION)


@retried
def _due_portion(uow: UnitOfWork, after: UUID | None) -> list[DueTask]:
    with uow:
        return due_tasks(uow.session, None, after, PORTION)


@retried
def _moved(uow: UnitOfWork, portion: Sequence[DueTask], at: datetime) -> list[UUID]:
    with uow:
        known = calendars(uow.session)
        return [
            each.task_id for each in portion if _due_of(uow.session, each, known, at) is not None
        ]


def _due_of(session: Session, task: DueTask, known: Calendars, at: datetime) -> datetime | None:
    """Return when a task is due by these calendars; ``None`` where that is no change."""
    config = deployed(session, task.definition_id).bundle.process(task.process_id)
    declared = config.step(task.element_id).due
    if declared is None or declared.unit == "until" or task.due_at <= at:
        return None
    due = due_at(declared, task.created_at, {}, known.of(task.unit))
    return due if due is not None and due != task.due_at and due > at else None


def _due_of_timer(session: Session, timer: RunningTimer, known: Calendars) -> datetime | None:
    """Return when a timer's time comes by these calendars; ``None`` where that is no change."""
    config = deployed(session, timer.definition_id).bundle.process(timer.process_id)
    declared = config.timers.get(timer.element_id)
    if declared is None or declared.unit == "until":
        return None
    due = due_at(declared, timer.created_at, {}, known.of(timer.unit))
    return due if due is not None and due != timer.run_at else None


@retried
def _move_task(uow: UnitOfWork, task_id: UUID, at: datetime) -> None:
    """Move the deadline of one task and what reminds of it."""
    with uow:
        instance, task = uow.cases.of_task(task_id)
        if task.is_closed or task.due_at is None or task.due_at <= at:
            return
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        declared = following.bundle.process(instance.process_id).step(task.element_id).due
        due = due_at(declared, task.created_at, instance.variables, following.calendar)
        if due is None or due == task.due_at or due <= at:
            return
        facts = {"from": task.due_at.isoformat(), "to": due.isoformat()}
        task.due_at = due
        notices = notice_moments(task.created_at, due, following.calendar)
        for each in jobs.notices_of(uow.session, instance.id, task.token):
            if each.topic in notices:
                jobs.move(uow.session, each, notices[each.topic])
        following.tell(EventKind.RESCHEDULED, task=task, facts=facts)
        following.commit()


@retried
def _move(uow: UnitOfWork, timer_id: UUID, at: datetime) -> None:
    """Move one timer, if it still waits and is due at another time now."""
    with uow:
        timer = jobs.waiting(uow.session, timer_id)
        if timer is None:
            return
        instance = uow.cases.one(timer.case_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        config = following.bundle.process(timer.facts["process_id"])
        declared = config.timers.get(timer.element_id)
        due = due_at(declared, timer.created_at, instance.variables, following.calendar)
        if due is None or due == timer.run_at:
            return
        jobs.move(uow.session, timer, due)
        following.tell(
            EventKind.RESCHEDULED,
            element_id=timer.element_id,
            facts={"from": timer.run_at.isoformat(), "to": due.isoformat()},
        )
        following.commit()


@retried
def _close(uow: UnitOfWork, job: Job) -> None:
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        uow.commit()
