"""A task's form before a real browser: it is taken, filled in, decided and signed."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import FilePayload, Locator, Page

from tests.kit.statements import SIGNING_PASSWORD
from tests.kit.visitor import PASSWORD

#: ``bytes`` are a PDF that is handed in
Typed = str | bool | bytes | Sequence[str]
#: fields of one outcome alone are folded away until one means it
UNFOLD = "for (const each of document.querySelectorAll('details.way')) each.open = true"


def take(page: Page) -> None:
    """Take the task of the page."""
    page.locator("form.take button").click()
    page.wait_for_selector("#outcome")
    page.wait_for_load_state()  # what scripts keep of a table is kept from here on


def fill(page: Page, name: str, typed: Typed) -> None:
    """Type one field, choose of a list, or tick what is named; a row that is missing is added."""
    field = page.locator(f'[id="{name}"]')
    if not field.count() and "/" in name:
        page.locator(f'button[name=_add][value="{name.split("/", maxsplit=1)[0]}"]').click()
        field.first.wait_for()
    if isinstance(typed, bytes):
        paper: FilePayload = {
            "name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": typed,
        }  # fmt: skip
        page.locator(f'[id="{name}-chooser"]').set_input_files([paper])
        page.locator(f'[data-picker="{name}"] [data-list] li').wait_for()
    elif isinstance(typed, bool):
        field.set_checked(typed)
    elif isinstance(typed, str):
        _type(field, typed)
    else:
        for each in typed:
            page.check(f'[name="{name}"][value="{each}"]')


def press(button: Locator) -> None:
    """Press a button that sends a form, and wait for the page that comes back."""
    with button.page.expect_navigation():
        button.click()


def _type(field: Locator, typed: str) -> None:
    if field.evaluate("each => each.tagName") == "SELECT":
        field.select_option(typed)
    else:
        field.fill(typed)


def decide(page: Page, outcome: str) -> None:
    """Send the answer; it is confirmed or signed where the step asks for that."""
    password, button = page.locator("#password"), f"button[name=outcome][value={outcome}]"
    if page.locator("[name=_seen]").count():
        _ask_for_a_certificate(page)
        _sign(page, button)
    else:
        if password.count():
            password.fill(PASSWORD)
        page.locator(button).click()
    page.wait_for_url("**/inbox**")


def _sign(page: Page, button: str) -> None:
    """Sign the answer, again where a paper came into the file since the step was opened."""
    for _ in range(20):
        seen = page.locator("[name=_seen]").input_value()
        page.fill("#password", SIGNING_PASSWORD)
        with page.expect_navigation():
            page.locator(button).click()
        shown = page.locator("[name=_seen]")
        if not shown.count() or shown.input_value() == seen:
            return


def _ask_for_a_certificate(page: Page) -> None:
    """Get a certificate on the page the step leads to, and come back to the step."""
    step, lead = page.url, page.locator("a[href$='/account/certificate']")
    if not lead.count():
        return
    lead.first.click()
    for field in ("#new", "#again"):
        page.fill(field, SIGNING_PASSWORD)
    with page.expect_navigation():
        page.locator("form.fields button.primary").click()
    page.goto(step)
