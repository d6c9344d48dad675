"""How much a page makes a browser load: counted as it arrives, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Response

from tests.kit.browser import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

SCRIPT = 150_000  #: bytes of script the inbox may load in all, the palette and the keys included


def test_the_inbox_loads_less_script_than_its_budget(window: Callable[..., Window]):
    visitor = window("wide", "fa")
    visitor.sign_in("supervisor", "fa")
    # what an earlier page has brought along counts too
    cache = visitor.context.new_cdp_session(visitor.page)
    cache.send("Network.enable")
    cache.send("Network.setCacheDisabled", {"cacheDisabled": True})
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    visitor.page.on("response", keep)
    page = visitor.open("/inbox")
    page.keyboard.press("Shift+Slash")
    page.locator("dialog[open] button").last.click()
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog[open] [role=option]")

    scripts = {
        each.url: len(each.body()) for each in answers if each.request.resource_type == "script"
    }
    for part in ("/inbox", "/help", "/palette"):
        assert any(part in each for each in scripts), scripts
    assert sum(scripts.values()) < SCRIPT, scripts
