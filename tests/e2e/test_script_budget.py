"""How much a page makes a browser load: counted as it arrives, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.kit.browser import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

SCRIPT = 150_000  #: bytes of script the inbox may load in all, the palette and the keys included


def test_the_inbox_loads_less_script_than_its_budget(window: Callable[..., Window]):
    visitor = window("wide", "fa")
    visitor.sign_in("supervisor", "fa")
    loaded: dict[str, int] = {}

    def count(answer: Any) -> None:
        if answer.request.resource_type == "script":
            loaded[answer.url] = len(answer.body())

    visitor.page.on("response", count)
    page = visitor.open("/inbox")
    page.keyboard.press("Shift+Slash")
    page.locator("dialog[open] button").last.click()
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog[open] [role=option]")

    assert any("palette" in each for each in loaded), loaded
    assert sum(loaded.values()) < SCRIPT, loaded
