"""The designer in a real browser, in both languages: drawn, found fault with, saved."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from engine.bpmn import interchange
from tests.kit.browser import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

AREA = Path(__file__).parents[2] / "processes/contractor_statement"
FILE = "interim_statement.bpmn"


@pytest.fixture
def analyst(window: Callable[..., Window]) -> Callable[[str], Window]:
    """Open the designer on a draft of the statement; return the window."""

    def open_designer(locale: str, file: str = FILE) -> Window:
        visitor = window("wide", locale)
        visitor.sign_in("analyst", locale)
        page = visitor.open("/studio")
        page.fill("#title-contractor_statement", "گام تازه")
        page.locator("input[name=area][value=contractor_statement] ~ button").click()
        page.wait_for_url("**/studio/drafts/**")
        visitor.open(f"{urlsplit(page.url).path}/draw/{file}")
        page.wait_for_selector("[data-designer-ready='1']")
        return visitor

    return open_designer


@pytest.fixture(params=["fa", "en"])
def designer(request: pytest.FixtureRequest, analyst: Callable[[str], Window]) -> Window:
    return analyst(request.param)


def _stored(page: Page) -> str:
    """Return the diagram as the server has it."""
    address = page.locator("[data-designer]").get_attribute("data-raw-url")
    text: str = page.evaluate("async (url) => (await fetch(url)).text()", address)
    return text


def _saved(page: Page) -> None:
    expect(page.locator("[data-designer-status]")).to_have_attribute(
        "data-state", "saved", timeout=20_000
    )


def _choose(page: Page, element: str) -> None:
    page.locator(f"[data-outline] [data-element={element}]").click()


def test_a_step_is_named_given_a_due_time_and_saved_with_nothing_else_changed(designer: Window):
    page = designer.page
    _choose(page, "measure")
    expect(page.locator("#panel-formId")).to_have_value("measure")
    page.fill("#panel-dueDate", "P3D")
    expect(page.locator("#panel-dueDate-below")).to_contain_text(
        "روز" if _is_persian(page) else "days"
    )
    page.fill("#panel-name", 'اندازه‌گیری <img src=x onerror="alert(1)">')
    page.locator("#panel-id").focus()

    _saved(page)

    differences = interchange.differences((AREA / FILE).read_bytes(), _stored(page).encode())
    # bpmn-js lists the drawing's shapes in another order, which says nothing
    others = [each for each in differences if "measure" not in each.where]
    assert [str(each) for each in others if each.kind != "moved"] == []
    assert 'dueDate="P3D"' in _stored(page)
    assert "<img src=x" in html.unescape(_stored(page))
    assert "<img src=x" not in _stored(page)
    assert page.locator("img[src=x]").count() == 0
    expect(page.locator("[data-outline] [data-element=measure]")).to_contain_text("<img src=x")
    designer.resize("wide")
    assert designer.accessibility_faults() == []
    designer.picture(f"designer-{'fa' if _is_persian(page) else 'en'}")


def _is_persian(page: Page) -> bool:
    return page.locator("html").get_attribute("lang") == "fa"


def test_by_keyboard_alone_a_step_is_appended_found_in_the_outline_and_removed(designer: Window):
    page = designer.page
    lines = page.locator("[data-outline] button")
    expect(lines.first).to_be_visible()
    before = lines.count()
    page.locator("[data-outline] [data-element=measure]").focus()
    page.keyboard.press("Enter")
    acts = page.locator("[data-panel] details", has=page.locator("#panel-append"))
    acts.locator("summary").press("Enter")
    page.select_option("#panel-append", "UserTask")
    page.locator("#panel-append ~ button").focus()
    page.keyboard.press("Enter")
    expect(lines).to_have_count(before + 1)
    fresh = page.locator("[data-outline] [data-element^=Activity_]").first
    expect(fresh).to_have_attribute("aria-current", "true")

    fresh.focus()
    page.keyboard.press("Delete")

    expect(lines).to_have_count(before)


def test_what_is_wrong_is_told_while_it_is_drawn_and_marked_on_the_drawing(designer: Window):
    page = designer.page
    _choose(page, "measure_result")
    page.locator("#panel-id").fill("measure")
    page.locator("#panel-name").focus()
    expect(page.locator("#panel-id-below")).not_to_be_empty()  # another element has it

    page.locator("[data-outline] [data-element=measure]").focus()
    page.keyboard.press("Delete")

    expect(page.locator("[data-findings] .refuses").first).to_be_visible()
    expect(page.locator(".finding-mark.refuses").first).to_be_visible()


def test_a_condition_is_reached_by_keyboard_and_checked_by_the_engine(designer: Window):
    page = designer.page
    _choose(page, "measure_result")
    acts = page.locator("[data-panel] details", has=page.locator("[data-flow]"))
    acts.locator("summary").press("Enter")
    page.locator("[data-flow=measure_result_to_record_return]").press("Enter")
    condition = page.locator("#panel-condition")
    expect(condition).to_have_value('outcome = "return"')

    condition.fill("outcome =")

    below = page.locator("#panel-condition-below")
    expect(below).to_have_class("hint below problem")
    condition.fill('outcome = "return" and amount > 5')
    expect(below).to_contain_text("amount")
    page.locator("#panel-name").focus()
    _saved(page)
    assert "amount &gt; 5" in _stored(page)


def test_without_a_connection_the_work_stays_in_the_browser_and_says_so(
    analyst: Callable[[str], Window],
):
    visitor = analyst("fa")
    page = visitor.page
    status = page.locator("[data-designer-status]")
    address = urlsplit(page.url).path
    page.route("**/files/*.bpmn", lambda route: route.abort())
    _choose(page, "measure")
    page.fill("#panel-name", "نام تازه")
    page.locator("#panel-id").focus()
    expect(status).to_have_attribute("data-state", "offline")
    page.on("dialog", lambda dialog: dialog.accept())

    visitor.open("/inbox")
    page.unroute("**/files/*.bpmn")
    visitor.open(address)
    page.wait_for_selector("[data-designer-ready='1']")

    _saved(page)
    assert "نام تازه" in _stored(page)
    visitor.complaints = [each for each in visitor.complaints if "ERR_FAILED" not in each]


def test_of_two_analysts_who_draw_the_same_the_second_is_shown_both(
    analyst: Callable[[str], Window], window: Callable[..., Window]
):
    first = analyst("en")
    address = urlsplit(first.page.url).path
    second = window("wide", "en")
    second.sign_in("analyst2", "en")
    second.open(address)
    second.page.wait_for_selector("[data-designer-ready='1']")
    expect(second.page.locator("[data-editing]")).to_contain_text("Nima")

    for visitor, name in ((first, "Hers"), (second, "His")):
        _choose(visitor.page, "measure")
        visitor.page.fill("#panel-name", name)
        visitor.page.locator("#panel-id").focus()
        state = "saved" if visitor is first else "moved"
        status = visitor.page.locator("[data-designer-status]")
        expect(status).to_have_attribute("data-state", state)

    second.page.locator("[data-designer-status] a").click()
    second.page.wait_for_url("**/both/**")
    shown = second.page.locator("textarea")
    assert "Hers" in shown.nth(0).input_value()
    assert "His" in shown.nth(1).input_value()
    assert second.accessibility_faults() == []
    second.complaints = [each for each in second.complaints if "409" not in each]


def test_a_phone_gets_a_drawing_to_look_at_and_a_note(analyst: Callable[[str], Window]):
    visitor = analyst("fa")
    address = urlsplit(visitor.page.url).path
    visitor.resize("narrow")

    page = visitor.open(address)

    page.wait_for_selector("[data-diagram-ready]", state="attached")
    expect(page.locator("div[data-look]")).to_be_visible()
    page.wait_for_timeout(150)  # the frame has settled
    expect(page.locator("[data-designer]")).to_be_hidden()
    visitor.picture("designer-narrow")
    assert visitor.accessibility_faults() == []
    assert not visitor.scrolls_sideways()


def test_the_drawing_is_given_as_a_picture(analyst: Callable[[str], Window]):
    page = analyst("fa").page
    for kind, begins in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        with page.expect_download() as given:
            page.locator(f"[data-export={kind}]").click()
        assert given.value.suggested_filename == f"interim_statement.{kind}"
        assert Path(given.value.path()).read_bytes().startswith(begins)


def test_every_text_of_the_drawing_tools_is_persian_on_a_persian_page(
    analyst: Callable[[str], Window],
):
    page = analyst("fa").page
    titles = page.locator(".djs-palette .entry").evaluate_all(
        "all => all.map((one) => one.ariaLabel || one.title)"
    )
    assert len(titles) > 8
    assert [each for each in titles if not re.search("[\u0600-\u06ff]", each)] == []


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_the_pages_around_a_draft_can_be_used_by_everybody(
    analyst: Callable[[str], Window], locale: str
):
    visitor = analyst(locale)
    draft = urlsplit(visitor.page.url).path.partition("/draw/")[0]
    for name, page in {
        "studio": "/studio",
        "draft": draft,
        "draft-history": f"{draft}/history",
        "draft-file": f"{draft}/files/process.toml",
    }.items():
        visitor.open(page)
        assert visitor.faults(f"{name}-{locale}") == []
