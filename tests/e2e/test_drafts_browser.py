"""What is typed outlives a crash, a lost connection and the end of a sign-in, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.kit.browser import Window
from tests.kit.statements import Statement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="module")
def task(statement: Statement) -> str:
    """The address of a step the supervisor has taken."""
    return statement.task


def opened(window: OpenWindow, task: str, locale: str = "fa") -> tuple[Window, Page]:
    visitor = window(locale=locale)
    visitor.sign_in("supervisor", locale)
    return visitor, visitor.open(task)


def enter(page: Page) -> None:
    """Sign in on the page that leads to the step."""
    page.fill("#username", "supervisor")
    page.fill("#password", "divan")
    page.locator("form.fields button").click()
    page.wait_for_url("**/tasks/**")


def note(page: Page):
    return page.locator("#answer textarea:visible").first


def state(page: Page):
    return page.locator("[data-draft-status]")


def crash(page: Page) -> None:
    """End a page as a crash does; one that is closed may still send what it holds as it goes."""
    with page.expect_event("crash"), suppress(PlaywrightError):
        page.goto("chrome://crash")
    page.close()


def forgive(visitor: Window, *words: str) -> None:
    """Leave out what the browser says of requests that a test has refuse."""
    visitor.complaints = [
        each for each in visitor.complaints if not any(word in each for word in words)
    ]


def test_what_was_typed_without_a_connection_is_there_after_a_crash_and_is_sent_later(
    window: OpenWindow, task: str
):
    visitor, page = opened(window, task)
    visitor.context.set_offline(True)
    note(page).fill("بی‌ارتباط")
    expect(state(page)).to_have_attribute("data-draft-state", "offline")
    crash(page)
    visitor.context.set_offline(False)

    again = visitor.context.new_page()
    again.goto(visitor.address + task)

    expect(note(again)).to_have_value("بی‌ارتباط")
    expect(state(again)).to_have_attribute("data-draft-state", "saved")
    again.reload()
    expect(note(again)).to_have_value("بی‌ارتباط")
    assert again.evaluate("localStorage.length") == 0
    forgive(visitor, "not loaded", "Failed to load", "ERR_INTERNET_DISCONNECTED")


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_page_whose_sign_in_has_ended_says_so_and_goes_on_after_the_next(
    window: OpenWindow, task: str, locale: str
):
    visitor, page = opened(window, task, locale)
    kept: list[Any] = [dict(each) for each in visitor.context.cookies()]
    visitor.context.clear_cookies()
    note(page).fill("after the end")
    expect(state(page)).to_have_attribute("data-draft-state", "signed_out")
    expect(state(page).get_by_role("link")).to_be_visible()
    visitor.picture(f"draft-signed-out-{locale}")
    assert visitor.accessibility_faults() == []

    visitor.context.add_cookies(kept)
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(state(page)).to_have_attribute("data-draft-state", "saved")
    forgive(visitor, "401", "400")


def test_an_answer_sent_after_a_sign_out_elsewhere_is_in_the_form_at_the_next_sign_in(
    window: OpenWindow, task: str
):
    visitor = window()  # with a sign-in of its own: it ends, and others share theirs
    page = visitor.open(f"/sign-in?next={task}")
    enter(page)
    other = visitor.context.new_page()
    other.goto(visitor.address + "/inbox")
    page.route("**/draft", lambda route: route.abort())  # nothing of it was saved before
    note(page).fill("پیش از خروج")
    other.locator("form[action$='/sign-out'] button").click()
    other.wait_for_url("**/sign-in**")
    page.evaluate("document.querySelector('#answer').requestSubmit()")
    page.wait_for_url("**/sign-in**")

    enter(page)

    expect(note(page)).to_have_value("پیش از خروج")
    visitor.picture("draft-back-after-sign-in")
    forgive(visitor, "not loaded", "Failed to load")


def test_a_colleague_who_has_the_step_open_is_named(window: OpenWindow, task: str):
    _, page = opened(window, task)
    expect(page.locator("[data-presence]")).to_be_hidden()

    colleague = window()
    colleague.sign_in("auditor")
    colleague.open(task)
    expect(colleague.page.locator("[data-presence]")).to_contain_text("سارا نظری")
    page.reload()

    expect(page.locator("[data-presence] p")).to_contain_text("داود حسابرس")
    assert colleague.accessibility_faults() == []
