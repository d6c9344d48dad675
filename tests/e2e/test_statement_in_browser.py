"""The first statement by hand in a real browser, in Persian, from filing to payment order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.kit.answering import decide
from tests.kit.browser import Window, context_of
from tests.kit.server import LiveServer
from tests.kit.statements import EXPECTED, SAMPLE, review

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("by_hand"), pytest.mark.timeout(600)]

PERSIAN = str.maketrans("0123456789,.", "۰۱۲۳۴۵۶۷۸۹٬٫")
CERTIFIED = EXPECTED["statements"][0]["certified"]
#: who acts after the supervisor, in order; what waits in parallel waits in any order
REVIEWERS = (
    "consultant",
    "tech_office",
    "fin_expert",
    "budget_officer",
    "fin_head",
    "unit_head",
    "treasurer",
)


@pytest.fixture
def people(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Window]]:
    """Return a function opening somebody's own browser on a fresh site."""
    server = LiveServer(tmp_path_factory.mktemp("by-hand")).start()
    opened: list[Window] = []

    def person(username: str) -> Window:
        opened.append(Window(context_of(chromium), server.address))
        opened[-1].sign_in(username, "fa")
        return opened[-1]

    yield person
    complaints = [each for window in opened for each in window.complaints]
    for each in opened:
        each.context.close()
    server.stop()
    assert complaints == []


def test_the_first_statement_goes_from_desk_to_desk(people: Callable[[str], Window]):
    _file(people("contractor"))
    _measure(people("supervisor"))
    for username in REVIEWERS:
        _agree(people(username))
    treasurer = people("tech_office")
    page = treasurer.open("/areas/contractor_statement/")
    page.locator("main a[href*='/contracts/']").first.click()
    page.locator("main a[href*='tab=statements']").first.click()
    page.locator("main a[href*='/statements/']").first.click()
    page.wait_for_url("**/statements/*")
    order = page.locator("a[href*='/payment-orders/']")
    _until_there(treasurer, order, page.url)  # a worker prints it
    treasurer.picture("by-hand-statement")
    said = page.locator("main").inner_text()
    for figure in ("gross", "retention", "advance_recovery", "social_security", "vat", "net"):
        assert f"{CERTIFIED[figure]:,}".translate(PERSIAN) in said, figure
    assert order.count() == 1
    assert treasurer.accessibility_faults() == []


def _file(contractor: Window) -> None:
    page = contractor.open("/start/interim_statement")
    page.select_option("select[name=contract_id]", index=1)
    page.locator("main form button.primary").click()
    page.locator("form.take button").click()
    if not page.locator("input[type=file]").is_visible():
        page.locator("details:has(input[type=file]) > summary").click()
    page.set_input_files("input[type=file]", SAMPLE / "statement-01.xlsx")
    with page.expect_navigation():
        page.locator("button[form=lines-upload]").click()
    contractor.picture("by-hand-filed")
    decide(page, "submit")


def _measure(supervisor: Window) -> None:
    """Type each corrected quantity, then choose its reason where the row asks for it."""
    page = _take_first(supervisor)
    rows = page.locator("tr[data-k]")
    keys = dict(
        rows.evaluate_all(
            "rows => rows.map(row => [row.querySelector('th').textContent.trim(), row.dataset.k])"
        )
    )
    keys = {code.translate(LATIN): key for code, key in keys.items()}
    for each in review(1)["corrections"]:
        path = f"lines/{keys[each['code']]}"
        page.locator(f"[name='{path}/quantity']").fill(each["approved"].translate(PERSIAN))
        page.locator(f"[name='{path}/quantity']").press("Tab")
        page.locator(f"[name='{path}/reason']").select_option(each["reason"])
    gross = page.locator("tr.own [data-sum=gross]").inner_text()
    assert gross.strip().translate(LATIN) == f"{CERTIFIED['gross']:,}", "summed in the browser"
    supervisor.picture("by-hand-measured")
    decide(page, "approve")


def _agree(person: Window) -> None:
    page = _take_first(person)
    credit = page.locator("select[name=credit_line_id]")
    if credit.count():
        credit.select_option(index=1)
    decide(page, "approve")


def _take_first(person: Window) -> Page:
    page = person.page
    link = page.locator("td.title a[href*='/tasks/']").first
    _until_there(person, link, f"{person.address}/inbox")  # the job before it may be at work
    link.click()
    page.locator("form.take button").click()
    page.wait_for_selector("#outcome")
    return page


def _until_there(person: Window, wanted: Locator, address: str) -> None:
    """Open a page again until what a worker brings is on it."""
    for _ in range(400):
        if wanted.count():
            return
        person.page.wait_for_timeout(100)
        person.open(address.removeprefix(person.address))
    raise AssertionError(f"it never came: {address}")


LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٬٫", "0123456789,.")
