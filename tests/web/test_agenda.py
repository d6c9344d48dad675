"""My work by day: a month in the reader's calendar, and how much is due when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from engine.commands import preferences
from engine.model.calendar import Holiday
from engine.model.instance import task_table
from engine.model.person import Actor
from engine.queries.agenda import agenda
from engine.storage.database import Database
from engine.values import end_of_day
from tests.kit.sites import NOON
from tests.web.conftest import text_of

pytestmark = pytest.mark.both_databases

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]

TODAY = date(2026, 7, 25)  #: a Saturday, 1405/05/03


@pytest.fixture
def due(site: Database, a_purchase: Purchase) -> Callable[[str, datetime | None], UUID]:
    """Start a purchase whose open step is due at a moment."""

    def start(number: str, at: datetime | None) -> UUID:
        _, task = a_purchase(number)
        with site.unit_of_work() as uow:
            uow.session.execute(update(task_table).where(task_table.c.id == task).values(due_at=at))
            uow.commit()
        return task

    return start


def day_of(page: str, day: str) -> str:
    """Return what the cell of a day says."""
    [cell] = [each for each in re.findall(r"<td.*?</td>", page, re.DOTALL) if day in each]
    return text_of(cell)


def test_a_step_stands_on_the_last_day_of_its_deadline(signed_in: Browser, due):
    task = due("P-1", end_of_day(date(2026, 7, 27)))

    page = signed_in("buyer").get("/inbox/calendar").text

    assert f"/tasks/{task}" in page
    assert "شرح خرید" in day_of(page, 'datetime="2026-07-27"')
    assert "شرح خرید" not in day_of(page, 'datetime="2026-07-28"')
    assert "مرداد ۱۴۰۵" in text_of(page)


def test_overdue_steps_and_days_off_are_told_in_words(site: Database, signed_in: Browser, due):
    due("P-1", NOON - timedelta(days=1))
    with site.unit_of_work() as uow:
        uow.session.add(Holiday(on=date(2026, 7, 29), title="x", source="test"))
        uow.commit()

    page = signed_in("buyer").get("/inbox/calendar").text

    assert "عقب‌افتاده: ۱" in day_of(page, 'datetime="2026-07-24"')
    assert "تعطیل" in day_of(page, 'datetime="2026-07-29"')
    assert "تعطیل" not in day_of(page, 'datetime="2026-07-28"')


def test_a_day_names_three_steps_and_counts_the_others(signed_in: Browser, due):
    for number in range(5):
        due(f"P-{number}", NOON + timedelta(days=2))

    cell = day_of(signed_in("buyer").get("/inbox/calendar").text, 'datetime="2026-07-27"')

    assert cell.count("شرح خرید") == 3
    assert "و ۲ تای دیگر" in cell


def test_other_months_stand_in_the_address_and_nonsense_leads_to_this_one(signed_in: Browser, due):
    due("P-1", NOON + timedelta(days=40))
    browser = signed_in("buyer")

    [later] = re.findall(r'href="(\S+)" data-key="KeyN"', browser.get("/inbox/calendar").text)

    assert "شهریور ۱۴۰۵" in text_of(browser.get(later).text)
    assert "شرح خرید" in browser.get(later).text
    for nonsense in ("x", "0001-01-01", "9999-12-31"):
        assert "مرداد ۱۴۰۵" in text_of(browser.get(f"/inbox/calendar?day={nonsense}").text)


def test_who_chose_the_gregorian_calendar_sees_its_months(
    site: Database, actor_of: ActorOf, signed_in: Browser
):
    uow = site.unit_of_work()
    preferences.keep(uow, "calendar", "gregorian", actor=actor_of("buyer"), at=NOON)

    page = signed_in("buyer").get("/inbox/calendar?day=2026-02-10").text

    assert "۲۰۲۶" in text_of(page)
    assert page.count("<time datetime=") == 28


def test_each_open_step_is_counted_once_in_the_load(site: Database, actor_of: ActorOf, due):
    moments = [None, *(NOON + timedelta(days=each) for each in (-3, 0, 2, 5, 7, 12, 14, 60))]
    for number, at in enumerate(moments):
        due(f"P-{number}", at)
    with site.reader() as session:
        found = agenda(session, actor_of("buyer"), [TODAY], TODAY + timedelta(days=6), at=NOON)

    load = found.load
    assert (load.overdue, load.this_week, load.next_week) == (2, 2, 2)
    assert (load.later, load.undated) == (2, 1)


def test_what_lies_at_others_desks_is_not_shown(signed_in: Browser, due):
    due("P-1", NOON + timedelta(days=2))

    assert "شرح خرید" not in signed_in("head15").get("/inbox/calendar").text


def test_a_month_is_one_statement_whatever_its_rows(site: Database, actor_of: ActorOf, due):
    for number in range(12):
        due(f"P-{number}", NOON + timedelta(days=number % 5))
    actor, days = actor_of("buyer"), [TODAY + timedelta(days=each) for each in range(31)]
    sent: list[str] = []
    listener = (site.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    with site.reader() as session:
        session.scalars(select(task_table.c.id)).all()
        event.listen(*listener)
        found = agenda(session, actor, days, TODAY + timedelta(days=6), at=NOON)
        event.remove(*listener)

    assert sum(each.count for each in found.days) == 12
    assert len([each for each in sent if "human_task" in each]) == 1
