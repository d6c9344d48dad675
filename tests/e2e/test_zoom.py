"""Pages at 200 % zoom, and what a finger or a mouse has to meet in the densest list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.kit.browser import Window
from tests.kit.letters import READER, receive
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

#: elements to press that are lower or narrower than 24 px and have another one within the circle
#: of that size around their middle (WCAG 2.5.8)
SMALL = """() => {
  const seen = [...document.querySelectorAll("main :is(a, button, input, select, summary)")]
    .filter((each) => each.checkVisibility() && !each.matches(".visually-hidden"));
  const box = (each) => each.getBoundingClientRect();
  const middle = (b) => [b.x + b.width / 2, b.y + b.height / 2];
  return seen.filter((each) => {
    const b = box(each);
    if (!b.width || (b.width >= 24 && b.height >= 24)) return false;
    const [x, y] = middle(b);
    return seen.some((other) => {
      if (other === each) return false;
      const o = box(other);
      const dx = Math.max(o.left - x, 0, x - o.right), dy = Math.max(o.top - y, 0, y - o.bottom);
      return Math.hypot(dx, dy) < 12;
    });
  }).map((each) => each.outerHTML.slice(0, 90));
}"""


@pytest.fixture(scope="module")
def letters(server: LiveServer) -> None:
    """A list with some lines."""
    for sender in ("یکم", "دوم", "سوم"):
        receive(server.address, sender)


@pytest.mark.parametrize("path", ["/inbox", "/start", "/monitoring/cases", "/inbox?view=done"])
def test_nothing_is_lost_at_twice_the_size(letters: None, window: Callable[..., Window], path: str):
    visitor = window("wide", "fa")
    visitor.sign_in("auditor" if "monitoring" in path else READER, "fa")
    visitor.page.set_viewport_size({"width": 700, "height": 450})  # 1,400 by 900 at 200 %
    page = visitor.open(path)

    assert not visitor.scrolls_sideways()
    assert page.locator("nav a").count() > 4
    for link in page.locator("nav a").all():
        assert link.is_visible()
    visitor.picture(f"zoom-{path.strip('/').replace('/', '-').replace('?', '-')}")


def test_a_dense_list_keeps_its_targets_apart(letters: None, window: Callable[..., Window]):
    visitor = window("wide", "fa")
    visitor.sign_in(READER, "fa")
    page = visitor.open("/inbox")

    page.evaluate("document.documentElement.dataset.density = 'compact'")

    assert page.evaluate(SMALL) == []
    assert visitor.accessibility_faults() == []
    visitor.picture("inbox-fa-wide-dense")


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_on_a_telephone_the_frame_takes_two_lines_and_loses_nothing(
    letters: None, window: Callable[..., Window], locale: str
):
    visitor = window("narrow", locale)
    visitor.sign_in(READER, locale)
    page = visitor.open("/inbox?view=snoozed")

    assert _across(page, ".rail", "height") <= 100
    assert not visitor.scrolls_sideways()
    assert _across(page, ".rail [aria-current]", "left") >= 0
    assert _across(page, ".rail [aria-current]", "right") <= 390
    page.locator(".rail nav a").last.focus()
    assert _across(page, ".rail nav li:last-child a", "left") >= -1
    assert _across(page, ".rail nav li:last-child a", "right") <= 391
    heights = "each => each.map(one => one.getBoundingClientRect().height)"
    assert min(page.locator(".rail :is(a, button):visible").evaluate_all(heights)) >= 24
    assert visitor.accessibility_faults() == []
    visitor.picture(f"frame-{locale}-narrow")


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_code_that_no_line_of_a_telephone_holds_wraps(
    server: LiveServer, window: Callable[..., Window], locale: str
):
    visitor = window("narrow", locale)
    visitor.sign_in("proc_officer", locale)
    page = visitor.open("/areas/transactions/firms")
    height = "each => each.getBoundingClientRect().height"
    assert page.locator("main td bdi").first.evaluate(height) < 40, "a short one is one line"

    code = "8" * 60
    page.locator("main h1").evaluate(f"each => each.innerHTML += ' <bdi>{code}</bdi>'")
    page.locator("main td bdi").evaluate_all(f"all => all.forEach(e => e.textContent = '{code}')")

    assert not visitor.scrolls_sideways()
    assert _across(page, "main td bdi", "left") >= 0
    assert _across(page, "h1 bdi", "right") <= 390
    visitor.picture(f"code-{locale}-narrow")


def _across(page: Page, selector: str, measure: str) -> float:
    """Return a measure of an element's box, in px from the window's left top."""
    taken = f"each => each.getBoundingClientRect().{measure}"
    return float(page.locator(selector).first.evaluate(taken))
