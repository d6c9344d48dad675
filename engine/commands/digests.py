"""Morning letters: what waits for each person, told when the office opens.

The round of the workers plans one job for each moment of the day at which offices open; it
runs then, by whichever worker, also one that was started later. The job plans the letters, each
under a key of its person and day, so that nobody gets two, whatever died in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from engine.commands import rounds
from engine.commands.mailing import letter_of_digest
from engine.commands.retried import retried
from engine.model.base import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.notice import MAIL, NoticeKind, wish_of
from engine.model.person import ANYWHERE, Actor
from engine.storage import digests, jobs
from engine.storage.calendar import Calendars, calendars
from engine.storage.database import Database, UnitOfWork
from engine.storage.digests import LISTED, Told, Window
from engine.values import WorkingCalendar, local_date
from engine.values.later import opening

ROUND: Final = "digests"
EVERY: Final = timedelta(minutes=10)  #: between two looks at when offices open
PORTION: Final = 200  #: people whose letters are gathered together
LEASE: Final = 3_600  #: seconds that all letters of one moment may take
_LONGEST_HOLIDAY: Final = 31  #: days looked back for the letter before


def plan_openings(database: Database, at: datetime) -> bool:
    """Plan the morning letters of today's offices, unless another worker just did.

    A day off has none, nor has an office that closed before anybody looked.
    """
    made = rounds.make(database, ROUND, EVERY, at, lambda uow: _plan_openings(uow, at))
    return made is not None


def _plan_openings(uow: UnitOfWork, at: datetime) -> int:
    known, today = calendars(uow.session), local_date(at)
    offices = [known.of(each) for each in (*known.parents, ANYWHERE)]
    moments = {opening(today, each) for each in offices if _is_open_today(each, at)}
    uow.plan([_job_of(each, at) for each in sorted(moments)])
    return len(moments)


def gather(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Plan a letter for everybody whose office opens at the job's moment and whom something waits.

    In portions of people, each in a transaction of its own; taken again after a crash, the
    letters that are planned stay. A morning that has passed is left to the next.

    Raises:
        LeaseLost: another worker has the job.
    """
    opens = datetime.fromisoformat(job.facts["opens"])
    last: UUID | None = None
    while local_date(opens) == local_date(at):
        last = _gather_some(uow, opens, last, at)
        if last is None:
            break
    _close(uow, job)


@retried
def _gather_some(uow: UnitOfWork, opens: datetime, after: UUID | None, at: datetime) -> UUID | None:
    """Plan the letters of the next people; return the last of them, ``None`` after the last."""
    with uow:
        people = digests.wishing(uow.session, after, PORTION, at)
        known, on = calendars(uow.session), local_date(opens)
        wanted = [
            (calendar, each)
            for each in people
            if each.preferences["digest"] != "none"
            and (calendar := _office_of(each, known, on)) is not None
            and opening(on, calendar) == opens
        ]
        wanted.sort(key=lambda each: _before(each[0], on))
        for since, some in groupby(wanted, key=lambda each: _before(each[0], on)):
            some_people = {each.person_id: each for _, each in some}
            window = Window(at, on, since)
            found = digests.told(uow.session, list(some_people.values()), window)
            letters = (_told_to(some_people[each], told) for each, told in found.items())
            planned = zip(found, letters, strict=True)
            uow.plan([letter_of_digest(each, on, told, at) for each, told in planned if told])
        uow.commit()
        return people[-1].person_id if people else None


def _told_to(person: Actor, told: Told) -> Mapping[str, Any] | None:
    """Return what a letter's job keeps: ids only, for it is written when it goes."""
    unread = [each for each in told.unread if _is_for_letter(person, each.kind)]
    kinds = {each.kind: each.of_kind for each in unread}
    steps = [each for section in told.sections for each in section.steps]
    if not steps and not unread:
        return None
    return {
        "counts": [each.count for each in told.sections],
        "steps": [[str(each.task_id) for each in section.steps] for section in told.sections],
        "for": {
            str(each.task_id): [each.stands_in.name_fa, each.stands_in.name_en]
            for each in steps
            if each.stands_in is not None
        },
        "unread": sum(kinds.values()),
        "notices": [str(each.notice_id) for each in unread[:LISTED]],
    }


def _is_for_letter(person: Actor, kind: NoticeKind) -> bool:
    """Tell whether a letter says what was not read: mentions, and what was kept back for it."""
    if kind is NoticeKind.MENTIONED:
        return True
    preferences = person.preferences
    return preferences["digest"] == "only" and wish_of(kind, preferences) == MAIL


def _office_of(person: Actor, known: Calendars, on: date) -> WorkingCalendar | None:
    """Return the calendar of that office of a person's which opens first; ``None``: all rest.

    Who works in no unit, as those of a contractor do, has the city's.
    """
    offices = [known.of(each) for each in sorted(person.units)] or [known.of(None)]
    working = [each for each in offices if each.is_working(on)]
    return min(working, key=lambda each: opening(on, each), default=None)


def _is_open_today(office: WorkingCalendar, at: datetime) -> bool:
    """Tell whether an office works today and has not closed yet."""
    today = local_date(at)
    opens, closes = office.hours_on(today)
    span = timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)
    return office.is_working(today) and at < opening(today, office) + span


def _before(office: WorkingCalendar, on: date) -> datetime:
    """Return when the office opened on its working day before, which had a letter too."""
    days = (on - timedelta(days=each) for each in range(1, _LONGEST_HOLIDAY + 1))
    worked: Iterable[date] = (each for each in days if office.is_working(each))
    return opening(next(iter(worked), on - timedelta(days=_LONGEST_HOLIDAY)), office)


def _job_of(opens: datetime, at: datetime) -> Job:
    return Job(
        id=new_id(),
        instance_id=None,
        kind=JobKind.DIGEST,
        idem_key=f"digest/{opens.isoformat()}",
        token="",
        element_id="",
        topic=None,
        run_at=opens,
        created_at=at,
        facts={"opens": opens.isoformat()},
        lease_seconds=LEASE,
    )


@retried
def _close(uow: UnitOfWork, job: Job) -> None:
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        uow.commit()
