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
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
#: first the one that has no window at all: it takes less than half of the processor's time
SYSTEM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--site-per-process",  # as with a window: a sandboxed frame lives in a process of its own
    "--no-first-run",
)
PATIENCE = 60_000  #: ms that a page gets to be as it should: the machine is a busy one
WIDTHS = {"wide": (1400, 900), "narrow": (390, 844)}
#: a bar at the edge of the window covers a part of what is scrolled there, which stays its size
TOO_SMALL = """async target => {
  document.querySelector(target).scrollIntoView({block: "center", behavior: "instant"})
  return (await axe.run(target, {runOnly: ["target-size"]})).violations.length > 0
}"""
#: of a text cut off by the edge of a drawing axe takes the page below for what it stands on
STANDS_WITHIN = """target => {
  const text = document.querySelector(target)
  const drawing = text.closest("svg")?.getBoundingClientRect()
  const {top, bottom, left, right} = text.getBoundingClientRect()
  return !drawing || (top >= drawing.top && bottom <= drawing.bottom
    && left >= drawing.left && right <= drawing.right)
}"""
#: what is asked once more of each target before it counts as a fault, by axe's rule
LOOKED_AT_AGAIN = {"target-size": TOO_SMALL, "color-contrast": STANDS_WITHIN}
#: what axe finds wrong; of the thousands of places where nothing is wrong it gathers no details
VIOLATIONS = """async asked => {
  const found = await axe.run(document, {runOnly: asked, resultTypes: ["violations"]})
  return found.violations.map(each => ({id: each.id, targets: each.nodes.map(node => node.target)}))
}"""
#: colours that are still turning into others have contrasts nobody has chosen; a window of which
#: nothing is drawn anew has no next frame to wait for, and nothing turning in it either
SETTLED = """() => Promise.race([
  new Promise(requestAnimationFrame).then(() => Promise.all(
    document.getAnimations().filter(each => each.effect.getTiming().iterations !== Infinity)
      .map(each => each.finished.catch(() => null)))),
  new Promise(passed => setTimeout(passed, 5000)),
])"""
#: the heads of columns whose amounts, digits and nothing else, do not end at one line
ASKEW = """() => [...document.querySelectorAll("table")].flatMap(table => {
    const ends = {};
    for (const cell of table.querySelectorAll("tbody td.amount")) {
        if (!/^[\\s0-9۰-۹,٬.٫()−-]+$/.test(cell.textContent) || !cell.textContent.trim()) continue;
        const text = document.createRange();
        text.selectNodeContents(cell);
        const parts = [...text.getClientRects()].filter(each => each.width > 0);
        if (parts.length) (ends[cell.cellIndex] ??= []).push(Math.max(...parts.map(p => p.right)));
    }
    return Object.entries(ends)
        .filter(([_, of]) => Math.max(...of) - Math.min(...of) > 2)
        .map(([at]) => table.rows[0].cells[at]?.innerText ?? at);
})"""
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
#: what a site keeps in a browser, but for the answers it may use again
KEPT = "cookies,file_systems,indexeddb,local_storage,service_workers,cache_storage"
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
        self.page.wait_for_url(lambda url: "/sign-in" not in url)  # each to where work or home is
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

        That is what axe finds, what makes the page scroll sideways, and amounts whose units do not
        stand under units; a picture of each is kept under ``name``. In the dark only contrast is
        asked about, the rest is the same.

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
            if width == "wide" and not dark:
                faults += [f"amounts are askew: {each}" for each in self.page.evaluate(ASKEW)]
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
        self.page.bring_to_front()  # behind another of its profile it would draw nothing anew
        self.page.evaluate(SETTLED)
        found = self.page.evaluate(VIOLATIONS, rules or WCAG)
        return [
            f"{each['id']}: {json.dumps(targets[:3])}"
            for each in found
            if (targets := self._at_fault(each))
        ]

    def _at_fault(self, violation: dict[str, Any]) -> list[list[str]]:
        """Return the targets of a violation that are at fault when looked at in full sight."""
        targets: list[list[str]] = violation["targets"]
        again = LOOKED_AT_AGAIN.get(violation["id"])
        return [each for each in targets if again is None or self.page.evaluate(again, each[-1])]

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


def has_state(page: Page, state: str, status: str = "[data-status]") -> None:
    """Wait until an editor says so of what was done in it; ``status`` is where it says it."""
    expect(page.locator(status)).to_have_attribute("data-state", state)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this session."""
    expect.set_options(timeout=PATIENCE)
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
    context.set_default_timeout(PATIENCE)
    return context


class Profiles:
    """Browser profiles that one test uses after the other, emptied of all they keep of a site.

    Only scripts and styles, and what the browser compiled of them, are not fetched again: a
    window of a new profile pays three times as much for its first pages.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._spare: dict[str, list[BrowserContext]] = {}

    def window(self, address: str, width: str = "wide", locale: str = "fa") -> Window:
        """Open a window on a site, in a profile that knows nothing of it."""
        spare = self._spare.setdefault(locale, [])
        found = Window(spare.pop() if spare else context_of(self._browser, "wide", locale), address)
        found.resize(width)
        return found

    def close(self, window: Window, locale: str) -> None:
        """Close a window with all beside it, and forget what its profile has kept."""
        context = window.context
        context.set_offline(False)
        context.clear_permissions()
        context.clear_cookies()
        page = context.new_page()
        for each in context.pages:
            if each is not page:
                each.close()
        asked = {"origin": window.address, "storageTypes": KEPT}
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", asked)
        page.close()
        self._spare[locale].append(context)


@pytest.fixture(scope="session")
def profiles(chromium: Browser) -> Profiles:
    """The profiles of this session."""
    return Profiles(chromium)


@contextlib.contextmanager
def shared_window(
    browser: Browser, address: str, locale: str, *, who: str = "analyst"
) -> Iterator[Window]:
    """A wide window that several tests look at, somebody signed in.

    At the end nothing may have gone wrong in it.
    """
    window = Window(context_of(browser, "wide", locale), address)
    window.sign_in(who, locale)
    yield window
    window.context.close()
    assert window.complaints == []
