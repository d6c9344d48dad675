"""Rows of the list are ticked, by keys and without a script, and done together."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.kit.browser import Window, context_of
from tests.kit.keyboard import Keyboard
from tests.kit.letters import READER, receive
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

BAR = "form[data-bulk]"
TICKED = "td.tick input:checked"


@pytest.fixture(scope="module")
def letters(server: LiveServer) -> None:
    for number in range(3):
        receive(server.address, f"برگزیدنی {number}")


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_rows_are_ticked_by_keys_taken_together_and_given_back(
    letters: None, window: Callable[..., Window], locale: str
):
    visitor = window("wide", locale)
    visitor.sign_in(READER, locale)
    page = visitor.open("/inbox?q=برگزیدنی")
    assert not page.locator(BAR).is_visible()

    Keyboard(page).press("KeyJ", "KeyX", "KeyJ", "KeyX")
    assert page.locator(TICKED).count() == 2
    assert page.locator("[data-ticked-count]").inner_text()[-1] in "2۲"
    assert page.locator("[data-tick-all]").evaluate("each => each.indeterminate")
    assert visitor.faults(f"inbox-ticked-{locale}") == []

    visitor.resize("wide")
    Keyboard(page).press("KeyC")
    page.wait_for_selector("form[action*='/together/undo']")
    page.wait_for_load_state("load")  # its keys are heard
    Keyboard(page).press("KeyZ")
    page.wait_for_url("**/together/undo**", wait_until="load")
    visitor.open("/inbox?q=برگزیدنی")
    assert page.locator("form[data-claim]").count() == 3


def test_all_of_a_page_are_ticked_by_one_and_none_by_another(
    letters: None, window: Callable[..., Window]
):
    visitor = window("wide", "fa")
    visitor.sign_in(READER, "fa")
    page = visitor.open("/inbox?q=برگزیدنی")

    page.check("[data-tick-all]")
    assert page.locator(TICKED).count() == 3
    page.click(f"{BAR} [type=reset]")
    assert page.locator(TICKED).count() == 0
    assert not page.locator(BAR).is_visible()


def test_without_scripts_a_tick_brings_the_bar_and_leads_to_what_was_ticked(
    letters: None, window: Callable[..., Window], chromium: Browser, server: LiveServer
):
    visitor = window("wide", "fa")
    visitor.sign_in(READER, "fa")
    context = context_of(chromium)
    plain = context.browser.new_context(java_script_enabled=False) if context.browser else context
    plain.add_cookies(visitor.context.cookies())  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(f"{server.address}/inbox?q=برگزیدنی")

    page.locator("td.tick input").first.check()
    page.click(f"{BAR} button[value=priority]")

    assert page.locator("input[name=task]:checked").count() == 1
    assert page.locator("input[name=act][value=priority]").is_checked()
    plain.close()
    context.close()
