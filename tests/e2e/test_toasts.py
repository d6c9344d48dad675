"""What was just done is told for ten seconds and can be taken back by a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.kit.browser import Window
from tests.kit.keyboard import Keyboard
from tests.kit.letters import READER, receive
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

TOAST = ".toasts .notice"


def _answered(window: Callable[..., Window], server: LiveServer) -> tuple[Window, Page]:
    """Answer a letter; return the list with what it says of it."""
    receive(server.address, "برای گفتن")
    visitor = window("wide", "fa")
    visitor.sign_in(READER, "fa")
    visitor.page.clock.install()
    page = visitor.open("/inbox")
    page.locator("tr", has_text="برای گفتن").locator("form[data-claim] button").first.click()
    page.locator("input[name=reply]").fill("رسید")
    page.locator(".action-bar .primary").click()
    page.wait_for_selector(TOAST)
    page.wait_for_load_state()
    return visitor, page


def test_what_was_done_passes_after_ten_seconds(window: Callable[..., Window], server: LiveServer):
    _, page = _answered(window, server)

    page.clock.run_for(10_000)

    assert page.locator(TOAST).count() == 0


def test_who_is_at_it_has_time(window: Callable[..., Window], server: LiveServer):
    visitor, page = _answered(window, server)
    page.locator(f"{TOAST} .close").focus()

    page.clock.run_for(60_000)

    assert page.locator(TOAST).count() == 1
    assert visitor.accessibility_faults() == []
    visitor.picture("toast-fa-wide")


def test_a_key_takes_the_answer_back(window: Callable[..., Window], server: LiveServer):
    _, page = _answered(window, server)
    task = page.locator(f"{TOAST} form").get_attribute("action")
    assert task is not None

    Keyboard(page).press("KeyZ")
    page.wait_for_url(f"**{task.removesuffix('/recall')}")

    assert page.locator("input[name=reply]").input_value() == "رسید"
