"""The pages of analytics: figures with their tables, a forecast, the event log as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from engine.model.instance import task_table
from engine.model.person import Person
from engine.model.report import Report
from engine.storage.bundles import latest
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.web.conftest import text_of
from webapp.talk.letters import Writer

DAY = timedelta(days=1)

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


def test_who_watches_sees_where_the_time_goes_and_the_table_behind_the_chart(
    a_purchase: Purchase, signed_in: Browser
):
    a_purchase(sent=True)

    page = signed_in("auditor").get("/monitoring/analytics?process=purchase&days=30")

    assert page.status_code == 200
    assert '<svg class="bar"' in page.text
    assert page.text.count("<table") >= 4
    assert "تحلیل" in text_of(page.text)


def test_people_are_compared_only_where_the_house_has_decided_so(
    a_purchase: Purchase, signed_in: Browser, app: Flask
):
    a_purchase(sent=True)
    page = "/monitoring/analytics?process=purchase&days=30"
    auditor = signed_in("auditor")

    usual = text_of(auditor.get(page).text)
    known = app.extensions["divan"]
    watched = replace(known.settings.monitoring, personal_figures=True)
    settings = replace(known.settings, monitoring=watched)
    app.extensions["divan"] = replace(known, settings=settings)
    decided = text_of(auditor.get(page).text)

    assert "به تفکیک شخص" not in usual
    assert "به تفکیک شخص" in decided
    assert "پرونده‌هایی که از مدل پیروی می‌کنند" in usual


def test_what_makes_no_sense_is_as_if_it_were_not_asked(signed_in: Browser):
    page = signed_in("auditor").get("/monitoring/analytics?process=nothing&days=7&unit=X")

    assert page.status_code == 200


def test_where_nothing_is_asked_the_process_of_the_newest_case_is_shown(
    a_purchase: Purchase, signed_in: Browser
):
    a_purchase(sent=True)

    page = signed_in("auditor").get("/monitoring/analytics")

    assert '<option value="purchase" selected' in page.text


def test_who_watches_no_cases_has_no_analytics(signed_in: Browser):
    buyer = signed_in("buyer")

    assert buyer.get("/monitoring/analytics").status_code == 403
    assert buyer.get("/monitoring/analytics/log.xes").status_code == 403


def test_with_too_few_like_cases_no_day_is_named(a_purchase: Purchase, signed_in: Browser):
    case, _ = a_purchase(sent=True)

    page = signed_in("auditor").get(f"/monitoring/analytics/forecast/{case}")

    assert "هنوز نمی‌توان گفت" in text_of(page.text)


def test_the_event_log_is_a_file_and_who_took_it_is_kept(a_purchase: Purchase, signed_in: Browser):
    case, _ = a_purchase(sent=True)
    auditor = signed_in("auditor")

    answer = auditor.get("/monitoring/analytics/log.xes?process=purchase")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert str(case) in answer.text
    assert auditor.get("/monitoring/analytics/log.doc").status_code == 404
    assert "دفتر رویدادها به صورت فایل گرفته شد" in text_of(
        signed_in("auditor").get("/access/log").text
    )


def test_the_same_figures_come_by_mail_in_the_readers_language(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase(sent=True)
    auditor, asked = signed_in("auditor"), {"process": "purchase", "every": "month", "days": "30"}
    assert auditor.post("/monitoring/analytics/reports", data=asked).status_code == 409
    with site.unit_of_work() as uow:
        where = update(Person).where(Person.username == "auditor")
        uow.session.execute(where.values(email="auditor@city.example"))
        uow.commit()

    auditor.post("/monitoring/analytics/reports", data=asked)

    with site.reader() as session:
        report = session.scalars(select(Report)).one()
        letter = Writer("https://divan.example").of_report(session, report.id, NOON + DAY)
    assert letter is not None
    assert letter["to"] == "auditor@city.example"
    assert "۱ پرونده آغاز شد" in letter["body"]
    assert "https://divan.example/monitoring/analytics?process=purchase" in letter["body"]
    assert "نخستین روز کاری ماه" in text_of(auditor.get("/monitoring/analytics").text)
    auditor.post(f"/monitoring/analytics/reports/{report.id}/stop")
    with site.reader() as session:
        assert session.scalars(select(Report)).all() == []


@pytest.fixture
def aimed(site: Database) -> Database:
    """The site with purchases of which nine deadlines in ten are to be kept."""
    with site.reader() as session:
        files = dict(latest(session, "purchase").bundle.files)
    asked = b"[purchase]\ntarget = 90\n"
    files["process.toml"] = files["process.toml"].replace(b"[purchase]\n", asked)
    deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON)
    with site.unit_of_work() as uow:
        where = update(Person).where(Person.username == "auditor")
        uow.session.execute(where.values(email="auditor@city.example"))
        uow.commit()
    return site


def test_fewer_deadlines_kept_than_asked_are_told_on_the_page_and_by_mail(
    aimed: Database, a_purchase: Purchase, signed_in: Browser
):
    a_purchase(sent=True)
    auditor = signed_in("auditor")
    page = "/monitoring/analytics?process=purchase&days=30"
    asked = {"process": "purchase", "every": "missed", "days": "30"}
    auditor.post("/monitoring/analytics/reports", data=asked)
    writer = Writer("https://divan.example")
    with aimed.reader() as session:
        report = session.scalars(select(Report)).one()
        assert writer.of_report(session, report.id, NOON + DAY) is None, "all were kept"
    assert "رعایت شد" in text_of(auditor.get(page).text).split("به تفکیک واحد")[-1]
    assert "رعایت نشد" not in text_of(auditor.get(page).text)

    with aimed.unit_of_work() as uow:
        answered = update(task_table).where(task_table.c.closed_at.is_not(None))
        uow.session.execute(answered.values(due_at=NOON - DAY))
        uow.commit()

    assert "رعایت نشد" in text_of(auditor.get(page).text)
    with aimed.reader() as session:
        letter = writer.of_report(session, report.id, NOON + DAY)
    assert letter is not None
    assert "۰ از ۱" in letter["body"]


def test_where_nothing_is_asked_of_deadlines_nobody_can_be_told_that_it_was_missed(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase(sent=True)
    auditor = signed_in("auditor")
    asked = {"process": "purchase", "every": "missed"}

    refused = auditor.post("/monitoring/analytics/reports", data=asked, follow_redirects=True)

    assert "گفته نشده است که چند درصد" in refused.text
    assert 'value="missed"' not in refused.text
    with site.reader() as session:
        assert session.scalars(select(Report)).all() == []


def test_a_chart_of_ones_own_is_chosen_kept_and_sent(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    a_purchase(sent=True)
    a_purchase("P-2")
    auditor, page = signed_in("auditor"), "/monitoring/analytics/chart"
    asked = {"process": "purchase", "days": "30", "measure": "answers", "split": "step"}

    shown = auditor.get(page, query_string=asked).text
    by_month = {**asked, "measure": "started", "split": "month"}
    months = text_of(auditor.get(page, query_string=by_month).text)
    wrong = auditor.get(page, query_string={**asked, "measure": "took"})

    assert "پاسخ‌های داده‌شده، به تفکیک گام" in text_of(shown)
    assert "شرح خرید ۱ ۱" in text_of(shown), "one answer, worked out from one"
    assert "۱۴۰۵ ۲ ۲" in months, "two cases of one month"
    assert wrong.status_code == 422
    assert 'id="split-problem"' in wrong.text

    auditor.post(f"{page}/keep", data={**asked, "name": '"><b>پاسخ'})
    nameless = auditor.post(f"{page}/keep", data={**asked, "name": " "}, follow_redirects=True)
    kept = auditor.get(page).text
    assert "نمودار نام می‌خواهد" in nameless.text
    assert "&#34;&gt;&lt;b&gt;" in kept
    assert "measure=answers&amp;split=step" in kept
    auditor.post(f"{page}/forget", data={"name": '"><b>پاسخ'})
    assert "measure=answers&amp;split=step" not in auditor.get(page).text

    with site.unit_of_work() as uow:
        where = update(Person).where(Person.username == "auditor")
        uow.session.execute(where.values(email="auditor@city.example"))
        uow.commit()
    auditor.post("/monitoring/analytics/reports", data={**asked, "every": "week"})
    with site.reader() as session:
        report = session.scalars(select(Report)).one()
        letter = Writer("https://divan.example").of_report(session, report.id, NOON + DAY)
    assert letter is not None
    said = letter["body"]
    assert "پاسخ‌های داده‌شده، به تفکیک گام" in said
    assert "شرح خرید: ۱" in said
    assert "/monitoring/analytics/chart?process=purchase" in said
    assert "پاسخ‌های داده‌شده، به تفکیک گام" in auditor.get("/monitoring/analytics").text
