"""Decision tables edited in a real browser: by keyboard, pasted into, without a connection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.browser import HALF, Window, has_state, shared_window
from tests.kit.drafts import draft_at
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

STATUS = "[data-sheet-status]"

LIMITS = (Path(__file__).parents[1] / "kit" / "limits.dmn").read_text()


@pytest.fixture(scope="module")
def table(server: LiveServer) -> str:
    """The path of the editor of a table in a draft."""
    return f"{draft_at(server.address, {'limits.dmn': LIMITS})}/decisions/limits.dmn"


@pytest.fixture(scope="module")
def editor(chromium: Browser, server: LiveServer, table: str) -> Iterator[Window]:
    """The editor as a Persian analyst has it open, one for all tests."""
    with shared_window(chromium, server.address, "fa") as visitor:
        _open(visitor, table)
        yield visitor


def _open(visitor: Window, table: str) -> None:
    visitor.open(table)
    visitor.page.wait_for_selector("[data-sheet-ready='1']")


def test_by_keyboard_alone_a_cell_is_changed_kept_and_found_fault_with(editor: Window):
    page = editor.page
    page.locator("#t-0-0").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#t-1-0")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("< ۵٬۰۰۰ or")

    has_state(page, "saved", STATUS)
    expect(page.locator("#t-0-0-mark")).to_contain_text("FEEL")
    expect(page.locator("#t-0-0")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("< ۲٬۰۰۰٬۰۰۰٬۰۰۰")
    expect(page.locator("#t-0-0-mark")).to_be_empty()


def test_by_keyboard_alone_a_rule_is_duplicated_and_removed(editor: Window):
    page = editor.page
    rows = page.locator("tr[data-row]")
    before = rows.count()
    _act(page, "copy-row 0")
    expect(rows).to_have_count(before + 1)
    expect(page.locator("#t-1-0")).to_be_focused()
    _act(page, "remove-row 1")
    expect(rows).to_have_count(before)


def _act(page: Page, act: str) -> None:
    button = page.locator(f"button[value='{act}']")
    page.locator("table.sheet details", has=button).locator("summary").focus()
    page.keyboard.press("Enter")
    button.focus()
    page.keyboard.press("Enter")


def test_rows_are_pasted_into_a_cell_and_samples_tried(editor: Window):
    page = editor.page
    rows = page.locator("tr[data-row]")
    _paste(page, "#t-2-0", "> ۹٬۰۰۰٬۰۰۰٬۰۰۰\t-\tCOMMISSION\n-\t-\tNOBODY\n")
    expect(rows).to_have_count(4)
    expect(page.locator("#o-3-0")).to_have_value('"NOBODY"')
    _paste(page, "[data-samples] input", "۱٬۰۰۰\tبله\n۹۹٬۰۰۰٬۰۰۰٬۰۰۰\tخیر\n")

    page.locator("button[value=try]").press("Enter")

    expect(page.locator("[data-samples] tbody tr").nth(1)).to_contain_text("COMMISSION")
    expect(page.locator("tr[data-row='2'] [data-hit]")).to_contain_text("۲")
    assert editor.faults("decisions-fa", HALF["fa"]) == []


def _paste(page: Page, place: str, text: str) -> None:
    page.locator(place).first.evaluate(
        """(cell, text) => {
            const given = new DataTransfer();
            given.setData("text/plain", text);
            cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: given, bubbles: true}));
        }""",
        text,
    )


def test_without_a_connection_the_work_stays_in_the_browser_and_says_so(editor: Window, table: str):
    page = editor.page
    page.route("**/decisions/*.dmn", lambda route: route.abort("failed"))
    page.locator("#t-0-0").fill("< 77")
    has_state(page, "offline", STATUS)
    page.once("dialog", lambda dialog: dialog.accept())
    editor.open("/profile")
    page.unroute("**/decisions/*.dmn")

    _open(editor, table)

    expect(page.locator("#t-0-0")).to_have_value("< 77")
    editor.complaints[:] = [each for each in editor.complaints if "ERR_FAILED" not in each]


def test_the_pages_around_a_table_can_be_used_in_english_too(editor: Window, table: str):
    editor._speak("en")
    for name, path in (("decisions", table), ("decided", _decided(table))):
        editor.open(path)
        assert editor.faults(f"{name}-en", HALF["en"]) == []
    editor._speak("fa")
    assert editor.complaints == []


def _decided(table: str) -> str:
    return table.replace("/decisions/", "/decided/") + "?decision=approver"
