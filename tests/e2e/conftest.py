"""One server in demo mode for the tests of a folder, as `make run` would start it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.kit.browser import ROOT, Window, context_of
from tests.kit.server import LiveServer
from tests.kit.statements import DESKS, Office, Statement, take

AREAS = Path(__file__).parent / "areas"


@pytest.fixture(scope="session")
def bundled() -> None:
    """The scripts and styles of the pages, built where a source is newer: nothing else is tried."""
    if node := shutil.which("node"):
        subprocess.run([node, ROOT / "frontend" / "build.mjs"], check=True)


@pytest.fixture(scope="session")
def server(bundled: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A running server with demonstration data, and letters that come as often as one likes."""
    # no mail goes: nobody there has an address; but pages offer to give one
    settings = {"DIVAN_PROCESSES": str(AREAS), "DIVAN_SMTP_HOST": "127.0.0.1"}
    running = LiveServer(tmp_path_factory.mktemp("e2e"), settings=settings).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def statement(server: LiveServer) -> Statement:
    """The contract's first statement, filed once for all tests of the server."""
    office = Office(server.address)
    office.file(1)
    supervisor = office.person("supervisor")
    [task] = [each for each, name in supervisor.inbox().items() if DESKS.get(name) == "supervisor"]
    page = take(supervisor, task)
    found = Statement(task, next(iter(page.links("^/cases/"))), office.contract())
    office.close()
    return found


@pytest.fixture
def window(chromium: Browser, server: LiveServer) -> Iterator[Callable[..., Window]]:
    """Return a function opening a window on the site; afterwards nothing may have gone wrong."""
    opened: list[Window] = []

    def open_window(width: str = "wide", locale: str = "fa") -> Window:
        opened.append(Window(context_of(chromium, width, locale), server.address))
        return opened[-1]

    yield open_window
    complaints = [each for window in opened for each in window.complaints]
    for each in opened:
        each.context.close()
    assert complaints == []
