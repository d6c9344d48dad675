"""A page that stays open: what comes meanwhile is there, and nothing one looks at moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kit.browser import Window
from tests.kit.keyboard import Keyboard
from tests.kit.letters import READER, receive
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

ROWS = "table[data-inbox] tbody tr"


def test_a_new_task_appears_without_reload_and_the_cursor_stays(
    window: Callable[..., Window], server: LiveServer
):
    receive(server.address, "پیش از این")
    receive(server.address, "پیش از آن")
    visitor = window("wide", "fa")
    visitor.sign_in(READER, "fa")
    page = visitor.open("/inbox")
    before = page.locator(ROWS).count()
    Keyboard(page).press("KeyJ", "KeyJ")
    current = page.evaluate("document.activeElement.href")

    receive(server.address, "تازه‌رسیده")
    page.evaluate("document.dispatchEvent(new Event('divan:changed'))")  # instead of 20 s
    page.wait_for_selector("tr[data-new]")

    assert page.locator(ROWS).count() == before + 1
    assert page.evaluate("document.activeElement.href") == current
    assert page.locator("tr[data-current] .title a").evaluate("each => each.href") == current
    assert page.title().startswith("(")
    page.locator("[aria-live=polite]", has_text="۱").wait_for(state="attached")
    assert visitor.accessibility_faults() == []
