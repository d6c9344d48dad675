"""List and task side by side in a real browser, and five tasks done without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.kit.browser import Window
from tests.kit.keyboard import Keyboard
from tests.kit.letters import READER, receive
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

MINE = "form#answer[data-draft-url]"  #: the form of a step that its reader holds
ROWS = "table[data-inbox] tbody tr"


@pytest.fixture(scope="module")
def letters(server: LiveServer) -> None:
    """More letters than are answered here."""
    for number in range(7):
        receive(server.address, f"فرستندهٔ {number}")


def _prefer(page: Page, name: str, value: object) -> None:
    page.evaluate(
        """async ([name, value]) => {
             const token = document.querySelector('meta[name=csrf-token]').content;
             await fetch('/preferences', {method: 'POST', body: JSON.stringify({[name]: value}),
               headers: {'Content-Type': 'application/json', 'X-CSRFToken': token}});
           }""",
        [name, value],
    )


@pytest.fixture
def preferred(window: Callable[..., Window]) -> Iterator[Callable[..., tuple[Window, Page]]]:
    """Return a function opening the inbox as its reader prefers it; afterwards as before."""
    opened: list[Page] = []

    def open_inbox(**chosen: object) -> tuple[Window, Page]:
        visitor = window("wide", "fa")
        visitor.sign_in(READER, "fa")
        for name, value in chosen.items():
            _prefer(visitor.page, name.replace("inbox_", "inbox."), value)
        opened.append(visitor.open("/inbox"))
        return visitor, opened[-1]

    yield open_inbox
    for page in opened:
        _prefer(page, "inbox.layout", "list")
        _prefer(page, "open_next", False)


def _beside(page: Page) -> str:
    """Wait until the task of the current row stands beside the list; return its address."""
    row = page.locator("tr[data-current] .title a").get_attribute("href") or ""
    page.wait_for_url(re.compile(re.escape(f"open={row}".replace("/", "%2F"))))
    page.wait_for_selector("[data-pane][aria-busy=false]")
    return row


def test_the_task_follows_the_row_and_the_address_says_which(
    letters: None, preferred: Callable[..., tuple[Window, Page]]
):
    visitor, page = preferred(inbox_layout="split")
    page.wait_for_selector("[data-pane] h1")

    Keyboard(page).press("KeyJ", "KeyJ")
    row = _beside(page)

    assert page.evaluate("document.activeElement.closest('tr').hasAttribute('data-current')")
    assert visitor.accessibility_faults() == []
    visitor.picture("split-fa-wide")
    page.reload()
    page.wait_for_selector("[data-pane] h1")
    assert page.locator("tr[data-current] .title a").get_attribute("href") == row
    assert not visitor.scrolls_sideways()


def test_the_counts_of_kept_filters_follow_what_comes(
    letters: None, server: LiveServer, preferred: Callable[..., tuple[Window, Page]]
):
    visitor, _ = preferred()
    page = visitor.open("/inbox?value-sender=هنوز‌نرسیده")
    page.locator("details.keep summary").click()
    page.fill("#keep-name", "تازه‌ها")
    page.locator("details.keep button").click()
    # the sender, who is the reader, may have changed the language
    page.wait_for_selector(".saved .count >> text=/^[0۰]$/")

    receive(server.address, "هنوز‌نرسیده")
    page.evaluate(
        """document.dispatchEvent(new CustomEvent("divan:news",
             {detail: {before: {inbox: 1}, news: {inbox: 2}}}))"""
    )

    page.wait_for_selector(".saved .count >> text=/^[1۱]$/")
    page.locator(".saved form button").click()
    page.wait_for_selector(".saved", state="detached")


def test_what_is_refused_beside_the_list_is_said_there_and_what_was_typed_is_kept(
    letters: None, preferred: Callable[..., tuple[Window, Page]]
):
    visitor, page = preferred(inbox_layout="split")
    page.wait_for_selector("[data-pane] h1")  # scripts have run, keys are listened to
    keys = Keyboard(page)
    keys.press("KeyJ", "KeyJ", "KeyJ")
    _beside(page)
    page.wait_for_selector("[data-pane] form.take")
    keys.press("KeyC")
    page.wait_for_selector(f"[data-pane][aria-busy=false] {MINE}")
    keys.press("KeyE")
    page.wait_for_selector("[data-pane] [role=alert]")

    assert page.locator(ROWS).count() > 1
    assert visitor.accessibility_faults() == []
    visitor.complaints = [each for each in visitor.complaints if "422" not in each]


def test_five_tasks_are_done_by_keyboard_only_from_inbox_to_inbox(
    letters: None, preferred: Callable[..., tuple[Window, Page]]
):
    visitor, page = preferred(open_next=True)
    keys = Keyboard(page)
    before = page.locator(ROWS).count()
    keys.press("KeyJ", "Enter")

    for _ in range(5):
        page.wait_for_selector(f"form.take, {MINE}")
        page.wait_for_load_state()  # its scripts listen
        if page.locator("form.take").count():
            keys.press("KeyC")
        page.wait_for_selector(MINE)
        page.wait_for_load_state()
        task = page.url
        keys.press("Tab")  # nothing has the focus yet: the first field is looked for by Tab
        for _ in range(60):
            if page.evaluate("document.activeElement.name") == "reply":
                break
            keys.press("Tab")
        keys.write("پاسخ داده شد")
        keys.press("Ctrl+Enter")
        page.wait_for_selector(f"form[action$='{urlsplit(task).path}']", state="detached")

    page.wait_for_load_state()
    keys.press("KeyG", "KeyI")
    page.wait_for_url("**/inbox*")
    assert page.locator(ROWS).count() == before - 5
    assert visitor.accessibility_faults() == []
