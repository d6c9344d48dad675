"""The list of all cases: who sees it, what it is asked, what it says of a wrong question."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from engine.commands.case_suspension import suspend
from engine.jobs import run_due
from engine.model.human_task import task_table
from engine.model.person import Actor
from engine.settings import MonitoringSettings
from engine.storage.database import Database
from tests.kit.sites import NOON, Clock
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


def test_who_watches_sees_every_case_and_where_it_waits(a_purchase: Purchase, signed_in: Browser):
    case, _ = a_purchase(sent=True)

    page = signed_in("auditor").get("/monitoring/cases")

    text = text_of(page.text)
    assert "پرونده‌های یافته‌شده: ۱" in text
    assert "در جریان تأیید خرید" in text
    assert f'href="/cases/{case}"' in page.text


def test_an_administrator_sees_where_a_case_stands_but_not_into_it(
    a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase(sent=True)
    admin = signed_in("admin")

    page = admin.get("/monitoring/cases")

    assert "در جریان تأیید خرید" in text_of(page.text)
    assert f'href="/cases/{case}"' not in page.text
    assert f'href="/monitoring/cases/{case}"' in page.text
    assert admin.get(f"/cases/{case}").status_code == 404


def test_who_watches_nothing_has_no_such_list(signed_in: Browser):
    buyer = signed_in("buyer")

    assert buyer.get("/monitoring/cases").status_code == 403
    assert "/monitoring/cases" not in buyer.get("/inbox").text


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"state": "running"}, True),
        ({"state": "finished"}, False),
        ({"process": "purchase"}, True),
        ({"unit": "D15"}, False),
        ({"version": "۱"}, True),
        ({"from": "1405/05/03", "to": "۱۴۰۵/۰۵/۰۳"}, True),
        ({"to": "1405/05/02"}, False),
        ({"from": "1405/05/04"}, False),
        ({"incident": "true"}, False),
        ({"process": "purchase", "value.quantity": "۵"}, True),
        ({"process": "purchase", "value.quantity": "6"}, False),
        ({"q": "چیزی که نیست"}, False),
    ],
)
def test_what_is_asked_is_found(
    a_purchase: Purchase, signed_in: Browser, asked: dict[str, str], is_found: bool
):
    a_purchase(sent=True)

    page = signed_in("auditor").get("/monitoring/cases", query_string=asked)

    assert page.status_code == 200
    assert ("در جریان تأیید خرید" in text_of(page.text)) is is_found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from": "1405/13/01"}, "تاریخ تقویم نیست"),
        ({"state": "lost"}, "از گزینه‌ها نیست"),
        ({"version": "یک"}, "عدد"),
        ({"version": "9" * 30}, "۲٬۱۴۷٬۴۸۳٬۶۴۷"),
        ({"process": "purchase", "value.quantity": "x"}, "عدد نیست"),
    ],
)
def test_a_wrong_question_is_told_beside_its_field(
    site: object, signed_in: Browser, asked: dict[str, str], said: str
):
    page = signed_in("auditor").get("/monitoring/cases", query_string=asked)

    assert page.status_code == 422
    assert said in text_of(page.text)
    [*_, (field, typed)] = asked.items()
    assert f'id="{field}-problem"' in page.text
    assert typed in page.text


def test_the_next_page_asks_the_same(a_purchase: Purchase, signed_in: Browser):
    for _ in range(26):
        a_purchase(sent=True)
    auditor = signed_in("auditor")

    first = auditor.get("/monitoring/cases?process=purchase&value.quantity=5")
    assert "پرونده‌های یافته‌شده: ۲۶" in text_of(first.text)
    found = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert found is not None
    address = unescape(found[1])
    second = auditor.get(address)

    assert "value.quantity=5" in address
    assert second.text.count('<td class="title">') == 1


@pytest.mark.parametrize(
    "key",
    [
        f'["0001-01-01T00:00:00+14:00", "{UUID(int=1)}"]',
        f'["9999-12-31T23:59:59-14:00", "{UUID(int=1)}"]',
        "[" * 6000,
        "[1, 2]",
        "no key",
    ],
)
@pytest.mark.parametrize("list_", ["/monitoring/cases", "/inbox"])
def test_a_page_key_that_was_tampered_with_is_the_first_page(
    a_purchase: Purchase, signed_in: Browser, list_: str, key: str
):
    a_purchase(sent=True)
    after = base64.urlsafe_b64encode(key.encode()).decode()

    page = signed_in("auditor").get(list_, query_string={"after": after})

    assert page.status_code == 200
    assert ("خرید" in text_of(page.text)) is (list_ == "/monitoring/cases")


def test_monitoring_leads_to_a_room_that_is_open_to_who_asks(site: object, signed_in: Browser):
    page = signed_in("auditor").get("/monitoring/", follow_redirects=True)

    assert page.status_code == 200
    assert re.search(r'<nav class="tabs rooms"[^>]*>\s*<a href="/monitoring/', page.text)
    assert signed_in("buyer").get("/monitoring/").status_code == 403


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"process": "purchase", "element": "approve"}, True),
        ({"process": "purchase", "element": "describe"}, False),
        ({"ended_from": "1405/01/01"}, False),
    ],
)
def test_cases_are_found_by_where_they_wait_and_when_they_ended(
    a_purchase: Purchase, signed_in: Browser, asked: dict[str, str], is_found: bool
):
    a_purchase(sent=True)

    page = signed_in("auditor").get("/monitoring/cases", query_string=asked)

    assert ('<td class="title">' in page.text) is is_found


def test_a_question_is_kept_as_a_view_and_forgotten(a_purchase: Purchase, signed_in: Browser):
    a_purchase(sent=True)
    auditor = signed_in("auditor")

    auditor.post("/monitoring/cases/views", data={"name": "خریدها", "process": "purchase"})

    page = auditor.get("/monitoring/cases")
    assert re.search(r'href="/monitoring/cases\?process=purchase"[^>]*><bdi>خریدها', page.text)
    auditor.post("/monitoring/cases/views/forget", data={"name": "خریدها"})
    assert "خریدها" not in auditor.get("/monitoring/cases").text


@pytest.mark.parametrize("refused", [{"name": ""}, {"name": "x", "from": "1405/13/01"}])
def test_a_view_without_a_name_or_a_question_is_not_kept(
    site: object, signed_in: Browser, refused: dict[str, str]
):
    auditor = signed_in("auditor")

    auditor.post("/monitoring/cases/views", data=refused)

    assert 'class="saved"' not in auditor.get("/monitoring/cases").text


def test_a_case_that_is_held_is_found_told_and_taken_along(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    case, _ = a_purchase()
    actor = Actor(uuid4(), "admin", "admin", "admin", desks=frozenset({"ADMIN@*"}))
    suspend(site.unit_of_work(), case, "پرس‌وجو", actor=actor, at=Clock()())
    auditor = signed_in("auditor")

    found = text_of(auditor.get("/monitoring/cases?state=suspended").text)
    table = auditor.get("/monitoring/cases/table.csv?state=suspended").data.decode("utf-8-sig")

    assert "پرونده‌های یافته‌شده: ۱" in found
    assert "معلق" in table


def test_all_cases_found_are_taken_along_and_nothing_in_them_is_a_formula(
    a_purchase: Purchase, signed_in: Browser
):
    a_purchase("=2+2", sent=True)
    a_purchase("P-2")
    auditor = signed_in("auditor")

    table = auditor.get("/monitoring/cases/table.csv?process=purchase")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    book = load_workbook(io.BytesIO(auditor.get("/monitoring/cases/table.xlsx").data))

    assert [each["شماره"] for each in rows] == ["P-2", "'=2+2"]
    assert rows[1]["منتظر در"] == "تأیید خرید"
    cell = book.worksheets[0]["A3"]
    assert (cell.value, cell.data_type) == ("=2+2", "s")
    assert book.worksheets[0].sheet_view.rightToLeft


def test_many_cases_are_cancelled_after_a_look_and_with_a_reason(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    ticked, _ = a_purchase(sent=True)
    a_purchase("P-2")
    admin = signed_in("admin")
    form = {"act": "cancel", "case": str(ticked)}

    looked = text_of(admin.post("/monitoring/cases/act", data=form).text)
    assert "لغو پرونده‌ها: ۱" in looked
    refused = admin.post("/monitoring/cases/act/begin", data=form)
    begun = admin.post("/monitoring/cases/act/begin", data={**form, "reason": "دوبار ثبت شد"})
    run_due(site, Clock())

    assert refused.status_code == 422
    assert begun.status_code == 303
    cancelled = text_of(admin.get("/monitoring/cases?state=cancelled").text)
    assert "پرونده‌های یافته‌شده: ۱" in cancelled


def test_many_cases_are_moved_after_it_was_tried_on_the_first_of_them(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    cases = [a_purchase()[0] for _ in range(2)]
    admin = signed_in("admin")
    form = {
        "act": "modify", "of": "all", "process": "purchase", "leave": "describe",
        "reach": "approve", "reason": "نسخهٔ کاغذی آمد",
    }  # fmt: skip

    unsaid = admin.post("/monitoring/cases/act/begin", data={**form, "reach": ""})
    looked = text_of(admin.post("/monitoring/cases/act", data=form).text)
    admin.post("/monitoring/cases/act/begin", data=form)
    run_due(site, lambda: NOON)

    assert unsaid.status_code == 422
    assert "۲ از ۲ می‌توانند بروند" in looked
    with site.reader() as session:
        rows = session.execute(
            select(task_table.c.instance_id, task_table.c.element_id).where(
                task_table.c.closed_at.is_(None)
            )
        ).all()
    assert sorted(rows) == sorted((each, "approve") for each in cases)


def test_columns_are_chosen_and_a_kept_view_keeps_them(a_purchase: Purchase, signed_in: Browser):
    a_purchase()
    auditor = signed_in("auditor")
    asked = {"process": "purchase", "columns": ["number", "ended"]}

    shown = auditor.get("/monitoring/cases", query_string=asked).text
    auditor.post("/monitoring/cases/views", data={**asked, "columns": "number,ended", "name": "v"})
    kept = re.search(
        r'href="(/monitoring/cases\?[^"]*columns[^"]*)"', auditor.get("/monitoring/cases").text
    )

    assert kept is not None
    again = auditor.get(unescape(kept[1])).text
    for page in (shown, again):
        heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page)
        assert heads == ["پرونده", "شماره", "پایان"]


def test_where_a_second_person_confirms_repairs_nobody_acts_on_many_cases_alone(
    app: Flask, a_purchase: Purchase, signed_in: Browser
):
    known = app.extensions["divan"]
    strict = replace(known.settings, monitoring=MonitoringSettings(confirm_repairs=True))
    app.extensions["divan"] = replace(known, settings=strict)
    case, _ = a_purchase()
    form = {"act": "cancel", "case": str(case), "reason": "دوبار ثبت شد"}

    answer = signed_in("admin").post("/monitoring/cases/act/begin", data=form)

    assert answer.status_code == 422
    assert "راهبر دومی" in answer.text


def test_all_that_were_found_are_acted_on_and_only_an_administrator_may(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase("P-1")
    a_purchase("P-2")
    form = {"act": "cancel", "of": "all", "q": "P-2", "reason": "آزمایشی بود"}

    assert signed_in("auditor").post("/monitoring/cases/act", data=form).status_code == 403
    assert signed_in("auditor").post("/monitoring/cases/act/begin", data=form).status_code == 403
    signed_in("admin").post("/monitoring/cases/act/begin", data=form)
    run_due(site, Clock())

    running = text_of(signed_in("auditor").get("/monitoring/cases?state=running").text)
    assert "خرید P-1" in running
    assert "خرید P-2" not in running
