"""A real Chromium: the system's, else one that Playwright has; without any, reported as not run."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
)
WIDTHS = {"wide": (1400, 900), "narrow": (390, 844)}
#: a bar at the edge of the window covers a part of what is scrolled there, which stays its size
TOO_SMALL = """async target => {
  document.querySelector(target).scrollIntoView({block: "center", behavior: "instant"})
  return (await axe.run(target, {runOnly: ["target-size"]})).violations.length > 0
}"""
#: colours that are still turning into others have contrasts nobody has chosen
SETTLED = """() => new Promise(requestAnimationFrame).then(() => Promise.all(
  document.getAnimations().filter(each => each.effect.getTiming().iterations !== Infinity)
    .map(each => each.finished.catch(() => null))))"""
Scheme = Literal["light", "dark"]
#: how a page is looked at: in which width and colours
Look = tuple[str, Scheme]
LOOKS: tuple[Look, ...] = (
    ("wide", "light"),
    ("wide", "dark"),
    ("narrow", "light"),
    ("narrow", "dark"),
)
#: half of the looks for a page tried in both languages: any two of language, width and colours
#: still meet, which is where faults come from; a page pays half for it
HALF: dict[str, tuple[Look, ...]] = {
    "fa": (("wide", "light"), ("narrow", "dark")),
    "en": (("narrow", "light"), ("wide", "dark")),
}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

#: the cookies of people who have signed in, by server and user name
_COOKIES: dict[tuple[str, str], list[Any]] = {}


class Window:
    """One window with what went wrong in it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)

    def sign_in(self, username: str, locale: str = "fa", password: str = "divan") -> None:
        """Sign in as somebody, in a language; who has done so before shows the same cookie."""
        known = _COOKIES.get((self.address, username))
        if known:
            self.context.add_cookies(known)
            self.open("/inbox")
            return self._speak(locale)
        self.open("/sign-in")
        if self.page.locator("html").get_attribute("lang") != locale:
            self.page.locator(f"form[action$='/language'] button[value={locale}]").click()
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.locator("form.fields button").click()
        self.page.wait_for_url("**/inbox**")
        _COOKIES[self.address, username] = [dict(each) for each in self.context.cookies()]
        return self._speak(locale)  # the account remembers its own

    def open(self, path: str) -> Page:
        """Open a page of the site and wait until its scripts have run."""
        self.page.goto(self.address + path, wait_until="load")
        return self.page

    def resize(self, width: str) -> None:
        """Make the window of another size."""
        wide, high = WIDTHS[width]
        self.page.set_viewport_size({"width": wide, "height": high})

    def colour(self, scheme: Scheme) -> None:
        """Let the system ask for a light or a dark page."""
        self.page.emulate_media(color_scheme=scheme)

    def faults(self, name: str, looks: tuple[Look, ...] = LOOKS) -> list[str]:
        """Return what is wrong with the page as it stands: wide and narrow, light and dark.

        That is what axe finds and what makes the page scroll sideways; a picture of each is
        kept under ``name``. In the dark only contrast is asked about, the rest is the same.

        Args:
            looks: those to be tried.
        """
        found = []
        for width, scheme in looks:
            self.resize(width)
            self.colour(scheme)
            self.page.wait_for_timeout(150)  # scripts have drawn, transitions have ended
            dark = scheme == "dark"
            self.picture(f"{name}-{width}{'-dark' if dark else ''}")
            faults = self.accessibility_faults(*(["color-contrast"] if dark else []))
            if self.scrolls_sideways():
                faults.append("the page scrolls sideways")
            found += [f"{width}, {scheme}: {each}" for each in faults]
        self.colour("light")
        return found

    def accessibility_faults(self, *rules: str) -> list[str]:
        """Return what axe finds against WCAG 2.2 A and AA on the page as it stands.

        Args:
            rules: of axe, to ask about these alone.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        self.page.evaluate(SETTLED)
        found = self.page.evaluate("asked => axe.run(document, {runOnly: asked})", rules or WCAG)
        return [
            f"{each['id']}: {json.dumps(targets[:3])}"
            for each in found["violations"]
            if (targets := self._at_fault(each))
        ]

    def _at_fault(self, violation: dict[str, Any]) -> list[list[str]]:
        """Return the targets of a violation; of one of size those too small when in full sight."""
        targets = [node["target"] for node in violation["nodes"]]
        if violation["id"] != "target-size":
            return targets
        return [each for each in targets if self.page.evaluate(TOO_SMALL, each[-1])]

    def scrolls_sideways(self) -> bool:
        """Tell whether the page is wider than the window."""
        wider: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
        )
        return wider

    def picture(self, name: str) -> Path:
        """Keep a screenshot of the whole page; none where nobody will look, which takes a third."""
        path = ARTIFACTS / f"{name}.png"
        if os.environ.get("CI"):
            return path
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=path, full_page=True)
        return path

    def _speak(self, locale: str) -> None:
        if self.page.locator("html").get_attribute("lang") != locale:
            self.page.locator(f"form[action$='/language'] button[value={locale}]").first.click()
            self.page.wait_for_selector(f"html[lang={locale}]")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # left the page before it was answered
            self.complaints.append(f"not loaded: {request.url} {request.failure}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this session."""
    with sync_playwright() as playwright:
        try:
            browser = _launched(playwright)
        except Error as error:
            if os.environ.get("DIVAN_REQUIRE_BROWSER") == "1":
                raise
            pytest.skip(f"NOT RUN: there is no Chromium here ({str(error).splitlines()[0]})")
        yield browser
        browser.close()


def _launched(playwright: Playwright) -> Browser:
    system = next(filter(None, map(shutil.which, SYSTEM)), None)
    try:
        return playwright.chromium.launch(executable_path=system, args=list(ARGUMENTS))
    except Error:
        if system is not None:
            raise
        fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(fetch, capture_output=True, check=False, timeout=240)
        return playwright.chromium.launch(args=list(ARGUMENTS))


def context_of(browser: Browser, width: str = "wide", locale: str = "fa") -> BrowserContext:
    """Return a fresh browser profile of a window's size."""
    wide, high = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": wide, "height": high}, locale=locale, timezone_id="Asia/Tehran"
    )
    context.set_default_timeout(20_000)
    return context


@contextlib.contextmanager
def shared_window(browser: Browser, address: str, locale: str) -> Iterator[Window]:
    """A wide window that several tests look at; at the end nothing may have gone wrong in it."""
    window = Window(context_of(browser, "wide", locale), address)
    yield window
    window.context.close()
    assert window.complaints == []
