"""The settings of a draft filled in by an analyst in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.kit.browser import HALF, Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


def test_a_deadline_is_changed_by_keyboard(analyst: tuple[Window, str], draft: str):
    window, locale = analyst
    days = {"fa": "17", "en": "19"}[locale]
    page = window.open(f"{draft}/settings/advance_payment")
    assert window.faults(f"settings-{locale}", HALF[locale]) == []

    page.locator("#tasks\\.1 > summary").focus()
    page.keyboard.press("Enter")
    page.locator("[name='tasks.1.due.amount']").fill(days)
    page.locator("[name='tasks.1.due.amount']").press("Enter")

    expect(page.locator(".notice.done, .toast").first).to_be_visible()
    expect(page.locator("[name='tasks.1.due.amount']")).to_have_value(days)
