"""An open page says so, without being asked, when its step is closed elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.kit.browser import Window
from tests.kit.letters import READER, receive
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

TOLD = """() => document.dispatchEvent(new CustomEvent("divan:news", {
  detail: { before: { told: { count: 0 } }, news: { told: { count: 1 } } },
}))"""


def test_a_page_whose_step_is_closed_elsewhere_says_so_at_the_next_notice(
    window: Callable[..., Window], server: LiveServer
):
    receive(server.address, "دو پنجره")
    visitor = window("narrow", "fa")
    visitor.sign_in(READER, "fa")
    page = visitor.open("/inbox?q=پنجره")
    page.locator("form[data-claim] button").first.click()
    page.wait_for_selector("input[name=reply]")
    beside = visitor.context.new_page()
    beside.goto(page.url)
    beside.locator("input[name=reply]").fill("رسید")
    beside.locator(".action-bar .primary").click()
    beside.wait_for_url("**/inbox**")

    page.bring_to_front()
    page.evaluate(TOLD)

    said = page.locator("[data-presence]")
    expect(said).to_be_visible()
    expect(said).to_contain_text("فرستادن")  # how it was answered
    expect(page.locator("input[name=reply]")).to_be_visible()  # and can be copied
    visitor.picture("step-gone-fa-narrow")
