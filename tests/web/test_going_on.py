"""Where an answer leads: back to the list one came from, or at once to its next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.commands import preferences, tasks
from engine.model.person import Actor
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.web.conftest import described

pytestmark = pytest.mark.both_databases

Browser = Callable[[str], FlaskClient]
Purchase = Callable[..., tuple[UUID, UUID]]


@pytest.fixture
def mine(site: Database, a_purchase: Purchase, actor_of: Callable[[str], Actor]) -> list[UUID]:
    """Three steps the buyer holds, in the order of the list."""
    found = [a_purchase(f"P-{number}")[1] for number in (1, 2, 3)]
    for each in found:
        tasks.claim(site.unit_of_work(), each, actor=actor_of("buyer"), at=NOON)
    return found


@pytest.fixture
def goes_on(site: Database, actor_of: Callable[[str], Actor]) -> None:
    """The buyer wants the next step to open by itself."""
    preferences.keep(site.unit_of_work(), "open_next", True, actor=actor_of("buyer"), at=NOON)


def answer(browser: FlaskClient, task: UUID) -> str:
    sent = browser.post(f"/tasks/{task}", data=described())
    assert sent.status_code == 303, sent.text
    return sent.location


def test_an_answer_leads_back_to_the_list_as_it_was_asked_for(mine: list[UUID], signed_in: Browser):
    browser = signed_in("buyer")
    browser.get("/inbox?q=P-")

    assert answer(browser, mine[0]) == "/inbox?q=P-"


def test_the_next_step_of_the_list_opens_by_itself_and_after_the_last_the_first(
    mine: list[UUID], goes_on: None, signed_in: Browser
):
    browser = signed_in("buyer")
    browser.get("/inbox")

    assert answer(browser, mine[1]) == f"/tasks/{mine[2]}"
    assert answer(browser, mine[2]) == f"/tasks/{mine[0]}"
    assert answer(browser, mine[0]) == "/inbox"


def test_the_next_step_is_one_of_what_was_searched_for(
    mine: list[UUID], goes_on: None, signed_in: Browser
):
    browser = signed_in("buyer")
    browser.get("/inbox?q=P-3")

    assert answer(browser, mine[0]) == f"/tasks/{mine[2]}"


@pytest.mark.parametrize("sort", ["value:request_no", "created", "priority"])
def test_the_next_step_is_the_next_one_in_the_order_of_the_list(
    mine: list[UUID], goes_on: None, signed_in: Browser, sort: str
):
    browser = signed_in("buyer")
    browser.get(f"/inbox?sort={sort}&down=true&holder=me")

    assert answer(browser, mine[1]) == f"/tasks/{mine[0]}"
    assert answer(browser, mine[0]) == f"/tasks/{mine[2]}"


def test_a_page_without_its_frame_is_the_same_page(mine: list[UUID], signed_in: Browser):
    browser = signed_in("buyer")

    pane = browser.get(f"/tasks/{mine[0]}", headers={"X-Divan-Pane": "1"}).text

    assert "data-pane-page" in pane
    assert "<html" not in pane
    assert 'class="rail"' not in pane
    assert 'name="goods"' in pane


def test_a_preference_of_an_open_page_is_kept_and_no_other(mine: list[UUID], signed_in: Browser):
    browser = signed_in("buyer")

    kept = browser.post("/preferences", json={"theme": "dark"})
    wrong: list[Any] = [{"theme": "pink"}, {"notify": {}}, {}, [1], {"unknown": 1}]
    strange = [browser.post("/preferences", json=each).status_code for each in wrong]

    assert kept.status_code == 204
    assert 'data-theme="dark"' in browser.get("/inbox").text
    assert all(400 <= each < 500 for each in strange), strange
