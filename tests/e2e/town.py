"""A site in this process that is told the time, and its people before real browsers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Response
from werkzeug.serving import make_server

from processes.transactions.tests.walking import Office
from tests.kit.answering import UNFOLD, Typed, decide, fill, take
from tests.kit.browser import Window, context_of
from tests.kit.visitor import Visitor
from tests.kit.walking import WalkedCase

#: what a browser says by itself of a form that was refused
REFUSED = "422 (UNPROCESSABLE ENTITY)"
DESK = "desk"  #: a browser whose people leave nothing in it: each signs in after the other


class Town:
    """Everybody's windows on one site, and the worker, who comes when called.

    Args:
        languages: of who does not read Persian.
    """

    def __init__(
        self, browser: Browser, address: str, office: Office, languages: dict[str, str]
    ) -> None:
        self._browser, self.address, self.office = browser, address, office
        self._languages = languages
        self._cookies: dict[str, tuple[datetime, list[Any]]] = {}
        self._windows: dict[str, Window] = {}
        self.faults: list[str] = []

    def of(self, who: str, path: str, *, own: bool = False) -> Page:
        """Open a page as somebody; ``own`` keeps a browser for them alone."""
        window = self._window(who if own else DESK)
        window.page.goto("about:blank")  # what the page before still sends is of who left it
        window.context.clear_cookies()
        window.context.add_cookies(self._signed_in(who))
        return window.open(path)

    def visit(self, path: str) -> Page:
        """Open a page as somebody who has not signed in."""
        return self._window("nobody").open(path)

    def look(self, name: str, page: Page) -> None:
        """Keep a picture of a page, wide and narrow, and whether it scrolls sideways."""
        window = next(each for each in self._windows.values() if each.page is page)
        for width in ("narrow", "wide"):
            window.resize(width)
            window.picture(f"story-{name}-{width}")
            if window.scrolls_sideways():
                self.faults.append(f"{name}, {width}: scrolls sideways")

    def answer(
        self, case: WalkedCase, step: str, outcome: str = "approve", by: str = "", **typed: Typed
    ) -> None:
        """Take a step of a case in the browser, fill it in, decide, and let the worker run.

        In names of fields ``__`` stands for the stroke between a list, its row and its column.
        """
        assert step in case.waiting, f"waits at {sorted(case.waiting)}, {case.incidents}"
        who = by or case.people[step]
        page = self.of(who, f"/tasks/{case.waiting[step].id}")
        take(page)
        page.evaluate(UNFOLD)
        for name, each in typed.items():
            fill(page, name.replace("__", "/"), each)
        self.look(step, page)
        decide(page, outcome)
        self.office.run_jobs()

    def start(self, who: str, process: str, **typed: Typed) -> None:
        """Start a case by its form, and let the worker run."""
        page = self.of(who, f"/start/{process}")
        for name, each in typed.items():
            fill(page, name, each)
        self.look(f"start-{process}", page)
        with page.expect_navigation():
            page.locator("main form button.primary").last.click()
        assert f"/start/{process}" not in page.url, page.locator("[role=alert]").all_inner_texts()
        self.office.run_jobs()

    def pass_time(self, span: timedelta) -> None:
        """Let time pass, everybody being away, and the worker do what has become due."""
        for each in self._windows.values():
            each.page.goto("about:blank")
        self.office.run_jobs(self.office.clock() + span)

    @property
    def complaints(self) -> list[str]:
        """What the browsers' consoles told, but for refused forms."""
        told = [each for window in self._windows.values() for each in window.complaints]
        return [each for each in told if REFUSED not in each]

    def close(self) -> None:
        """Close every window."""
        for each in self._windows.values():
            each.context.close()

    def _window(self, whose: str) -> Window:
        if whose not in self._windows:
            window = Window(context_of(self._browser), self.address)
            window.page.on("response", self._hear)
            window.page.on("console", self._read)
            self._windows[whose] = window
        return self._windows[whose]

    def _hear(self, answer: Response) -> None:
        if answer.status >= 400 and answer.status != 422:
            self.faults.append(f"{answer.status} {answer.request.method} {answer.url}")

    def _read(self, message: ConsoleMessage) -> None:
        if message.type == "error" and REFUSED not in message.text:
            self.faults.append(f"{message.text}: {message.location['url']}")

    def _signed_in(self, who: str) -> list[Any]:
        """Return the cookies of somebody who has signed in since time passed last."""
        moment, cookies = self._cookies.get(who, (None, []))
        if moment != self.office.clock():
            visitor = Visitor(self.address, who, locale=self._languages.get(who, "fa"))
            pairs = [each.split("=", 1) for each in visitor.headers()["Cookie"].split("; ")]
            cookies = [{"name": name, "value": value, "url": self.address} for name, value in pairs]
            self._cookies[who] = self.office.clock(), cookies
            visitor.close()
        return cookies


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application on a free port while the block lasts; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
