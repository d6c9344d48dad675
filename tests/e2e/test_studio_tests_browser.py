"""The tests beside the model as an analyst has them: run by a button, painted, edited in fields."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.kit.browser import HALF, Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


def test_a_test_is_run_and_what_it_reaches_is_painted_with_counts(
    analyst: tuple[Window, str], draft: str
):
    visitor, locale = analyst
    page = visitor.open(f"{draft}/tests")
    page.locator("article", has_text="objection.test.toml").locator("form button").first.click()

    expect(page.locator(".notice.done[role=status]")).to_be_visible()
    page.locator("[data-diagram]").first.scroll_into_view_if_needed()
    expect(page.locator("[data-diagram-ready]").first).to_be_visible()
    expect(page.locator('[data-element-id="measure"].mark-passed').first).to_contain_text(
        "۱×" if locale == "fa" else "1×"
    )
    expect(page.locator('[data-element-id="approve"].mark-missed').first).to_be_visible()
    assert visitor.faults(f"tests-{locale}", HALF[locale]) == []


def test_its_fields_have_no_faults_and_say_beside_which_one_something_is_wrong(
    analyst: tuple[Window, str], draft: str
):
    visitor, locale = analyst
    page = visitor.open(f"{draft}/tests/edit/objection")
    page.locator("#at").fill("tomorrow")
    page.locator("#at").press("Enter")

    expect(page.locator("#at-error-1")).to_be_visible()
    assert page.locator("#at").input_value() == "tomorrow"
    visitor.complaints[:] = [each for each in visitor.complaints if "422" not in each]
    assert visitor.faults(f"test-fields-{locale}", HALF[locale]) == []
