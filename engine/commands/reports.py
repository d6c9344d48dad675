"""Reports by mail: asked for by who watches cases, planned by the calendar of the unit.

The round of the workers plans a letter when the office has opened on a working day of a new day,
week or month; the letter is a job under a key of its report and day, so that there is one, whatever
died in between, and it says what is true when it goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.commands import rounds
from engine.commands.mailing import letter_of_report
from engine.commands.retried import retried
from engine.errors import Conflict, Forbidden, NotFound
from engine.model.base import new_id
from engine.model.job import Job
from engine.model.person import Actor, Person
from engine.model.report import Every, Report
from engine.storage import reports
from engine.storage.calendar import Calendars, calendars
from engine.storage.database import Database, Session, UnitOfWork
from engine.values import local_date
from engine.values.later import opening

ROUND: Final = "reports"
EVERY: Final = timedelta(minutes=10)  #: between two looks at what is due
MOST: Final = 20  #: reports of one person


class NoAddress(Conflict):
    """Mail cannot be sent to somebody who never confirmed an address."""

    code = "GEN-NO-ADDRESS"


class TooManyReports(Conflict):
    """Nobody reads so many."""

    code = "GEN-REPORTS"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is about."""

    process_id: str
    unit: str | None
    days: int
    every: Every
    chart: str | None = None  #: measure and split of the reader's own; ``None``: all figures


@retried
def ask(uow: UnitOfWork, wanted: Wanted, *, actor: Actor, at: datetime) -> UUID:
    """Have a report sent from the next day, week or month on; return its id.

    Raises:
        Forbidden: the actor watches no cases.
        NoAddress: he has not confirmed where he gets mail.
        TooManyReports: he has `MOST` of them.
    """
    if not reports.may_have(actor):
        raise Forbidden("who watches no cases has no report about them")
    with uow:
        if uow.session.get_one(Person, actor.person_id).email is None:
            raise NoAddress(actor.username)
        if len(reports.of_person(uow.session, actor.person_id)) >= MOST:
            raise TooManyReports(actor.username)
        row = Report(
            id=new_id(),
            person_id=actor.person_id,
            process_id=wanted.process_id,
            unit=wanted.unit,
            days=wanted.days,
            every=wanted.every.value,
            chart=wanted.chart,
            created_at=at,
            sent_on=local_date(at),
        )
        uow.session.add(row)
        uow.commit()
        return row.id


@retried
def stop(uow: UnitOfWork, report_id: UUID, *, actor: Actor) -> None:
    """Have a report sent no more.

    Raises:
        NotFound: it is none of the actor's.
    """
    with uow:
        row = uow.session.get(Report, report_id)
        if row is None or row.person_id != actor.person_id:
            raise NotFound(f"no report {report_id}")
        uow.session.delete(row)
        uow.commit()


def plan_due(database: Database, at: datetime) -> int:
    """Plan the letters of reports that are due, unless another worker just did; tell how many."""
    return rounds.make(database, ROUND, EVERY, at, lambda uow: _plan_due(uow, at)) or 0


def _plan_due(uow: UnitOfWork, at: datetime) -> int:
    letters = _due(uow.session, calendars(uow.session), at)
    uow.plan(letters)
    return len(letters)


def _due(session: Session, known: Calendars, at: datetime) -> list[Job]:
    today, letters = local_date(at), []
    for each in reports.not_sent_on(session, today):
        office = known.of(each.unit)
        if not office.is_working(today) or at < opening(today, office) or not each.is_due(today):
            continue
        each.sent_on = today
        letters.append(letter_of_report(each.id, today, at))
    return letters
