"""A database that is away at the start, or later: told, waited for, and nothing to restart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.kit.databases import Databases
from tests.kit.relay import Relay
from tests.kit.server import LiveServer
from tests.kit.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("database_away")]

LIVE_WITHIN = 0.5  #: seconds of ``/health/live``, whatever the database does


@pytest.fixture
def relay(databases: Databases, prepared: Callable[[str, str], str]) -> Iterator[Relay]:
    """A wire, cut at first, to a database of the demo site."""
    url = databases.create("postgresql", prepared("postgresql", "demo"))
    wire = Relay(url)
    yield wire
    wire.cut()
    databases.drop(url)


def test_a_start_waits_for_its_database_and_says_so(relay: Relay, tmp_path: Path):
    server = LiveServer(tmp_path / "home", database_url=relay.url)
    starting = threading.Thread(target=server.start)
    starting.start()
    while not server.log.exists() or "s left: the database does not answer" not in server.told():
        time.sleep(0.1)

    relay.mend()

    starting.join()
    assert server.is_running
    server.stop()


def test_a_start_gives_up_in_the_end_and_says_why(relay: Relay, tmp_path: Path):
    server = LiveServer(
        tmp_path / "home", database_url=relay.url, settings={"DIVAN_DATABASE_WAIT": "2"}
    )

    with pytest.raises(AssertionError, match="gave up after 2 s: the database does not answer"):
        server.start()

    assert "Traceback" not in server.told()


def test_a_server_whose_database_goes_away_says_so_and_recovers_by_itself(
    relay: Relay, tmp_path: Path
):
    relay.mend()
    server = LiveServer(tmp_path / "home", database_url=relay.url).start()
    contractor = Visitor(server.address, "contractor")
    assert contractor.get("/inbox").status == 200

    relay.cut()

    assert httpx.get(f"{server.address}/health/ready", timeout=20).status_code == 503
    # the machine may be busy with other tests; who waits for the database waits each time
    assert min(_live_after(server) for _ in range(5)) < LIVE_WITHIN
    assert contractor.get("/inbox").status == 503

    relay.mend()

    last = time.monotonic() + 5  # R3: first success within 5 s
    while httpx.get(f"{server.address}/health/ready", timeout=20).status_code != 200:
        assert time.monotonic() < last
    assert contractor.get("/inbox").status == 200
    contractor.close()
    server.stop()


def _live_after(server: LiveServer) -> float:
    """Return the seconds until ``/health/live`` has answered."""
    began = time.monotonic()
    assert httpx.get(f"{server.address}/health/live").status_code == 200
    return time.monotonic() - began
