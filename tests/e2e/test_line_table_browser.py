"""The line table in a real browser: totals, keys, paste, saving, at 1,500 lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.values import grouped, latin_digits
from forms.line_sums import line_amount, sums_of
from forms.line_table import compared_quantity, quantity_from
from tests.e2e.line_table_site import LineTableSite, served
from tests.kit.browser import Window, context_of
from tests.kit.lines import FACTORS, line_table

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., tuple[LineTableSite, Page]]]:
    """Return a function opening a table of so many lines; no complaint may be left."""
    windows: list[Window] = []
    with ExitStack() as stack:

        def open_table(
            count: int, *, entry: str = "supervisor", locale: str = "fa", width: str = "wide"
        ) -> tuple[LineTableSite, Page]:
            site = LineTableSite(line_table(count, entry=entry), locale)
            window = Window(context_of(chromium, width, locale), stack.enter_context(served(site)))
            windows.append(window)
            return site, window.open("")

        yield open_table
        complaints = [
            each
            for window in windows
            for each in window.complaints
            if "ERR_INTERNET_DISCONNECTED" not in each  # a test's own doing
        ]
        for each in windows:
            each.context.close()
    assert complaints == []


def cell(page: Page, code: str, part: str = "quantity") -> Locator:
    return page.locator(f'[name="lines/{code}/{part}"]')


def paste(page: Page, code: str, text: str) -> None:
    cell(page, code).focus()
    page.evaluate(
        """text => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def gross(site: LineTableSite, typed: dict[str, str]) -> str:
    """The grand total as the server reckons it."""
    amounts = []
    for row in site.table.rows:
        quantity = quantity_from(typed.get(row.key, ""))
        own = compared_quantity(site.table, row) if quantity is None else quantity
        price = int(row.cells["unit_price"] or 0)
        amounts.append((str(row.cells["factor"]), line_amount(price, own)))
    return grouped(sums_of(amounts, FACTORS, site.table.fixed.amount).gross, site.locale)


def test_a_changed_cell_shows_the_totals_the_server_would_reckon(opened):
    site, page = opened(312)

    cell(page, "010100").fill("۰٫۵")
    cell(page, "030200").fill("17.125")

    expect(page.locator('[data-sum="gross"]')).to_have_text(
        gross(site, {"010100": "0.5", "030200": "17.125"})
    )
    row = page.locator('tr[data-k="010100"]')
    expect(row.locator("td").last).to_have_text("۱٬۰۰۰")
    expect(row.locator("td").nth(-2)).to_have_text("−۰٫۶۲۵")


def test_only_changed_cells_are_saved_and_sent(opened):
    site, page = opened(312)

    cell(page, "010100").fill("0.5")
    cell(page, "010100", "reason").select_option("MEASURE")
    expect(page.locator("[data-draft-status]")).to_contain_text("Saved at")
    cell(page, "010200").fill("1")
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()

    assert site.draft["lines/010100/quantity"] == "0.5"
    assert site.draft["lines/010100/reason"] == "MEASURE"
    assert sorted(site.sent) == ["lines/010200/quantity", "outcome"]


def test_cells_sent_with_a_refused_answer_are_kept_afterwards(opened):
    site, page = opened(12)
    cell(page, "010100").fill("0.5")
    cell(page, "010200").fill("12.3456")
    page.get_by_role("button", name="Send").click()

    expect(page.locator("[data-draft-status]")).to_contain_text("Saved at")

    assert site.draft == {"lines/010100/quantity": "0.5", "lines/010200/quantity": "12.3456"}
    expect(cell(page, "010100")).to_have_value("0.5")
    expect(cell(page, "010200")).to_have_attribute("aria-invalid", "true")


def test_keys_move_between_lines_restore_and_decide(opened):
    _, page = opened(12)

    cell(page, "010000").click()
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    page.keyboard.press("ArrowDown")
    expect(cell(page, "010200")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(cell(page, "010100")).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(cell(page, "010100")).to_have_value("1")
    page.keyboard.press("Alt+KeyA")
    expect(cell(page, "010100")).to_have_value("")
    page.keyboard.press("Alt+KeyR")
    expect(cell(page, "010100")).to_have_value("0")
    expect(cell(page, "010100", "reason")).to_be_focused()


def test_pasted_pairs_are_taken_reported_and_taken_back(opened):
    _, page = opened(12)
    before = page.locator('[data-sum="gross"]').inner_text()

    paste(page, "010000", "ردیف\tمقدار\n۰۱۰۳۰۰\t۲٫۵\n10100\t1\n999999\t4\n010200\tx\n")

    expect(cell(page, "010300")).to_have_value("۲٫۵")
    expect(cell(page, "010100")).to_have_value("1")
    report = page.locator("[data-paste-report]")
    expect(report).to_contain_text("۳")
    expect(report).to_contain_text("999999")
    expect(report).to_contain_text("010200")
    report.get_by_role("button").first.click()
    expect(cell(page, "010300")).to_have_value("")
    expect(page.locator('[data-sum="gross"]')).to_have_text(before)


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(opened):
    site, page = opened(12, locale="en")
    page.context.set_offline(True)

    cell(page, "010100").fill("0.5")
    expect(page.locator("[data-draft-status]")).to_have_text("Not saved yet")
    page.context.set_offline(False)

    expect(page.locator("[data-draft-status]")).to_contain_text("Saved at")
    assert site.draft == {"lines/010100/quantity": "0.5"}


def test_filters_show_a_chapter_a_text_and_only_differences(opened):
    _, page = opened(90)
    shown = page.locator("tr[data-k]:visible")

    page.locator("[data-filter=chapter]").select_option("02")
    expect(shown).to_have_count(40)
    page.locator("[data-filter=text]").fill("ردیف 0205")
    expect(shown).to_have_count(1)
    page.locator("[data-filter=text]").fill("")
    cell(page, "020300").fill("0")
    page.locator("[data-filter=differences]").check()
    expect(shown).to_have_count(1)


@pytest.mark.parametrize("query", ["chapter=01", "show=differences"])
def test_lines_the_server_left_out_stay_in_the_totals(opened, query: str):
    site, page = opened(90)
    site.draft["lines/010100/quantity"] = "0.5"
    page.goto(f"{page.url}?{query}")

    cell(page, "010100").fill("0.25")

    expect(page.locator('[data-sum="gross"]')).to_have_text(gross(site, {"010100": "0.25"}))


@pytest.mark.parametrize(("locale", "width"), [("fa", "wide"), ("en", "narrow")])
def test_the_table_is_free_of_known_accessibility_faults(chromium: Browser, locale, width):
    site = LineTableSite(line_table(30), locale)
    with served(site) as address:
        window = Window(context_of(chromium, width, locale), address)
        page = window.open("")
        cell(page, "010100").fill("12.3456")
        cell(page, "010200").fill("1")

        assert window.accessibility_faults() == []
        assert not window.scrolls_sideways()
        window.picture(f"line-table-{locale}-{width}")
        window.context.close()


def test_a_key_shows_new_totals_of_1500_lines_within_a_frame_or_two(opened):
    site, page = opened(1500)
    cell(page, "010000").focus()

    took = page.evaluate(
        """async () => {
            const cells = document.querySelectorAll('[name$="/quantity"]');
            const times = [];
            for (let at = 0; at < 40; at += 1) {
                const began = performance.now();
                cells[at].value = String(at);
                cells[at].dispatchEvent(new Event("input", {bubbles: true}));
                document.body.offsetHeight;
                times.push(performance.now() - began);
            }
            return times.sort((a, b) => a - b)[20];
        }"""
    )

    typed = {row.key: str(at) for at, row in enumerate(site.table.rows[:40])}
    assert latin_digits(page.locator('[data-sum="gross"]').inner_text()) == latin_digits(
        gross(site, typed)
    )
    print(f"keystroke to totals at 1,500 lines: {took:.1f} ms")
    assert took < 200
