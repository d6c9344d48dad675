"""Charts that a reader pins to the overview: drawn into it once its page is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.kit.browser import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

CHART = "/monitoring/analytics/chart?days=365"
PART = "[data-later*='measure=started']"


def test_a_pinned_chart_is_drawn_into_its_part_after_the_page(window: Callable[..., Window]):
    visitor = window("wide", "fa")
    visitor.sign_in("auditor", "fa")
    page = visitor.open(f"{CHART}&measure=started&split=month")
    page.fill("#name", "آغازها")
    page.check("input[name=pinned]")
    page.locator("form", has=page.locator("#name")).locator("button").click()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/chart/drawn?*", hold)

    page = visitor.open("/monitoring/overview")
    expect(page.locator("#processes")).to_be_visible()
    expect(page.locator(PART)).to_have_attribute("aria-busy", "true")
    while not held:  # it says that it waits before it asks
        page.wait_for_timeout(50)
    held[0].continue_()

    expect(page.locator(PART)).to_contain_text("به تفکیک ماه")
    visitor.open("/monitoring/analytics/chart").locator(".saved form button").click()
