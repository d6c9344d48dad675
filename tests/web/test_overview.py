"""The overview of the bridge: its figures, whom it shows them, how an open page stays true."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, tallying, upkeep
from engine.commands.mailing import letter_of_report
from engine.model.worker import WorkerRow
from engine.storage import jobs
from engine.storage.bundles import latest
from engine.storage.database import Database
from tests.kit import signing as kit
from tests.kit.sites import NOON
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


def test_the_overview_says_how_many_run_by_process_version_and_unit(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase(sent=True)
    a_purchase("P-2")
    tallying.count(site, NOON)

    page = signed_in("auditor").get("/monitoring/overview")

    text = text_of(page.text)
    assert "پرونده‌های در جریان ۲" in text
    assert "آغازشدهٔ امروز ۲ دیروز ۰" in text
    assert "شهرداری منطقه 7 ۲" in text
    assert 'href="/monitoring/cases?state=running&amp;process=purchase"' in page.text


def test_figures_that_nobody_counted_are_said_to_be_old(signed_in: Browser, site: Database):
    auditor = signed_in("auditor")
    assert "هنوز شمرده نشده‌اند" in text_of(auditor.get("/monitoring/overview").text)

    tallying.count(site, NOON - timedelta(hours=1))
    assert "این رقم‌ها کهنه است" in text_of(auditor.get("/monitoring/overview").text)

    counted = auditor.post("/monitoring/overview/count", follow_redirects=True)
    assert "این رقم‌ها کهنه است" not in text_of(counted.text)


def test_a_site_without_a_worker_is_ill_and_one_with_a_worker_is_not(
    signed_in: Browser, site: Database
):
    auditor = signed_in("auditor")
    assert "نادرست کارگرها ۰" in text_of(auditor.get("/monitoring/overview").text)

    row = WorkerRow(name="one", host="h", pid=1, started_at=NOON, beat_at=NOON, stopping=False)
    upkeep.give_sign(site.unit_of_work(), row, [], NOON)

    assert "درست کارگرها ۱" in text_of(auditor.get("/monitoring/overview").text)


def test_certificates_that_end_soon_and_jobs_that_wait_are_counted_in_plain_text(
    app: Flask, signed_in: Browser, site: Database
):
    ending = kit.holder(lasts=timedelta(days=40))
    kit.enrol(site, app.extensions["divan"].vault, "head", given=ending)
    letter = letter_of_report(uuid4(), NOON.date(), NOON - timedelta(seconds=5))
    with site.unit_of_work() as uow:
        jobs.plan(uow.session, [letter])
        uow.commit()

    page = signed_in("auditor").get("/monitoring/overview").text

    assert "نگاه کنید امضا گواهی‌هایی که به‌زودی تمام می‌شوند: ۱" in text_of(page)
    assert "کارهای سررسیده: ۱؛ قدیمی‌ترین ۵ ثانیه" in text_of(page)
    assert "&lt;bdi" not in page


def test_an_open_page_is_told_nothing_until_something_is_new(signed_in: Browser, site: Database):
    auditor = signed_in("auditor")
    first = auditor.get("/monitoring/overview/now")
    known = {"If-None-Match": first.headers["ETag"]}

    assert first.headers["ETag"].strip('"') in auditor.get("/monitoring/overview").text
    assert auditor.get("/monitoring/overview/now", headers=known).status_code == 304
    tallying.count(site, NOON)
    assert auditor.get("/monitoring/overview/now", headers=known).status_code == 200


def test_who_watches_nothing_has_no_overview(signed_in: Browser, site: Database):
    buyer = signed_in("buyer")

    assert buyer.get("/monitoring/overview").status_code == 403
    assert buyer.get("/monitoring/overview/now").status_code == 403
    assert buyer.post("/monitoring/overview/count").status_code == 403


def test_what_is_new_since_yesterday_stands_in_its_order_and_is_folded_beyond_a_few(
    signed_in: Browser, site: Database
):
    with site.reader() as session:
        files = dict(latest(session, "purchase").bundle.files)
    for number in range(1, 6):
        changed = {**files, "texts.en.toml": files["texts.en.toml"] + b"\n" * number}
        at = NOON + timedelta(minutes=number)
        deployments.deploy(site.unit_of_work(), Bundle(changed), at=at)
    tallying.count(site, NOON)

    page = signed_in("auditor").get("/monitoring/overview").text

    shown, folded = page.split("<details", 1)
    assert shown.index("نسخهٔ ۶، مستقر شد") < shown.index("نسخهٔ ۵، مستقر شد")
    assert "نسخهٔ ۲، مستقر شد" not in shown
    assert "نسخهٔ ۲، مستقر شد" in folded


def test_parts_are_chosen_and_ordered_by_buttons_and_views_are_counted(
    a_purchase: Purchase, signed_in: Browser
):
    a_purchase()
    a_purchase("P-2", sent=True)
    auditor, parts = signed_in("auditor"), "/monitoring/overview/parts"
    usual = auditor.get("/monitoring/overview")
    assert 'id="processes"' in usual.text
    assert 'id="causes"' not in usual.text
    view = {"name": "خریدها", "process": "purchase"}
    auditor.post("/monitoring/cases/views", data=view)
    auditor.post("/monitoring/cases/views", data={"name": "پایان‌یافته", "state": "finished"})

    asked = auditor.get("/monitoring/overview?choose=1").text
    keys = re.findall(r'<input type="hidden" name="key" value="(\w+)"', asked)
    told = {"key": keys, "shown": ["units", "causes", "views"], "move": "earlier:causes"}
    moved = auditor.post(parts, data=told)
    kept = auditor.get("/monitoring/overview").text
    later = auditor.get("/monitoring/overview?choose=1").text

    assert moved.location.endswith("?choose=1"), "who moves one may move it on"
    assert "خریدها ۲ پرونده در این لحظه" in text_of(kept)
    assert "پایان‌یافته ۰" in text_of(kept)
    assert "چیزی جلوی پرونده‌ای را نگرفته" in text_of(kept)
    assert 'id="processes"' not in kept
    assert re.findall(r'name="key" value="(\w+)"', later)[:3] == ["units", "causes", "views"]
    other = signed_in("admin").get("/monitoring/overview").text
    assert 'id="processes"' in other, "it is each reader's own"
    for again in ({"usual": "1", "key": keys}, {"key": ["nothing"], "shown": ["nothing"]}):
        auditor.post(parts, data=again)
        assert 'id="processes"' in auditor.get("/monitoring/overview").text


def test_a_kept_chart_stands_on_the_overview_and_is_worked_out_after_it(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase("P-1", sent=True)
    tallying.count(site, NOON)
    auditor, overview = signed_in("auditor"), "/monitoring/overview"
    asked = {"process": "purchase", "days": "30", "measure": "answers", "split": "step"}
    name = 'گام‌ها "><b>'

    auditor.post("/monitoring/analytics/chart/keep", data={**asked, "name": name, "pinned": "1"})
    page = auditor.get(overview).text
    [drawing] = re.findall(r'data-later="([^"]+)"', page)
    drawn = auditor.get(unescape(drawing)).text
    choices = auditor.get(f"{overview}?choose=1").text
    keys = [unescape(each) for each in re.findall(r'name="key" value="([^"]+)"', choices)]

    assert "شرح خرید ۱" not in text_of(page), "an overview waits for no chart"
    assert "شرح خرید ۱ ۱" in text_of(drawn)
    assert "<html" not in drawn
    assert "<b>" not in page + choices
    assert page.index('id="processes"') < page.index("data-later"), (
        "it comes behind the usual parts"
    )
    assert f"chart:{name}" in keys
    assert "data-later" not in signed_in("admin").get(overview).text

    wanted = {"key": keys, "shown": [f"chart:{name}", "figures"], "move": f"earlier:chart:{name}"}
    auditor.post(f"{overview}/parts", data=wanted)
    assert 'id="processes"' not in auditor.get(overview).text
    nobody = auditor.get(
        "/monitoring/analytics/chart/drawn", query_string={**asked, "process": "x"}
    )
    assert "واحد این نمودار دیگر نیست" in text_of(nobody.text)
    assert signed_in("buyer").get(unescape(drawing)).status_code == 403
    auditor.post("/monitoring/analytics/chart/forget", data={"name": name})
    assert "data-later" not in auditor.get(overview).text
