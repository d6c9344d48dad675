"""The working calendar changes: timers that count by it are due at another time.

The change commits with a job that moves them, so that none is forgotten when the
process dies in between. Each case whose timer moves has a line of it in its history.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine.commands.deadlines import due_at
from engine.commands.follow import Following
from engine.commands.opening import WORKING_TIME
from engine.commands.retried import retried
from engine.model.base import new_id
from engine.model.event import EventKind
from engine.model.job import Job, JobKind, JobState
from engine.storage import calendar as rows
from engine.storage import jobs
from engine.storage.database import UnitOfWork

LEASE: Final = 3_600  #: seconds that moving all timers may take
PORTION: Final = 200  #: timers looked at before the next are asked for


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


def move_timers(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Move every timer that counts by the calendar to where it is due now.

    One transaction a timer; taken again after a crash, those that are right stay.

    Raises:
        LeaseLost: another worker has the job.
    """
    last: UUID | None = None
    while portion := _portion(uow, last):
        for each in portion:
            _move(uow, each, at)
        last = portion[-1]
    _close(uow, job)


def _changed(uow: UnitOfWork, at: datetime) -> None:
    version = rows.changed(uow.session)
    uow.plan(
        [
            Job(
                id=new_id(),
                instance_id=None,
                kind=JobKind.CALENDAR,
                idem_key=f"calendar/{version}",
                token="",
                element_id="",
                topic=None,
                run_at=at,
                created_at=at,
                lease_seconds=LEASE,
            )
        ]
    )


@retried
def _portion(uow: UnitOfWork, after: UUID | None) -> list[UUID]:
    with uow:
        return jobs.timers_by(uow.session, WORKING_TIME, after, PORTION)


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
