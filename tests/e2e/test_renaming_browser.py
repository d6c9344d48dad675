"""The page that renames, in a real browser: both languages, wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.browser import HALF, shared_window
from tests.kit.drafts import draft_at
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


def test_the_page_that_renames_has_no_faults_and_says_what_stands_against_it(
    chromium: Browser, server: LiveServer
):
    draft = draft_at(server.address, {})
    with shared_window(chromium, server.address, "fa") as first:
        page = first.open(f"{draft}/rename?what=variable::rebased&new=priced_anew")
        expect(page.locator("#changes")).to_be_visible()
        expect(page.locator("table")).to_contain_text("شرط «")
        assert first.faults("rename-variable-fa", HALF["fa"]) == []
    with shared_window(chromium, server.address, "en") as second:
        page = second.open(f"{draft}/rename?what=step:interim_statement:measure&new=measuring")
        expect(page.locator("#standing + p.notice")).to_be_visible()  # a program says the step
        expect(page.locator("table")).to_contain_text("Where “")
        assert second.faults("rename-step-en", HALF["en"]) == []
