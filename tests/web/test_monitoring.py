"""The list of all cases: who sees it, what it is asked, what it says of a wrong question."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

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
    assert f"/cases/{case}" not in page.text
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
