from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.commands import preferences, tasks
from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.queries import inbox
from engine.queries.asked import SIZES, Asked
from engine.storage.database import Database
from tests.kit.sites import NOON, Clock
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


def test_work_at_my_desk_is_listed_with_case_business_columns_amount_and_due(
    a_purchase: Purchase, signed_in: Browser
):
    a_purchase("P-7", sent=True)

    text = text_of(signed_in("head").get("/inbox").text)

    for shown in ("تأیید خرید", "خرید P-7", "خرید جزئی", "شمارهٔ درخواست", "۱٬۲۵۰٬۰۰۰", "روز مانده"):
        assert shown in text


def test_the_list_speaks_english_down_to_the_process(a_purchase: Purchase, signed_in: Browser):
    a_purchase("P-7", sent=True)
    client = signed_in("head")
    client.post("/language", data={"locale": "en"})

    text = text_of(client.get("/inbox").text)

    for shown in (
        "Approve the purchase",
        "Small purchase",
        "Request no.",
        "1,250,000",
        "due in 5 days",
    ):
        assert shown in text


def test_overdue_work_says_so_in_a_word(a_purchase: Purchase, signed_in: Browser, clock: Clock):
    a_purchase()
    clock.pass_time(timedelta(days=4))

    assert re.search("[۱-۹] روز گذشته", text_of(signed_in("buyer").get("/inbox").text))


def test_work_due_today_says_so(a_purchase: Purchase, signed_in: Browser, clock: Clock):
    a_purchase()
    clock.pass_time(timedelta(days=2))

    assert "مهلت امروز" in text_of(signed_in("buyer").get("/inbox").text)


def rows(
    database: Database, actor: Actor, view: inbox.View, *, search: str = "", after: str = ""
) -> list[str]:
    with database.reader() as session:
        page = inbox.page(session, actor, view, Asked(search), at=NOON, after=after)
    return [f"{each.business_key} {each.element_id or ''}".strip() for each in page.rows]


@pytest.mark.both_databases
def test_only_my_desks_work_that_nobody_else_holds_is_in_the_inbox(
    site: Database, a_purchase: Purchase, actor_of: ActorOf
):
    a_purchase("P-1")
    _, taken = a_purchase("P-2")
    a_purchase("P-3", sent=True)
    tasks.claim(site.unit_of_work(), taken, actor=actor_of("buyer2"), at=NOON)

    assert rows(site, actor_of("buyer"), "inbox") == ["P-1 describe"]
    assert rows(site, actor_of("buyer2"), "inbox") == ["P-1 describe", "P-2 describe"]
    assert rows(site, actor_of("head"), "inbox") == ["P-3 approve"]
    assert rows(site, actor_of("head15"), "inbox") == []


@pytest.mark.both_databases
def test_what_i_started_waits_for_others_until_they_act(
    site: Database, a_purchase: Purchase, actor_of: ActorOf
):
    _, approval = a_purchase("P-1", sent=True)
    a_purchase("P-2")
    assert rows(site, actor_of("buyer"), "waiting") == ["P-1 approve"]

    head = actor_of("head")
    tasks.claim(site.unit_of_work(), approval, actor=head, at=NOON)
    tasks.complete(
        site.unit_of_work(),
        approval,
        {"outcome": "approve"},
        actor=head,
        at=NOON,
        confirmed_by=Method.PASSWORD,
    )

    assert rows(site, actor_of("buyer"), "waiting") == []
    assert rows(site, head, "done") == ["P-1 approve"]


def test_what_i_started_says_who_has_it(a_purchase: Purchase, signed_in: Browser):
    a_purchase("P-1", sent=True)

    text = text_of(signed_in("buyer").get("/inbox?view=started").text)

    assert "تأیید خرید: رئیس واحد" in text


@pytest.mark.both_databases
@pytest.mark.parametrize("search", ["P-2", "خرید P-2", "p-2", "1250000"])
def test_a_search_finds_by_number_title_or_value(
    site: Database, a_purchase: Purchase, actor_of: ActorOf, search: str
):
    a_purchase("P-1")
    a_purchase("P-2", sent=True)

    assert rows(site, actor_of("buyer"), "started", search=search) == ["P-2"]


def test_a_search_takes_its_wildcards_literally(
    site: Database, a_purchase: Purchase, actor_of: ActorOf
):
    a_purchase("P-1")

    assert rows(site, actor_of("buyer"), "started", search="%") == []


@pytest.mark.both_databases
@pytest.mark.parametrize("view", ["inbox", "started", "done"])
def test_pages_follow_each_other_without_gap_or_repetition(
    site: Database, a_purchase: Purchase, actor_of: ActorOf, view: inbox.View
):
    for number in range(SIZES[0] + 3):
        a_purchase(f"P-1{number:02}", sent=view == "done")
    found: list[str] = []
    key: str | None = None
    for _ in range(2):
        with site.reader() as session:
            page = inbox.page(session, actor_of("buyer"), view, at=NOON, after=key)
        found += [str(each.business_key) for each in page.rows]
        key = page.following

    assert key is None
    assert len(found) == len(set(found)) == SIZES[0] + 3


@pytest.mark.parametrize("key", ["rubbish", "e30", "%00", "WyJ4IiwieSJd"])
def test_a_page_key_that_was_tampered_with_shows_the_first_page(
    site: Database, a_purchase: Purchase, actor_of: ActorOf, key: str
):
    a_purchase()

    assert rows(site, actor_of("buyer"), "inbox", after=key) == ["P-1 describe"]


def test_an_empty_inbox_says_what_will_come(signed_in: Browser):
    assert "کاری در انتظار شما نیست" in signed_in("buyer").get("/inbox").text


def test_units_are_called_by_their_names_also_right_after_one_was_renamed(
    a_purchase: Purchase, signed_in: Browser, site: Database, actor_of: ActorOf
):
    a_purchase()
    shown = {"inbox": [["unit", ""]]}
    preferences.keep(site.unit_of_work(), "inbox.columns", shown, actor=actor_of("buyer"), at=NOON)
    buyer, admin = signed_in("buyer"), signed_in("admin")
    page = text_of(buyer.get("/inbox").text)
    assert "کارپرداز در شهرداری منطقه 7" in page
    assert page.count("شهرداری منطقه 7") > page.count("در شهرداری منطقه 7")  # a cell of the list
    assert "D07" not in page

    renamed = {"title_fa": "ناحیهٔ هفت", "title_en": "Quarter seven", "parent": "CITY"}
    assert admin.post("/units/D07", data=renamed).status_code == 303

    assert "کارپرداز در ناحیهٔ هفت" in text_of(buyer.get("/inbox").text)
