"""Passkeys in a real browser, with the authenticator that Chromium lends to tests."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import AREAS
from tests.kit.browser import Window, context_of
from tests.kit.letters import READER, receive
from tests.kit.server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(chromium: Browser, server: LiveServer) -> Iterator[Window]:
    """A window on the site under a name passkeys may be of, with a token in the machine."""
    yield from visiting(chromium, server)


@pytest.fixture
def approving(bundled: None, tmp_path: Path) -> Iterator[LiveServer]:
    """A server where the answer to a letter is an approval."""
    area = shutil.copytree(AREAS / "letters", tmp_path / "areas" / "letters")
    settings = area / "process.toml"
    settings.write_text(f"{settings.read_text('utf-8').rstrip()}\nconfirm = true\n", "utf-8")
    given = {"DIVAN_PROCESSES": str(area.parent)}
    running = LiveServer(tmp_path / "home", settings=given).start()
    yield running
    running.stop()


@pytest.fixture
def approver(chromium: Browser, approving: LiveServer) -> Iterator[Window]:
    yield from visiting(chromium, approving)


def visiting(chromium: Browser, server: LiveServer) -> Iterator[Window]:
    """Open such a window; afterwards nothing may have gone wrong in it."""
    window = Window(context_of(chromium, "wide", "en"), f"http://localhost:{server.port}")
    devices = window.context.new_cdp_session(window.page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield window
    window.context.close()
    assert window.complaints == []


def test_a_passkey_is_added_signs_in_by_itself_and_is_removed(visitor: Window):
    visitor.sign_in("complaint_board", "en")
    page = visitor.open("/account")
    page.fill("#title", "Token of the safe")
    page.click("[data-passkey='/account/passkeys'] button")
    expect(page.get_by_text("Token of the safe")).to_be_visible()
    expect(page.get_by_text("You have no recovery codes")).to_be_visible()
    page.get_by_role("button", name="Make new codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert visitor.faults("account-passkey") == []

    visitor.open("/inbox")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/inbox**")

    visitor.open("/inbox")
    page.get_by_role("button", name="Sign out").click()
    page.fill("#username", "complaint_board")
    page.fill("#password", "divan")
    page.locator("form.fields button").click()
    page.wait_for_url("**/sign-in/second")
    assert visitor.accessibility_faults() == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/inbox**")

    visitor.open("/account")
    page.get_by_role("button", name="Remove Token of the safe").click()
    expect(page.get_by_text("The passkey was removed.")).to_be_visible()


def test_a_token_that_is_not_known_here_opens_nothing(visitor: Window):
    page = visitor.open("/sign-in")
    page.get_by_role("button", name=("ورود با کلید عبور")).click()

    expect(page.locator("[data-passkey] [role=alert]")).to_be_visible()
    assert visitor.accessibility_faults() == []


def test_a_passkey_confirms_an_approval_and_nothing_typed_is_lost(
    approver: Window, approving: LiveServer
):
    receive(approving.address, "Board of works")
    approver.sign_in(READER, "en")
    page = approver.open("/account")
    page.fill("#title", "Phone")
    page.click("[data-passkey='/account/passkeys'] button")
    expect(page.get_by_role("button", name="Remove Phone")).to_be_visible()
    approver.open("/inbox")
    page.locator("table[data-inbox] .title a").first.click()
    page.get_by_role("button", name="Take it").click()
    page.fill("#reply", "The tender stands.")

    page.locator("button[name=outcome][value=send]").click()
    page.wait_for_url("**/confirm")
    assert approver.faults("confirm-passkey") == []
    page.get_by_role("button", name="Confirm by passkey").click()
    expect(page.get_by_text("Confirmed by your passkey.")).to_be_visible()
    expect(page.locator("#reply")).to_have_value("The tender stands.")
    assert approver.faults("confirmed-by-passkey") == []
    page.locator("button[name=outcome][value=send]").click()
    page.wait_for_url("**/inbox**")

    with sqlite3.connect(approving.home / "divan.sqlite") as database:
        [(method, content)] = database.execute(
            "SELECT method, content FROM act WHERE element_id = 'answer'"
        )
    assert method == "webauthn"
    assert '"method":"webauthn"' in content
