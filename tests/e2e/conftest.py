"""One server in demo mode for the tests of a folder, as `make run` would start it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.kit.browser import ROOT, Profiles, Window, shared_window
from tests.kit.drafts import draft_at
from tests.kit.server import LiveServer
from tests.kit.statements import DESKS, Office, Statement, take
from tests.reliability.errands import eventually

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


@pytest.fixture(scope="module")
def draft(server: LiveServer) -> str:
    """The path of a draft of the statement."""
    return draft_at(server.address)


@pytest.fixture(scope="module", params=["fa", "en"])
def analyst(
    chromium: Browser, server: LiveServer, request: pytest.FixtureRequest, draft: str
) -> Iterator[tuple[Window, str]]:
    """An analyst's window, one for all tests of a file, and its language.

    The draft is begun before: a language is the person's, whatever browser says it.
    """
    with shared_window(chromium, server.address, request.param) as window:
        yield window, request.param


@pytest.fixture(scope="session")
def statement(server: LiveServer) -> Statement:
    """The contract's first statement, filed once for all tests of the server."""
    office = Office(server.address)
    office.file(1)
    supervisor = office.person("supervisor")
    tasks: list[str] = []

    def has_come() -> bool:  # a worker checks the statement first
        steps = supervisor.inbox().items()
        tasks[:] = [each for each, name in steps if DESKS.get(name) == "supervisor"]
        return bool(tasks)

    eventually(has_come, within=120)
    [task] = tasks
    page = take(supervisor, task)
    found = Statement(task, next(iter(page.links("^/cases/"))), office.contract())
    office.close()
    return found


@pytest.fixture
def window(profiles: Profiles, server: LiveServer) -> Iterator[Callable[..., Window]]:
    """Return a function opening a window on the site; afterwards nothing may have gone wrong."""
    opened: list[tuple[Window, str]] = []

    def open_window(width: str = "wide", locale: str = "fa") -> Window:
        opened.append((profiles.window(server.address, width, locale), locale))
        return opened[-1][0]

    yield open_window
    complaints = [each for window, _ in opened for each in window.complaints]
    for each, locale in opened:
        profiles.close(each, locale)
    assert complaints == []
