"""The pages of a case and its tasks: the head stays in sight and hides nothing that has focus."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kit.browser import Window
from tests.kit.statements import Statement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

#: the element with focus, where the head or the bar of acts covers all of it (WCAG 2.4.11)
HIDDEN = """() => {
  const focused = document.activeElement;
  const box = focused.getBoundingClientRect();
  if (focused === document.body || !box.height) return null;
  const covers = (x, y) => {
    const top = document.elementFromPoint(x, y)?.closest(".work-head, .action-bar");
    return top && !top.contains(focused);
  };
  const middle = (box.left + box.right) / 2;
  const hidden = [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2];
  return hidden.every((y) => covers(middle, y)) ? focused.outerHTML.slice(0, 120) : null;
}"""


@pytest.fixture(scope="module")
def task(statement: Statement) -> str:
    """The address of a step that the supervisor has taken."""
    return statement.task


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_the_head_stays_while_the_page_scrolls_and_hides_nothing_that_has_focus(
    window: Callable[..., Window], task: str, width: str
):
    visitor = window(width, "fa")
    visitor.sign_in("supervisor", "fa")
    page = visitor.open(task)

    page.mouse.wheel(0, 5000)
    page.wait_for_function("() => scrollY > 200")
    assert page.evaluate("document.querySelector('.work-head').getBoundingClientRect().top") == 0

    hidden = []
    for key in ["Tab"] * 25 + ["Shift+Tab"] * 25:
        page.keyboard.press(key)
        hidden.append(page.evaluate(HIDDEN))
    assert [each for each in hidden if each] == []


def test_a_low_window_keeps_its_room_for_the_work(window: Callable[..., Window], task: str):
    visitor = window("wide", "en")
    visitor.sign_in("supervisor", "en")
    page = visitor.open(task)

    page.set_viewport_size({"width": 700, "height": 450})  # a small window at 200 %

    head = "getComputedStyle(document.querySelector('.work-head')).position"
    assert page.evaluate(head) == "static"
    assert not visitor.scrolls_sideways()
