"""Passkeys in a real browser, with the authenticator that Chromium lends to tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.browser import Window, context_of
from tests.kit.server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(chromium: Browser, server: LiveServer) -> Iterator[Window]:
    """A window on the site under a name passkeys may be of, with a token in the machine."""
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
