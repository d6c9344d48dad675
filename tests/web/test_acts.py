"""What may be done with a task beside answering it, as its page offers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands import deployments
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.web.conftest import PURCHASE, described, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


@pytest.fixture
def taken(a_purchase: Purchase, signed_in: Browser) -> tuple[FlaskClient, str]:
    """A buyer's browser and the address of the step he has taken."""
    _, task = a_purchase()
    client, url = signed_in("buyer"), f"/tasks/{task}"
    assert client.post(f"{url}/claim").status_code == 303
    return client, url


@pytest.fixture
def recallable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The area says that answering again replaces what it keeps."""
    monkeypatch.setitem(REGISTRY.recalls, ("purchase", "describe"), lambda request: {})


def _keys(page: str) -> dict[str, str]:
    """Return what each key of a page does, by its physical code."""
    found = re.findall(r'data-key="(\w+)[|\w+]*"[^>]*>([^<]*)<', page)
    return {key: unescape(text).strip() for key, text in found}


def test_what_was_put_off_is_brought_back_from_its_view(taken: tuple[FlaskClient, str]):
    client, url = taken
    client.post(f"{url}/snooze", data={"later": "next_week", "on": ""})
    client.get("/inbox")  # the toast that offers it at once has passed

    assert f'action="{url}/wake"' in client.get("/inbox?view=snoozed").text
    assert client.post(f"{url}/wake").location == url
    assert url in client.get("/inbox").text


def test_what_was_done_leads_to_where_it_is_taken_back(
    taken: tuple[FlaskClient, str], recallable: None
):
    client, url = taken
    client.post(url, data=described())
    client.get("/inbox")  # the toast that offers it at once has passed

    assert f'href="{url}"' in client.get("/inbox?view=done").text
    assert f'action="{url}/recall"' in client.get(url).text


def test_every_act_on_a_task_has_a_key_and_a_text(taken: tuple[FlaskClient, str]):
    client, url = taken

    keys = _keys(client.get(url).text)

    assert {key: keys[key] for key in ("KeyE", "KeyU", "KeyA", "KeyD", "KeyS", "KeyP")} == {
        "KeyE": "ارسال به مدیر",
        "KeyU": "برگرداندن به میز",
        "KeyA": "سپردن به همکار…",
        "KeyD": "ارجاع برای آماده‌سازی…",
        "KeyS": "به تعویق انداختن…",
        "KeyP": "اولویت…",
    }


def test_a_task_is_given_to_a_colleague(taken: tuple[FlaskClient, str], signed_in: Browser):
    client, url = taken
    page = client.get(f"{url}/assign").text
    assert "کارپرداز دوم" in page

    sent = client.post(f"{url}/assign", data={"to": "buyer2", "note": "مرخصی"})

    assert (sent.status_code, sent.location) == (303, "/inbox")
    assert "به کارپرداز دوم سپرده شد" in text_of(client.get("/inbox").text)
    trail = text_of(signed_in("buyer2").get(f"{url}?tab=trail").text)
    assert "«شرح خرید» را به کارپرداز دوم سپرد" in trail
    assert "مرخصی" in trail


def test_who_may_not_have_a_task_is_named_with_the_reason(a_purchase: Purchase, signed_in: Browser):
    _, task = a_purchase(by="both", sent=True)
    client, url = signed_in("head"), f"/tasks/{task}"
    client.post(f"{url}/claim")

    page = client.get(f"{url}/assign")

    assert 'value="both"' not in page.text
    assert "«شرح خرید» را در این پرونده همه‌کاره انجام داده است." in text_of(page.text)
    refused = client.post(f"{url}/assign", data={"to": "both"})
    assert refused.status_code == 422


def test_a_delegate_fills_it_in_and_hands_it_back_with_what_was_typed(
    taken: tuple[FlaskClient, str], signed_in: Browser
):
    client, url = taken
    client.post(f"{url}/delegate", data={"to": "head2", "note": ""})
    other = signed_in("head2")

    page = other.get(url).text
    assert _keys(page)["KeyE"] == "برگرداندن به کارپرداز یکم"
    handed = other.post(f"{url}/hand-back", data={"goods": "کاغذ سفید"})

    assert handed.status_code == 303
    assert "کاغذ سفید" in client.get(url).text
    assert client.post(url, data=described()).status_code == 303


def test_an_owner_sees_who_works_on_it_and_takes_it_back(
    taken: tuple[FlaskClient, str],
):
    client, url = taken
    client.post(f"{url}/delegate", data={"to": "head2", "note": ""})

    assert _keys(client.get(url).text)["KeyC"] == "پس گرفتن از جانشین مدیر"
    client.post(f"{url}/hand-back")

    assert _keys(client.get(url).text)["KeyE"] == "ارسال به مدیر"


def test_a_task_is_put_off_until_a_working_moment_and_back(taken: tuple[FlaskClient, str]):
    client, url = taken
    page = client.get(f"{url}/snooze").text
    assert 'value="tomorrow"' in page

    sent = client.post(f"{url}/snooze", data={"later": "tomorrow", "on": ""})

    assert sent.status_code == 303
    page = client.get("/inbox").text
    assert f'action="{url}/wake"' in page
    assert client.post(f"{url}/wake").status_code == 303


@pytest.mark.parametrize("on", ["", "۱۴۰۳/۰۱/۰۱", "فردا"])
def test_a_day_of_ones_own_has_to_lie_ahead(taken: tuple[FlaskClient, str], on: str):
    client, url = taken

    assert client.post(f"{url}/snooze", data={"later": "day", "on": on}).status_code == 422


def test_the_priority_of_a_task_is_changed_and_told(taken: tuple[FlaskClient, str]):
    client, url = taken

    client.post(f"{url}/priority", data={"priority": "80"})

    assert "اولویت «شرح خرید» را ۸۰ کرد" in text_of(client.get(f"{url}?tab=trail").text)


def test_an_answer_is_undone_by_the_button_of_its_toast(
    taken: tuple[FlaskClient, str], recallable: None, signed_in: Browser
):
    client, url = taken
    client.post(url, data=described())
    assert f'action="{url}/recall"' in client.get("/inbox").text

    undone = client.post(f"{url}/recall")

    assert (undone.status_code, undone.location) == (303, url)
    page = client.get(url).text
    assert 'value="۱٬۲۵۰٬۰۰۰"' in page
    assert 'value="کاغذ"' in page
    assert "تأیید خرید" not in signed_in("head").get("/inbox").text


def test_who_has_the_next_step_open_is_told_that_it_is_gone(
    taken: tuple[FlaskClient, str], recallable: None, signed_in: Browser
):
    client, url = taken
    client.post(url, data=described())
    head = signed_in("head")
    seen = re.search(r'href="(/tasks/[^"?#]+)"', head.get("/inbox").text)
    assert seen is not None
    head.post(f"{seen[1]}/here", json={})

    client.post(f"{url}/recall")

    said = text_of(head.get("/notices").text)
    assert "کارپرداز یکم پاسخی را پس گرفت؛ این کار هم با آن برداشته شد." in said
    assert "تأیید خرید · خرید P-1" in said
    assert head.get(seen[1]).status_code == 200
    assert signed_in("head2").get("/notices").text.count('class="is-new"') == 0


def test_no_undo_is_offered_where_the_area_keeps_what_was_answered(
    taken: tuple[FlaskClient, str],
):
    client, url = taken
    client.post(url, data=described())

    assert "/recall" not in client.get("/inbox").text
    assert "/recall" not in client.get(url).text


def test_an_answer_somebody_has_gone_on_from_stays_and_says_who(
    taken: tuple[FlaskClient, str], recallable: None, signed_in: Browser, site: Database
):
    client, url = taken
    client.post(url, data=described())
    head = signed_in("head")
    claim = re.search(r'action="(/tasks/[^"]+/claim)"', head.get("/inbox").text)
    assert claim is not None
    head.post(claim[1])

    page = client.post(f"{url}/recall", follow_redirects=True)

    assert page.status_code == 200
    said = text_of(page.text)
    assert "پس گرفتنی نیست: «تأیید خرید» از" in said
    assert "در دست مدیر منطقه است." in said


def test_who_has_a_step_open_that_is_taken_back_hears_it_there_and_in_words(
    taken: tuple[FlaskClient, str], recallable: None, signed_in: Browser
):
    client, url = taken
    client.post(url, data=described())
    head = signed_in("head")
    found = re.search(r'action="(/tasks/[^"]+)/claim"', head.get("/inbox").text)
    assert found is not None
    assert head.post(f"{found[1]}/here", json={}).get_json() == {"others": []}

    assert client.post(f"{url}/recall").location == url

    heard = head.post(f"{found[1]}/here", json={}).get_json()
    assert heard["others"] == []
    assert heard["closed"].startswith("کارپرداز یکم پاسخی را که به این مرحله رسیده بود پس گرفت")
    assert "<" not in heard["closed"]
    assert heard["closed"][:40] in text_of(head.get(found[1]).text)


@pytest.fixture
def final(site: Database) -> None:
    """A version of the purchase in which nothing is taken back once it is described."""
    given = Bundle.read(PURCHASE).files
    final = '[purchase.tasks.describe]\npoint_of_no_return = "ثبت شد."\n'
    toml = given["process.toml"].decode().replace("[purchase.tasks.describe]\n", final)
    english = given["texts.en.toml"].decode() + '\n[no_return]\ndescribe = "It is booked."\n'
    changed = {"process.toml": toml.encode(), "texts.en.toml": english.encode()}
    bundle = Bundle({**given, **changed})
    deployments.deploy(site.unit_of_work(), bundle, at=NOON)


def test_behind_a_point_of_no_return_the_page_says_why_an_answer_stays(
    final: None, taken: tuple[FlaskClient, str], recallable: None
):
    client, url = taken
    client.post(url, data=described())

    assert "/recall" not in client.get("/inbox").text
    said = "پس گرفتنی نیست: «شرح خرید» مرحلهٔ بی‌بازگشت است. ثبت شد."
    assert said in text_of(client.get(url).text)
    assert said in text_of(client.post(f"{url}/recall", follow_redirects=True).text)
    client.post("/language", data={"locale": "en"})
    english = text_of(client.get(url).text)
    assert "is a point of no return. It is booked." in english


def test_who_may_do_nothing_with_a_task_sees_no_acts(
    taken: tuple[FlaskClient, str], signed_in: Browser
):
    _, url = taken

    page = signed_in("auditor").get(url).text

    assert not {"KeyE", "KeyA", "KeyD", "KeyS"} & _keys(page).keys()
    assert signed_in("auditor").post(f"{url}/assign", data={"to": "buyer2"}).status_code == 403
