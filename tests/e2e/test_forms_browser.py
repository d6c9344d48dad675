"""Forms in a real browser: every component, what scripts add to them, and what works without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.browser import Profiles, Window
from tests.kit.forms import AREAS
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A running server with the area that shows every component."""
    home = tmp_path_factory.mktemp("forms")
    running = LiveServer(home, settings={"DIVAN_PROCESSES": str(AREAS)}).start()
    yield running
    running.stop()


@pytest.fixture
def open_window(profiles: Profiles, site: LiveServer) -> Iterator[OpenWindow]:
    opened: list[tuple[Window, str]] = []

    def window(locale: str = "fa") -> Window:
        opened.append((profiles.window(site.address, "wide", locale), locale))
        opened[-1][0].sign_in("proc_officer", locale)
        return opened[-1][0]

    yield window
    complaints = [each for window, _ in opened for each in window.complaints]
    for each, locale in opened:
        profiles.close(each, locale)
    assert [each for each in complaints if "422" not in each] == []  # a refused form is a 422


def faults(window: Window, name: str) -> list[str]:
    """Return what is wrong with the page, its foot standing below the form and not over it.

    What happens to lie half under the foot as the page stands is moved from there by scrolling;
    axe would call it a target too small.
    """
    window.page.evaluate(
        "document.querySelectorAll('.action-bar')"
        ".forEach((foot) => { foot.style.position = 'static'; })"
    )
    return window.faults(name)


def start(page: Page, address: str) -> None:
    """Start a case of the area through the pages of its form; end on its first step, taken."""
    page.goto(f"{address}/start/showcase")
    page.fill("#subject", "سرویس آسانسور")
    page.check("[name=kind][value=goods]")
    page.locator("[name=_go][value=next]").click()
    page.fill("#price", "۵۰۰۰۰۰۰")
    page.locator("[name=_go][value=next]").click()
    page.fill('[id="sellers/0/name"]', "آسان‌بر")
    page.locator("[name=_go][value=next]").click()
    page.locator("button.primary").last.click()
    page.wait_for_url(re.compile("/tasks/"))
    page.locator("form.take button, form[action$='/claim'] button").first.click()
    page.wait_for_selector("#goods")
    page.wait_for_load_state("networkidle")  # scripts hear what is typed from here on


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_every_component_is_accessible_in_light_and_dark_wide_and_narrow(
    open_window: OpenWindow, locale: str
):
    window = open_window(locale)
    start(window.page, window.address)
    assert faults(window, f"form-everything-{locale}") == []

    window.page.fill("#count", "صد")
    window.page.locator("#outcome button[name=outcome]").click()
    expect(window.page.locator("[role=alert]")).to_be_focused()
    window.page.locator("[role=alert] a[href='#count']").click()
    expect(window.page.locator("#count")).to_be_focused()
    assert faults(window, f"form-everything-wrong-{locale}") == []


def test_a_slow_double_click_sends_a_form_once(open_window: OpenWindow):
    window = open_window()
    page = window.page
    page.goto(f"{window.address}/start/showcase")
    page.fill("#subject", "یک‌بار")
    page.evaluate(
        """() => {
          window.sent = 0;  // by forms; the page stays, as it does while the server answers
          window.addEventListener("submit", (event) => {
            if (!event.defaultPrevented) window.sent += 1;
            event.preventDefault();
          });
        }"""
    )

    page.locator("[name=_go][value=next]").dblclick()

    assert page.evaluate("window.sent") == 1


def test_the_unit_of_an_amount_is_switched_beside_it(open_window: OpenWindow):
    window = open_window()
    page = window.page
    start(page, window.address)
    words, unit = page.locator("[data-words=amount]"), page.locator('[id="amount/unit"]')

    page.fill("#amount", "۵۰۰٬۰۰۰")
    expect(words).to_contain_text("پانصد هزار ریال (۵۰٬۰۰۰ تومان)")
    unit.select_option("toman")

    expect(words).to_contain_text("پنج میلیون ریال (۵۰۰٬۰۰۰ تومان)")
    expect(page.locator("[data-computed=tax] dd")).to_contain_text("۴۵۰٬۰۰۰")
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-draft-state", "saved")
    page.reload()
    expect(unit).to_have_value("toman")
    expect(words).to_contain_text("پنج میلیون ریال")
    with page.expect_request("**/draft") as saved:
        page.fill("#amount", "۱۲٫۵")
    assert saved.value.post_data_json == {"changes": {"amount": "۱۲٫۵", "amount/unit": "toman"}}
    page.locator("#count").focus()
    expect(page.locator("#amount-problem")).to_contain_text("تومان")


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_an_answer_from_ones_own_other_tab_says_so_and_keeps_what_was_typed(
    open_window: OpenWindow, locale: str
):
    window = open_window(locale)
    page = window.page
    start(page, window.address)
    page.fill("#goods", "لوله")
    for row in (0, 1):
        page.fill(f'[id="items/{row}/title"]', "میلگرد")
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-draft-state", "saved")
    address = page.url
    other = window.context.new_page()
    other.goto(address)
    other.locator("#outcome button[name=outcome]").click()
    other.wait_for_url(lambda now: now != address)

    page.fill("#amount", "۷۰")
    page.select_option('[id="amount/unit"]', "toman")
    page.check("[name=kind][value=goods]")
    page.locator("#outcome button[name=outcome]").click()

    said = {"fa": "این مرحله را پیش‌تر پاسخ داده‌اید", "en": "You have answered this step already"}
    expect(page.locator("h1")).to_have_text(said[locale])
    typed = page.locator("table.list")
    expect(typed).to_contain_text({"fa": "۷۰ تومان", "en": "۷۰ tomans"}[locale])
    expect(typed).to_contain_text("اقلام (۱): شرح" if locale == "fa" else "اقلام (1): شرح")
    assert window.faults(f"form-own-tab-{locale}") == []
    page.goto(address)
    assert window.faults(f"form-closed-{locale}") == []
    window.complaints = [each for each in window.complaints if "409" not in each]


def test_scripts_follow_what_is_typed(open_window: OpenWindow):
    window = open_window()
    page = window.page
    start(page, window.address)
    expect(page.locator(".open-calendar").first).to_be_visible()  # scripts have run

    page.fill("#amount", "۱٬۲۵۰٬۰۰۰")
    expect(page.locator('[id="amount-words"]')).to_have_text(
        "یک میلیون و دویست و پنجاه هزار ریال (۱۲۵٬۰۰۰ تومان)"
    )
    expect(page.locator("[data-computed=tax] dd")).to_have_text("۱۱۲٬۵۰۰ ریال")
    page.fill('[id="items/0/number"]', "2.5")
    page.fill('[id="items/0/price"]', "100")
    expect(page.locator('[data-computed="items/0/line"] dd')).to_have_text("۲۵۰ ریال")
    page.fill('[id="items/1/number"]', "1")
    page.fill('[id="items/1/price"]', "50")
    expect(page.locator("[data-computed=items_total] dd")).to_have_text("۳۰۰ ریال")

    expect(page.locator("#why_urgent")).to_be_hidden()
    page.check("#is_urgent")
    expect(page.locator("#why_urgent")).to_be_visible()
    page.fill('[id="seller.national_id"]', "۱۲۳")
    page.locator('[id="seller.legal_id"]').focus()
    expect(page.locator('[id="seller.national_id-problem"]')).to_contain_text("کد ملی")
    page.fill('[id="seller.national_id"]', "۰۰۸۴۵۷۵۹۴۸")
    page.locator('[id="seller.legal_id"]').focus()
    expect(page.locator('[id="seller.national_id-problem"]')).to_have_count(0)


def test_a_date_is_chosen_by_the_keyboard_alone(open_window: OpenWindow):
    window = open_window()
    page = window.page
    start(page, window.address)
    expect(page.locator(".open-calendar").first).to_be_visible()  # scripts have run

    page.fill("#needed_on", "۱۴۰۵/۰۱/۳۱")
    page.locator("#needed_on").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.calendar td [tabindex='0']")).to_be_focused()
    assert window.accessibility_faults() == []
    page.keyboard.press("ArrowLeft")  # the next day: the page runs from right to left
    expect(page.locator("dialog.calendar .month")).to_have_text("اردیبهشت ۱۴۰۵")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("#needed_on")).to_have_value("۱۴۰۵/۰۲/۰۸")
    expect(page.locator("dialog.calendar")).to_have_count(0)
    expect(page.locator("#needed_on ~ .open-calendar")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#needed_on ~ .open-calendar")).to_be_focused()


def test_a_signature_is_drawn_beside_the_name_and_kept(open_window: OpenWindow):
    window = open_window()
    page = window.page
    start(page, window.address)
    expect(page.locator(".open-calendar").first).to_be_visible()  # scripts have run

    picture = page.locator(".signature svg")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()

    assert re.fullmatch(
        r"M\d+ \d+(L\d+ \d+)+", page.locator("[name='signature/drawn']").input_value()
    )


def test_without_scripts_rows_pages_and_conditions_still_work(chromium: Browser, site: LiveServer):
    context = chromium.new_context(java_script_enabled=False, locale="fa")
    page = context.new_page()
    page.goto(f"{site.address}/sign-in")
    page.fill("#username", "proc_officer")
    page.fill("#password", "divan")
    page.locator("form.fields button").click()
    start(page, site.address)

    page.locator("[name=_add][value=items]").click()
    expect(page.locator('[id="items/2/title"]')).to_be_visible()
    page.locator("[name=_remove][value='items/0']").click()
    expect(page.locator('[id="items/2/title"]')).to_have_count(0)
    page.fill("#goods", "لوله")
    page.check("#is_urgent")
    page.fill('[id="items/0/title"]', "میلگرد")
    page.fill('[id="items/1/title"]', "سیمان")
    page.locator("#outcome button[name=outcome]").first.click()
    expect(page.locator("[role=alert] a[href='#why_urgent']")).to_be_visible()
    page.fill("#why_urgent", "باران")
    page.locator("#outcome button[name=outcome]").first.click()

    page.wait_for_url(re.compile("/inbox"))
    context.close()


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_the_pages_of_a_form_and_its_check_are_accessible(open_window: OpenWindow, locale: str):
    window = open_window(locale)
    page = window.page
    page.goto(f"{window.address}/start/showcase")
    page.fill("#subject", "سرویس آسانسور")
    page.check("[name=kind][value=works]")
    page.fill("#why_works", "زیر بار می‌رود")
    page.locator("[name=_go][value=next]").click()
    assert page.locator("nav.progress [aria-current=step]").count() == 1
    page.fill("#price", "۵۰۰۰۰۰۰")
    page.check("#advance")
    page.fill("#advance_rate", "۲۰")
    expect(page.locator("[data-computed=advance_amount] dd")).to_contain_text(
        "۱٬۰۰۰٬۰۰۰" if locale == "fa" else "1,000,000"
    )
    assert faults(window, f"form-page-{locale}") == []
    window.resize("wide")
    page.locator("[name=_go][value=next]").click()
    page.fill('[id="sellers/0/name"]', "آسان‌بر")
    page.locator("[name=_add]").click()
    page.fill('[id="sellers/1/name"]', "بالابر")
    page.locator("[name=_go][value=next]").click()
    assert faults(window, f"form-check-{locale}") == []
    window.resize("wide")

    page.locator("[name=_go][value=what]").first.click()
    expect(page.locator("#subject")).to_have_value("سرویس آسانسور")
