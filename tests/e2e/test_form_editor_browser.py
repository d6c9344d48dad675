"""The form editor in a real browser: by keyboard alone, without a connection, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.kit.browser import HALF, Window, has_state, shared_window
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

FORM = "forms/on_account.form"


@pytest.fixture(scope="module")
def editor(chromium: Browser, server: LiveServer, draft: str) -> Iterator[Window]:
    """The editor on a form as a Persian analyst has it open, one for all tests."""
    with shared_window(chromium, server.address, "fa") as visitor:
        _open(visitor, draft)
        yield visitor


def _open(visitor: Window, draft: str) -> None:
    visitor.open(f"{draft}/form/{FORM}")
    visitor.page.wait_for_selector("[data-form-editor-ready]")


def _stored(page: Page, draft: str) -> dict[str, Any]:
    text: str = page.evaluate("async (url) => (await fetch(url)).text()", f"{draft}/raw/{FORM}")
    form: dict[str, Any] = json.loads(text)
    return form


def test_by_keyboard_alone_a_field_is_added_labelled_seen_and_moved(editor: Window, draft: str):
    page = editor.page
    before = len(_stored(page, draft)["components"])
    page.locator(".palette-of-forms summary").focus()
    page.keyboard.press("Enter")
    page.locator("button[value='add:rial']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[id='p.label']")).to_be_focused()
    page.keyboard.type("مبلغ <b>تازه</b>")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("A new amount")

    preview = page.frame_locator("[data-preview=en]")
    expect(preview.locator("label", has_text="A new amount")).to_be_visible()
    expect(page.frame_locator("[data-preview=fa]").locator("label", has_text="<b>")).to_be_visible()
    has_state(page, "saved")
    page.locator("[data-part=outline] [aria-current]").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-part=outline] [aria-current]")).to_have_attribute(
        "data-at", str(before - 1)
    )
    has_state(page, "waiting")
    has_state(page, "saved")

    component = _stored(page, draft)["components"][before - 1]
    assert (component["type"], component["label"]) == ("rial", "مبلغ <b>تازه</b>")
    assert page.locator("[data-part] b").count() == 0
    assert editor.faults("form-editor-fa", HALF["fa"]) == []


def test_what_is_undone_is_as_it_was_though_the_page_is_drawn_while_a_button_is_pressed(
    editor: Window,
):
    page = editor.page
    last = page.locator("[data-part=outline] a").last
    last.click()
    expect(last).to_have_attribute("aria-current", "true")
    count = page.locator("[data-part=outline] a").count()
    page.locator("button[value=remove]").hover()
    page.mouse.down()
    with page.expect_response("**/form/acts/**"):
        page.locator("[data-work]").dispatch_event("input")
    page.mouse.up()
    expect(page.locator("[data-part=outline] a")).to_have_count(count - 1)

    page.locator("[data-act=undo]").click()

    expect(page.locator("[data-part=outline] a")).to_have_count(count)
    has_state(page, "saved")


def test_what_is_typed_while_another_component_opens_stays_with_the_one_it_was_typed_for(
    editor: Window, draft: str
):
    page = editor.page
    label, lines = page.locator("[id='p.label']"), page.locator("[data-part=outline] a")
    lines.last.click()
    expect(lines.last).to_have_attribute("aria-current", "true")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/form/acts/**", hold)
    with page.expect_request("**/form/acts/**"):
        lines.first.click()
    label.fill("نوشته در میان راه")
    held[0].continue_()

    expect(lines.first).to_have_attribute("aria-current", "true")
    expect(lines.last).to_contain_text("نوشته در میان راه")
    has_state(page, "saved")
    page.unroute("**/form/acts/**")
    assert "نوشته در میان راه" in json.dumps(_stored(page, draft), ensure_ascii=False)


def test_a_field_is_dragged_to_its_place_while_what_was_typed_in_another_stays(
    editor: Window, draft: str
):
    page = editor.page
    lines = page.locator("[data-part=outline] a")
    before = [each["type"] for each in _stored(page, draft)["components"]]
    lines.nth(1).click()
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    page.fill("[id='p.label']", "پیش از کشیدن")

    _drag(page, lines.last, lines.nth(1))

    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    expect(lines.nth(2)).to_contain_text("پیش از کشیدن")
    has_state(page, "saved")
    stored = _stored(page, draft)["components"]
    assert [each["type"] for each in stored] == [before[-1], *before[:-1]]
    assert stored[1]["label"] == "پیش از کشیدن"

    _drag(page, page.locator("button[value='add:number']"), lines.last)
    expect(lines).to_have_count(len(before) + 2)
    expect(lines.nth(len(before))).to_have_attribute("aria-current", "true")
    _drag(page, lines.nth(2), lines.nth(1), left=True)

    has_state(page, "saved")
    stored = _stored(page, draft)["components"]
    assert [each["type"] for each in stored][-2:] == ["number", before[-2]]
    assert stored[1]["label"] == "پیش از کشیدن"


def _drag(page: Page, what: Locator, before: Locator, *, left: bool = False) -> None:
    """Drag something to before a line of the list; ``left``: think better of it on the way."""
    before.evaluate("line => window.scrollBy(0, line.getBoundingClientRect().top - 300)")
    before_box, what_box = before.bounding_box(), what.bounding_box()
    assert before_box
    assert what_box
    page.mouse.move(what_box["x"] + what_box["width"] / 2, what_box["y"] + 10)
    page.mouse.down()
    page.mouse.move(before_box["x"] + before_box["width"] / 2, before_box["y"] + 3, steps=5)
    expect(page.locator("[data-drop=before]")).to_have_count(1)
    if left:
        page.keyboard.press("Escape")
        expect(page.locator("[data-drop]")).to_have_count(0)
    page.mouse.up()


def test_the_button_of_the_preview_says_what_staff_would_be_told(editor: Window):
    preview = editor.page.frame_locator("[data-preview=fa]")

    preview.locator("button").last.click()

    expect(preview.locator("[role=alert], .notice.done").first).to_be_visible()


def test_without_a_connection_what_is_typed_is_kept_and_arrives_later(editor: Window, draft: str):
    page = editor.page
    place = page.locator("[data-form-editor]")
    drawn = place.get_attribute("data-form-editor-ready") or ""
    page.locator("[data-part=outline] a").last.click()
    expect(place).not_to_have_attribute("data-form-editor-ready", drawn)  # its panel is drawn
    editor.context.set_offline(True)
    page.fill("[id='p.label']", "بی‌ارتباط")
    has_state(page, "offline")

    editor.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")

    has_state(page, "saved")
    assert "بی‌ارتباط" in json.dumps(_stored(page, draft), ensure_ascii=False)
    editor.complaints.clear()


def test_the_editor_is_accessible_in_english(chromium: Browser, server: LiveServer, draft: str):
    with shared_window(chromium, server.address, "en") as visitor:
        _open(visitor, draft)
        assert visitor.faults("form-editor-en", HALF["en"]) == []
        visitor.sign_in("analyst", "fa")  # what the next test finds: the language is the person's
