"""Reports come by mail when the office opens in a new day, week or month, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.commands import reports
from engine.commands.reports import NoAddress, Wanted
from engine.errors import Forbidden, NotFound
from engine.model.calendar import Holiday, Weekend
from engine.model.job import job_table
from engine.model.person import Actor, Grant, Person
from engine.model.report import Every
from engine.queries.analytics.report import figures
from engine.storage.database import Database
from tests.kit import paying

#: a Wednesday; Thursday and Friday are off
WEDNESDAY = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
WEEKLY = Wanted("payment", None, 30, Every.WEEK)


@pytest.fixture
def auditor(bare_database: Database) -> Actor:
    """Somebody who watches, in a city that rests on Thursday and Friday, with a process."""
    person = Person(
        id=uuid4(), username="auditor", name_fa="حسابرس", name_en="Auditor", email="a@city.example"
    )
    with bare_database.unit_of_work() as uow:
        uow.session.add_all(
            [
                person,
                Weekend(valid_from=WEDNESDAY.date() - 400 * DAY, days="3,4"),
                Holiday(on=WEDNESDAY.date() + 3 * DAY, title="a holiday", source="test"),
            ]
        )
        uow.session.flush()
        uow.session.add(Grant(person_id=person.id, role="AUDITOR", unit_code="*"))
        uow.commit()
    paying.deploy(bare_database)
    return Actor(person.id, "auditor", "حسابرس", "Auditor", desks=frozenset({"AUDITOR@*"}))


def _letters(database: Database) -> list[str]:
    with database.reader() as session:
        keys = select(job_table.c.idem_key).where(job_table.c.kind == "mail")
        return sorted(session.scalars(keys))


def _ask(database: Database, auditor: Actor, wanted: Wanted = WEEKLY):
    return reports.ask(database.unit_of_work(), wanted, actor=auditor, at=WEDNESDAY)


def test_a_weekly_report_comes_once_on_the_first_working_day_of_the_week(bare_database, auditor):
    report = _ask(bare_database, auditor)
    for day in range(8):  # Saturday is a holiday
        for hour in (0, 1):
            reports.plan_due(bare_database, WEDNESDAY + day * DAY + timedelta(hours=hour))

    assert _letters(bare_database) == [f"mail/report/{report}/2026-11-22"]


def test_before_the_office_opens_nothing_is_sent(bare_database, auditor):
    _ask(bare_database, auditor)

    reports.plan_due(bare_database, datetime(2026, 11, 22, 3, 0, tzinfo=UTC))

    assert _letters(bare_database) == []


def test_a_report_says_what_its_reader_may_see_and_nothing_once_it_is_stopped(
    bare_database, auditor
):
    report = _ask(bare_database, auditor)
    paying.start(bare_database, 1)

    with bare_database.reader() as session:
        told = figures(session, report, paying.NOON + DAY)
    assert told is not None
    assert (told.email, told.sample.count) == ("a@city.example", 1)

    reports.stop(bare_database.unit_of_work(), report, actor=auditor)
    with bare_database.reader() as session:
        assert figures(session, report, paying.NOON) is None


def test_who_watches_nothing_or_has_no_address_gets_no_report(bare_database, auditor):
    with pytest.raises(Forbidden):
        _ask(bare_database, paying.CLERK)
    with bare_database.unit_of_work() as uow:
        uow.session.get_one(Person, auditor.person_id).email = None
        uow.commit()
    with pytest.raises(NoAddress):
        _ask(bare_database, auditor)


def test_nobody_stops_a_report_of_somebody_else(bare_database, auditor):
    report = _ask(bare_database, auditor)

    with pytest.raises(NotFound):
        reports.stop(bare_database.unit_of_work(), report, actor=paying.CLERK)
