"""A notification of the browser: only after a button, only while nobody looks, saying little."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.kit.browser import Window
from tests.kit.letters import READER, receive
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

#: the browser's own part, which a test can neither see nor allow: what it is told is kept
_STAND_IN = """
window.told = []; window.asked = 0;
window.Notification = class extends EventTarget {
  static permission = sessionStorage.getItem("allowed") ?? "default";
  static async requestPermission() {
    window.asked += 1;
    sessionStorage.setItem("allowed", "granted");
    return (Notification.permission = "granted");
  }
  constructor(title, { body }) { super(); window.told.push({ title, body }); }
};
"""


def _news_comes(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        "is => Object.defineProperty(document, 'hidden', { get: () => is, configurable: true })",
        hidden,
    )
    with page.expect_response("**/news"):
        page.evaluate("document.dispatchEvent(new Event('divan:changed'))")


@pytest.mark.parametrize(("says", "names_the_step"), [("count", False), ("step", True)])
def test_new_work_is_told_of_as_the_person_chose_and_only_while_the_page_is_hidden(
    window: Callable[..., Window], server: LiveServer, says: str, names_the_step: bool
):
    visitor = window("wide", "fa")
    visitor.sign_in(READER, "fa")
    visitor.page.add_init_script(_STAND_IN)
    page = visitor.open("/profile")
    assert page.evaluate("window.asked") == 0
    page.locator(f"[data-notifications] button[data-says={says}]").click()
    page.locator(f"button[data-says={says}][aria-pressed=true]").wait_for()
    assert page.evaluate("window.asked") == 1
    _news_comes(page, hidden=False)

    receive(server.address, f"دیده {says}")
    _news_comes(page, hidden=False)
    assert page.evaluate("window.told") == []
    receive(server.address, f"پنهان {says}")
    _news_comes(page, hidden=True)
    page.wait_for_function("() => window.told.length == 1")  # a text the page's policy forbids

    [told] = page.evaluate("window.told")
    assert "۱" in told["title"]
    assert bool(told["body"]) is names_the_step
    assert visitor.accessibility_faults() == []
