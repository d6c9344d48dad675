"""Pages at 200 % zoom, and what a finger or a mouse has to meet in the densest list."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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
