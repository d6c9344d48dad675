"""Talk in a real browser: people offered after @, a comment sent by keys, its notice followed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.kit.browser import Window
from tests.kit.statements import Statement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def case(statement: Statement) -> str:
    """The address of a statement under way."""
    return statement.case


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_somebody_is_named_from_the_list_and_follows_the_notice_to_the_comment(
    window: Callable[..., Window], case: str, locale: str
):
    visitor = window(locale=locale)
    visitor.sign_in("contractor", locale)
    page = visitor.open(f"{case}?tab=talk")
    page.locator("textarea#text").press_sequentially("Please look @superv")
    page.locator("[role=option]").first.wait_for()
    assert visitor.accessibility_faults() == []
    visitor.picture(f"talk-offered-{locale}")
    page.keyboard.press("Enter")
    assert page.input_value("textarea#text") == "Please look @supervisor "
    page.reload()
    assert page.input_value("textarea#text") == "Please look @supervisor "
    page.keyboard.press("Tab")
    page.locator("textarea#text").press("Control+Enter")
    page.locator(".comments .mention").last.wait_for()
    expect(page.locator("textarea#text")).to_have_value("")
    assert visitor.faults(f"talk-{locale}") == []

    visitor = window(locale=locale)
    visitor.sign_in("supervisor", locale)
    page = visitor.page
    page.locator("[data-news-told]:not([hidden])").wait_for(state="attached")
    page = visitor.open("/notices")
    assert visitor.faults(f"notices-{locale}") == []
    page.locator(".notices-list a").first.click()
    page.locator(".comments > li:target .mention").wait_for()
