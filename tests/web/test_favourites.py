"""Processes kept on top where one starts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.kit.sites import NOON

pytestmark = pytest.mark.both_databases

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def browser(site: Database, signed_in: Browser) -> FlaskClient:
    """Somebody who may start both processes of the site."""
    return signed_in("buyer")


def offered(browser: FlaskClient) -> list[str]:
    """Return the processes of the start page, from the top."""
    page = browser.get("/start").text
    return re.findall(r'<h2><a href="/start/(\w+)"', page)


def test_a_favourite_is_on_top_until_it_is_none_any_more(browser: FlaskClient):
    usual = offered(browser)
    assert len(usual) > 1
    last = usual[-1]

    answer = browser.post(f"/start/{last}/favourite", data={"on": "true"})

    assert (answer.status_code, answer.location) == (303, f"/start#favour-{last}")
    assert offered(browser) == [last, *usual[:-1]]
    browser.post(f"/start/{last}/favourite")
    assert offered(browser) == usual


def test_the_palette_has_favourites_on_top_too(browser: FlaskClient):
    last = offered(browser)[-1]

    browser.post(f"/start/{last}/favourite", data={"on": "true"})

    told = browser.get("/find").get_json()["start"]
    assert told[0]["address"] == f"/start/{last}"


def test_the_star_says_in_words_what_it_does(browser: FlaskClient):
    [first, *_] = offered(browser)
    assert "بالای فهرست بماند" in browser.get("/start").text

    browser.post(f"/start/{first}/favourite", data={"on": "true"})

    assert "دیگر بالا نباشد" in browser.get("/start").text


def test_favourites_are_each_persons_own_and_only_what_he_may_start(
    site: Database, signed_in: Browser
):
    refused = signed_in("head").post("/start/purchase/favourite", data={"on": "true"})
    signed_in("buyer").post("/start/purchase/favourite", data={"on": "true"})

    assert refused.status_code == 403
    with site.reader() as session:
        kept = [by_username(session, each, NOON) for each in ("head", "buyer", "buyer2")]
    assert [each and each.preferences["favourites"] for each in kept] == [[], ["purchase"], []]
