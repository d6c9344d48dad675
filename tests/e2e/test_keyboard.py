"""The keyboard in a real browser: by the place of the key, on a Persian layout."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kit.browser import Window
from tests.kit.keyboard import Keyboard
from tests.kit.letters import receive
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

SUPERVISOR = "supervisor"


@pytest.fixture(scope="module")
def letters(server: LiveServer) -> None:
    """Letters that wait at the supervisor's desk."""
    for sender in ("یکم", "دوم", "سوم"):
        receive(server.address, sender)


def test_keys_go_through_the_list_and_to_other_views(window: Callable[..., Window], letters: None):
    visitor = window("wide", "fa")
    visitor.sign_in(SUPERVISOR, "fa")
    page = visitor.open("/inbox")

    Keyboard(page).press("KeyJ")
    first = page.locator("tr[data-current] .title a").get_attribute("href")
    Keyboard(page).press("KeyJ", "KeyJ", "KeyK")
    second = page.locator("tr[data-current] .title a").get_attribute("href")
    Keyboard(page).press("KeyG", "KeyW")
    page.wait_for_url("**/inbox?view=waiting")

    assert first != second


def test_the_list_of_keys_says_in_the_pages_language_what_they_do(
    window: Callable[..., Window], letters: None
):
    visitor = window("wide", "fa")
    visitor.sign_in(SUPERVISOR, "fa")
    page = visitor.open("/inbox")

    Keyboard(page).press("Shift+Slash")
    page.wait_for_selector("dialog[open]")

    listed = page.locator("dialog dd").all_inner_texts()
    assert {"سطر بعدی", "برداشتن", "در انتظار دیگران"} <= set(listed), listed
    assert visitor.faults("keys-fa") == []


def test_letters_can_be_turned_off_and_stay_off(window: Callable[..., Window]):
    visitor = window("wide", "fa")
    visitor.sign_in("consultant", "fa")
    page = visitor.open("/inbox")
    page.locator("[data-show-keys]").click()
    with page.expect_response("**/preferences"):
        page.locator("dialog[open] input[type=checkbox]").click()

    page = visitor.open("/inbox")
    Keyboard(page).press("KeyG", "KeyW")
    page.wait_for_timeout(300)

    assert page.url.endswith("/inbox")
    page.locator("[data-show-keys]").click()
    with page.expect_response("**/preferences"):
        page.locator("dialog[open] input[type=checkbox]").click()  # the site is the others' too


def test_the_palette_finds_a_step_by_half_a_word_and_opens_it(
    window: Callable[..., Window], letters: None
):
    visitor = window("wide", "fa")
    visitor.sign_in(SUPERVISOR, "fa")
    page = visitor.open("/inbox")
    keys = Keyboard(page)

    keys.press("Ctrl+KeyK")
    page.wait_for_selector("dialog[open] [role=option]")
    assert visitor.faults("palette-fa") == []
    visitor.resize("wide")
    keys.write("دوم")
    page.wait_for_selector("[aria-labelledby=palette-tasks] [role=option]")
    keys.press("Enter")
    page.wait_for_url("**/tasks/*")

    assert page.locator(".facts", has_text="دوم").count() == 1


def test_the_palette_works_by_mouse_and_touch_and_makes_pages_dark(window: Callable[..., Window]):
    visitor = window("narrow", "en")
    visitor.sign_in("consultant", "en")
    page = visitor.open("/inbox")

    page.locator("[data-palette]").click()
    page.locator("[role=option]", has_text="Dark pages").click()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("[data-palette]").click()
    with page.expect_response("**/preferences"):
        page.locator("[role=option]", has_text="Light or dark as the system is").click()

    assert ground == "rgb(16, 20, 22)"
