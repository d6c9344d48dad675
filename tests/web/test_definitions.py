"""The page of a version: where its cases stand, heat, slow steps, versions side by side."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.commands import tallying
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
PAGE = "/monitoring/definitions/purchase/1"


def test_a_version_shows_where_its_cases_stand_on_the_drawing_and_in_words(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase(sent=True)
    tallying.count(site, NOON)

    page = signed_in("auditor").get(PAGE)

    assert '"approve": [["tokens", "۱"]]' in unescape(page.text)
    assert "تأیید خرید ۱ ۰ ۰ ۱" in text_of(page.text)
    assert "element=approve" in page.text


@pytest.mark.parametrize("show", ["visits", "time"])
def test_heat_marks_the_steps_that_were_done(a_purchase: Purchase, signed_in: Browser, show: str):
    a_purchase(sent=True)

    page = signed_in("auditor").get(f"{PAGE}?show={show}")

    assert ('"describe": "heat-5"' in unescape(page.text)) is (show == "visits")


def test_the_first_process_is_shown_and_others_are_led_to(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase(sent=True)
    tallying.count(site, NOON)
    auditor = signed_in("auditor")

    page = auditor.get("/monitoring/definitions", follow_redirects=True)

    assert page.request.path == PAGE
    assert auditor.get(f"{PAGE}.bpmn").mimetype == "application/xml"
    assert auditor.get("/monitoring/definitions/purchase/9").status_code == 404
    assert signed_in("buyer").get(PAGE).status_code == 403
