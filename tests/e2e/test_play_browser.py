"""The statement process played from a draft, as an analyst does it, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.browser import HALF, Window, shared_window
from tests.kit.drafts import draft_at
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module", params=["fa", "en"])
def run(
    request: pytest.FixtureRequest, chromium: Browser, server: LiveServer
) -> Iterator[tuple[Window, str]]:
    """A run in which the contractor has handed in a statement, and the language of its page."""
    path = draft_at(server.address)
    with shared_window(chromium, server.address, request.param) as visitor:
        page = visitor.open(f"{path}/play?start=interim_statement")
        page.locator("form[data-form] button.primary").click()
        page.locator("form[data-form] button[value=submit]").click()
        expect(page.locator("form[action$='/answer/measure/1']")).to_be_visible()
        yield visitor, request.param


def test_the_drawing_shows_what_was_passed_and_where_the_case_stands(run: tuple[Window, str]):
    page = run[0].page

    page.locator("[data-diagram]").scroll_into_view_if_needed()

    expect(page.locator('[data-element-id="measure"].mark-now')).to_be_visible()
    expect(page.locator('[data-element-id="enter"].mark-passed')).to_have_count(1)


def test_the_page_of_a_run_is_at_fault_in_no_look(run: tuple[Window, str]):
    visitor, language = run

    assert visitor.faults(f"play-{language}", HALF[language]) == []


def test_time_goes_on_and_the_last_act_is_undone(run: tuple[Window, str]):
    page = run[0].page
    expect(page.locator(".acts > li")).to_have_count(2)

    page.locator("#span").select_option("week")
    page.locator("form:has(#span) button").click()
    expect(page.locator(".acts > li")).to_have_count(3)

    page.locator(".page-head form button").first.click()
    expect(page.locator(".acts > li")).to_have_count(2)
