"""The designer in a real browser: drawn, found fault with, saved, by one and by two."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.bpmn import interchange
from tests.kit.browser import HALF, Window, has_state, shared_window
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

STATUS = "[data-designer-status]"

AREA = Path(__file__).parents[2] / "processes/contractor_statement"
FILE = "interim_statement.bpmn"


@pytest.fixture(scope="module")
def designer(chromium: Browser, server: LiveServer, draft: str) -> Iterator[Window]:
    """The designer on the statement as a Persian analyst has it open, one for all tests."""
    with shared_window(chromium, server.address, "fa") as visitor:
        _open(visitor, draft)
        yield visitor


def _open(visitor: Window, draft: str) -> None:
    visitor.open(f"{draft}/draw/{FILE}")
    visitor.page.wait_for_selector("[data-designer-ready='1']")


def _stored(page: Page, file: str = FILE) -> str:
    """Return a file of the draft as the server has it: the diagram."""
    address = page.locator("[data-designer]").get_attribute("data-raw-url") or ""
    address = address.removesuffix(FILE) + file
    text: str = page.evaluate("async (url) => (await fetch(url)).text()", address)
    return text


def _choose(page: Page, element: str) -> None:
    page.locator(f"[data-outline] [data-element={element}]").click()


def _name(page: Page, name: str) -> None:
    page.fill("#panel-name", name)
    page.locator("#panel-id").focus()


def test_a_step_is_named_given_a_due_time_and_saved_with_nothing_else_changed(designer: Window):
    page = designer.page
    before = _stored(page)
    _choose(page, "measure")
    expect(page.locator("#panel-formId")).to_have_value("measure")
    page.fill("#panel-dueDate", "P3D")
    expect(page.locator("#panel-dueDate-below")).to_contain_text("۳ روز")
    _name(page, 'اندازه‌گیری <img src=x onerror="alert(1)">')

    has_state(page, "saved", STATUS)

    differences = interchange.differences(before.encode(), _stored(page).encode())
    # bpmn-js lists the drawing's shapes in another order, which says nothing
    others = [each for each in differences if "measure" not in each.where]
    assert [str(each) for each in others if each.kind != "moved"] == []
    assert 'dueDate="P3D"' in _stored(page)
    assert "<img src=x" in html.unescape(_stored(page))
    assert "<img src=x" not in _stored(page)
    assert page.locator("img[src=x]").count() == 0
    expect(page.locator("[data-outline] [data-element=measure]")).to_contain_text("<img src=x")
    assert designer.faults("designer-fa", (("wide", "light"),)) == []


def test_every_text_of_the_drawing_tools_is_persian(designer: Window):
    titles = designer.page.locator(".djs-palette .entry").evaluate_all(
        "all => all.map((one) => one.ariaLabel || one.title)"
    )
    assert len(titles) > 8
    assert [each for each in titles if not re.search("[\u0600-\u06ff]", each)] == []


def test_the_drawing_is_given_as_a_picture(designer: Window):
    page = designer.page
    for kind, begins in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        with page.expect_download() as given:
            page.locator(f"[data-export={kind}]").click()
        assert given.value.suggested_filename == f"interim_statement.{kind}"
        assert Path(given.value.path()).read_bytes().startswith(begins)


def test_a_persian_label_is_written_on_the_drawing_and_its_shape_dragged_on_a_page_from_the_right(
    designer: Window,
):
    page = designer.page
    shape = page.locator("[data-stage] [data-element-id=measure] .djs-hit").first
    _choose(page, "measure")
    expect(page.locator(".djs-context-pad.open")).to_be_visible()
    _is_beside_the_palette(page)
    was = shape.bounding_box()
    assert was
    shape.dblclick()
    label = page.locator(".djs-direct-editing-content")
    expect(label).to_have_attribute("dir", "auto")
    box = label.bounding_box()
    assert box
    assert abs(box["x"] - was["x"]) < 40  # the field lies over its shape
    label.fill("اندازه‌گیری در کارگاه (متره)")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-name")).to_have_value("اندازه‌گیری در کارگاه (متره)")
    page.mouse.move(was["x"] + 20, was["y"] + 20)
    page.mouse.down()
    page.mouse.move(was["x"] + 40, was["y"] + 25, steps=2)
    page.mouse.move(was["x"] + 70, was["y"] + 30, steps=4)
    page.mouse.up()

    expect(page.locator("[data-outline] [data-element=measure]")).to_contain_text("کارگاه")
    now = shape.bounding_box()
    assert now
    assert 25 < now["x"] - was["x"] < 75
    has_state(page, "saved", STATUS)
    assert "اندازه‌گیری در کارگاه (متره)" in _stored(page)
    page.locator("[data-act=undo]").click()


def _is_beside_the_palette(page: Page) -> None:
    """The palette is one column, and the drawing begins beside it."""
    palette = page.locator(".djs-palette").bounding_box()
    stage = page.locator("[data-stage]").bounding_box()
    assert palette
    assert stage
    assert palette["width"] < 60
    assert palette["height"] < stage["height"]


def test_by_keyboard_alone_a_step_is_appended_found_in_the_outline_and_removed(designer: Window):
    page = designer.page
    lines = page.locator("[data-outline] button")
    expect(lines.first).to_be_visible()
    before = lines.count()
    page.locator("[data-outline] [data-element=measure]").focus()
    page.keyboard.press("Enter")
    _unfold(page, "#panel-append")
    page.select_option("#panel-append", "UserTask")
    page.locator("#panel-append ~ button").focus()
    page.keyboard.press("Enter")
    expect(lines).to_have_count(before + 1)
    fresh = page.locator("[data-outline] [data-element^=Activity_]").first
    expect(fresh).to_have_attribute("aria-current", "true")

    fresh.focus()
    page.keyboard.press("Delete")

    expect(lines).to_have_count(before)


def test_a_step_is_copied_with_what_hangs_on_it_by_the_keys_of_every_program(designer: Window):
    page = designer.page
    lines = page.locator("[data-outline] button")
    before = lines.count()
    _choose(page, "measure")
    page.locator("[data-stage] svg[tabindex]").first.focus()

    page.keyboard.press("ControlOrMeta+c")
    page.keyboard.press("ControlOrMeta+v")
    box = page.locator("[data-stage] [data-element-id=measure] .djs-hit").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 50, box["y"] + 90)
    page.mouse.move(box["x"] + 60, box["y"] + 100, steps=5)
    expect(page.locator(".djs-drag-group")).to_be_attached()  # it hangs at the pointer
    expect(page.locator(".new-parent")).to_be_attached()  # and may be let go here
    page.mouse.click(box["x"] + 60, box["y"] + 100)

    expect(lines).to_have_count(before + 2)  # the step and the message that is caught at it
    page.locator("[data-act=undo]").click()
    expect(lines).to_have_count(before)
    has_state(page, "saved", STATUS)


def test_a_step_is_found_by_its_name_under_the_small_map_too(designer: Window):
    page = designer.page
    page.locator("[data-act=map]").click()
    page.locator("[data-act=search]").click()
    page.locator(".djs-search-input input").fill("کنترل فنی")
    page.locator(".djs-search-result").first.click()

    expect(page.locator("#panel-id")).to_have_value("technical_review")
    page.locator("[data-act=map]").click()


def _unfold(page: Page, within: str) -> None:
    """Open the group of the panel that holds something, by keyboard, unless it is open."""
    group = page.locator("[data-panel] details", has=page.locator(within))
    if group.get_attribute("open") is None:
        group.locator("summary").press("Enter")
    expect(group).to_have_attribute("open", "")


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

    page.locator("[data-act=undo]").click()

    expect(page.locator("[data-outline] [data-element=measure]")).to_be_visible()
    expect(page.locator("[data-findings] .refuses")).to_have_count(0)


def test_a_condition_is_reached_by_keyboard_and_checked_by_the_engine(designer: Window):
    page = designer.page
    _choose(page, "measure_result")
    _unfold(page, "[data-flow]")
    page.locator("[data-flow=measure_result_to_record_return]").press("Enter")
    condition = page.locator("#panel-condition")
    expect(condition).to_have_value('outcome = "return"')

    condition.fill("outcome =")

    below = page.locator("#panel-condition-below")
    expect(below).to_have_class("hint below problem")
    condition.fill('outcome = "return" and amount > 5')
    expect(below).to_contain_text("amount")
    page.locator("#panel-name").focus()
    has_state(page, "saved", STATUS)
    assert "amount &gt; 5" in _stored(page)


def test_what_exists_is_offered_while_an_expression_is_typed_and_a_lane_is_given_its_desk(
    designer: Window,
):
    page = designer.page
    _choose(page, "measure_result")
    _unfold(page, "[data-flow]")
    page.locator("[data-flow=measure_result_to_record_return]").press("Enter")
    condition = page.locator("#panel-condition")
    condition.fill("")
    condition.press_sequentially("outc")
    expect(page.locator(".feel-offered [aria-selected=true]")).to_contain_text("outcome")
    condition.press("Enter")
    condition.press_sequentially(' = "return" or string le')
    expect(page.locator(".feel-offered [aria-selected=true]")).to_contain_text("string length")
    condition.press("Escape")
    condition.fill('outcome = "return"')
    _choose(page, "supervisor")
    page.select_option("#panel-role", "PROJECT_MANAGER")
    expect(page.locator("#panel-role-below")).to_be_empty()
    page.fill("#panel-place", "nowhere")
    page.locator("#panel-name").focus()
    expect(page.locator("#panel-place-below")).to_contain_text("nowhere")
    _choose(page, "measure")
    page.locator(".djs-context-pad [data-action=append]").click()
    page.fill(".djs-popup input", "فرم measure")
    expect(page.locator(".djs-popup .entry").first).to_contain_text("measure")
    page.keyboard.press("Escape")
    settings = _stored(page, "process.toml")
    assert 'supervisor = { role = "PROJECT_MANAGER", in = "case" }' in settings
    designer.complaints[:] = [each for each in designer.complaints if "422" not in each]


def test_analysts_talk_at_an_element_and_it_is_marked_until_it_is_settled(designer: Window):
    page = designer.page
    _choose(page, "measure")
    page.fill("#comment-new", "@analyst2 <b>چرا؟</b>")
    page.locator("[data-threads] form").last.locator("button").click()
    said = page.locator("[data-threads] .said")
    expect(said).to_contain_text("<b>چرا؟</b>")
    expect(page.locator(".comment-mark")).to_be_visible()

    page.locator("[data-threads] .thread > button").click()

    expect(page.locator(".comment-mark")).to_have_count(0)
    assert "چرا" not in _stored(page)


def test_without_a_connection_the_work_stays_in_the_browser_and_says_so(
    designer: Window, draft: str
):
    page = designer.page
    page.route("**/files/*.bpmn", lambda route: route.abort())
    _choose(page, "measure")
    _name(page, "نام تازه")
    has_state(page, "offline", STATUS)
    page.once("dialog", lambda dialog: dialog.accept())

    designer.open("/profile")
    page.unroute("**/files/*.bpmn")
    _open(designer, draft)

    has_state(page, "saved", STATUS)
    assert "نام تازه" in _stored(page)
    designer.complaints[:] = [each for each in designer.complaints if "ERR_FAILED" not in each]


def test_of_two_analysts_who_draw_the_same_the_second_is_shown_both(
    designer: Window, draft: str, window: Callable[..., Window]
):
    second = window("wide", "en")
    second.sign_in("analyst2", "en")
    _open(second, draft)
    expect(second.page.locator("[data-editing]")).to_contain_text("Nima")
    for visitor, name in ((designer, "Hers"), (second, "His")):
        _choose(visitor.page, "measure")
        _name(visitor.page, name)
        has_state(visitor.page, "saved" if visitor is designer else "moved", STATUS)
    expect(second.page.locator("#panel-dueDate-below")).to_contain_text("3 days")
    assert second.faults("designer-en", (("wide", "dark"),)) == []

    second.page.locator("[data-designer-status] a").click()

    second.page.wait_for_url("**/both/**")
    shown = second.page.locator("textarea")
    assert "Hers" in shown.nth(0).input_value()
    assert "His" in shown.nth(1).input_value()
    assert second.accessibility_faults() == []
    second.complaints = [each for each in second.complaints if "409" not in each]


def test_a_phone_gets_a_drawing_to_look_at_and_a_note(draft: str, window: Callable[..., Window]):
    visitor = window("narrow", "fa")
    visitor.sign_in("analyst", "fa")

    page = visitor.open(f"{draft}/draw/{FILE}")

    page.wait_for_selector("[data-diagram-ready]", state="attached")
    expect(page.locator("div[data-look]")).to_be_visible()
    expect(page.locator("[data-designer]")).to_be_hidden()
    assert visitor.faults("designer", (("narrow", "light"),)) == []


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_the_pages_around_a_draft_can_be_used_by_everybody(
    draft: str, window: Callable[..., Window], locale: str
):
    visitor = window("wide", locale)
    visitor.sign_in("analyst", locale)
    for name, page in {
        "studio": "/studio",
        "draft": draft,
        "draft-history": f"{draft}/history",
        "draft-comments": f"{draft}/comments",
        "draft-file": f"{draft}/files/process.toml",
    }.items():
        visitor.open(page)
        assert visitor.faults(f"{name}-{locale}", HALF[locale]) == []
