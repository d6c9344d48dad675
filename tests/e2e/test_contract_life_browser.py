"""What people enter on a contract and among the price indices, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.kit.browser import Window
from tests.kit.server import LiveServer
from tests.kit.statements import Office

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

INDICES = "/areas/contractor_statement/indices"
OPEN = "details.way[open] "


@pytest.fixture(scope="module")
def contract(server: LiveServer) -> str:
    office = Office(server.address)
    found = office.contract()
    office.close()
    return found


def keep(page: Page, form: str, **typed: str) -> None:
    """Open one of the small forms unless it is open, fill it in and send it."""
    details = page.locator("details.way").filter(has=page.locator(f"form[action$='/{form}']"))
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    for name, text in typed.items():
        field = page.locator(f"#{name}")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    with page.expect_navigation():
        details.locator("button.primary").click()


def told(visitor: Window) -> list[str]:
    """Return what is said beside fields; the browser itself complains of the refusal."""
    visitor.complaints = [each for each in visitor.complaints if "422" not in each]
    return visitor.page.locator("p.problem").all_inner_texts()


def test_acceptance_is_entered_refused_withdrawn_and_entered_again(
    window: Callable[..., Window], contract: str
):
    visitor = window()
    visitor.sign_in("project_manager")
    page = visitor.open(f"{contract}?tab=life")
    keep(
        page,
        "minutes",
        minute_kind="PROVISIONAL_ACCEPTANCE",
        minute_no="ت/۱۲",
        held_on="1499/01/01",
        defects_months="۶",
        defects="نشت لوله",
    )
    assert told(visitor) == ["تاریخ در آینده است"]
    assert page.locator("#held_on").input_value() == "1499/01/01"
    assert page.locator("#defects").input_value() == "نشت لوله"
    assert visitor.accessibility_faults() == []
    visitor.picture("life-wrong-fa-wide")

    keep(page, "minutes", held_on="۱۴۰۴/۱۲/۰۱")
    assert page.locator(".work-head .chip").inner_text() == "تحویل موقت"
    keep(page, "withdrawals", withdrawn_because="تاریخ اشتباه بود")
    assert page.locator(".work-head .chip").inner_text() == "در جریان"
    assert "تاریخ اشتباه بود" in page.locator("main").inner_text()
    keep(page, "minutes", minute_kind="SUSPENSION", minute_no="۲", held_on="1404/12/02")
    keep(page, "minutes", minute_kind="RESUMPTION", minute_no="۳", held_on="1404/12/03")
    assert page.locator(".work-head .chip").inner_text() == "در جریان"


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_acceptance_and_changes_have_no_faults_in_either_width(
    window: Callable[..., Window], contract: str, locale: str
):
    visitor = window("wide", locale)
    visitor.sign_in("tech_office", locale)
    page = visitor.open(f"{contract}?tab=life")
    faults = []
    for each in page.locator("details.way summary").all():
        each.click()
    for width in ("wide", "narrow"):
        visitor.resize(width)
        page.wait_for_timeout(250)
        visitor.picture(f"contract-life-{locale}-{width}")
        faults += visitor.accessibility_faults()
        faults += ["sideways"] if visitor.scrolls_sideways() else []
    assert faults == []


def test_indices_are_entered_revised_and_pasted(window: Callable[..., Window]):
    visitor = window("wide", "en")
    visitor.sign_in("fin_expert", "en")
    page = visitor.open(INDICES)
    index = {"discipline": "ابنیه", "quarter": "1404Q2", "chapter": "08"}
    keep(page, "indices", **index, index_value="x", published="provisional")
    assert told(visitor) == ["Not a number"]
    assert page.locator("#chapter").input_value() == "08"
    keep(page, "indices", index_value="640.5")
    keep(page, "indices", **index, index_value="640.7", published="provisional")
    assert "640.5 until" in page.locator("table").inner_text()

    keep(page, "list", pasted="1404Q2\t08\t641\n1404Q9\t08\t1")
    assert "Row 2" in page.locator("[role=alert]").inner_text()
    assert page.locator("#pasted").input_value() == "1404Q2\t08\t641\n1404Q9\t08\t1"
    assert visitor.accessibility_faults() == []
    told(visitor)
    keep(page, "list", pasted="1404Q2\t08\t641\n1404Q1\t08\t600\tprovisional")
    rows = page.locator("table tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == ["1404Q2", "1404Q1"]
    assert "641" in rows[0]
    visitor.resize("narrow")
    visitor.picture("indices-en-narrow")
    assert not visitor.scrolls_sideways()
