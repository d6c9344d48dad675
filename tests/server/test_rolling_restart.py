"""Two servers over one database, restarted one after the other: nobody notices."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.kit.databases import Databases
from tests.kit.server import LiveServer
from tests.kit.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("rolling"), pytest.mark.timeout(300)]

CLIENTS = 4
LEAVE = 5.0  #: seconds a server goes on while it says that it leaves: long on a busy machine
SETTINGS = {
    "DIVAN_LEAVE": f"{LEAVE:.0f}",
    "DIVAN_SECRET_KEY": "one key for every host of the site",
    "DIVAN_WEB_PROCESSES": "2",
    "DIVAN_WORKERS": "0",
}


class Balancer:
    """Shares requests out between servers that are ready, as a proxy in front would."""

    def __init__(self, servers: list[LiveServer]) -> None:
        self._servers = servers
        self._ready = [each.address for each in servers]
        self._turn = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def next(self) -> str:
        """Return the address of a server that was ready when last asked."""
        self._turn += 1
        ready = self._ready
        return ready[self._turn % len(ready)]

    def close(self) -> None:
        """Ask no more."""
        self._stopping.set()
        self._thread.join()

    def _look(self) -> None:
        with httpx.Client(timeout=5) as client:
            while not self._stopping.wait(0.2):
                found = [each.address for each in self._servers if _is_ready(client, each.address)]
                self._ready = found or self._ready


def _is_ready(client: httpx.Client, address: str) -> bool:
    try:
        return client.get(f"{address}/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def pair(
    databases: Databases, prepared: Callable[[str, str], str], tmp_path: Path
) -> Iterator[list[LiveServer]]:
    """Two servers over one database on PostgreSQL."""
    url = databases.create("postgresql", prepared("postgresql", "demo"))
    servers = [
        LiveServer(tmp_path / name, database_url=url, settings=SETTINGS).start() for name in "ab"
    ]
    yield servers
    for each in servers:
        if each.is_running:
            each.kill()  # its leave was taken in the test
    databases.drop(url)


def test_a_rolling_restart_under_load_fails_no_request(pair: list[LiveServer]):
    first = Visitor(pair[0].address, "contractor")
    headers = first.headers()
    balancer = Balancer(pair)
    answers: Counter[str] = Counter()
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(headers=headers, timeout=30) as client:
            while not stop.is_set():
                try:
                    told = str(client.get(f"{balancer.next()}/inbox").status_code)
                except httpx.HTTPError as error:
                    told = repr(error)
                answers[told] += 1

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    for server in pair:
        time.sleep(1)
        took = server.stop()
        assert took >= LEAVE
        server.start()
        time.sleep(0.5)  # until the balancer sees it
    stop.set()
    for each in clients:
        each.join()
    balancer.close()
    first.close()

    assert set(answers) == {"200"}, answers
    assert answers["200"] > 50


def test_a_request_that_was_begun_is_answered_though_the_server_stops(pair: list[LiveServer]):
    told: list[bytes] = []
    stopping = threading.Thread(target=pair[0].stop)
    with socket.create_connection(("127.0.0.1", pair[0].port)) as browser:
        browser.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\nuser"
        )
        stopping.start()
        time.sleep(LEAVE + 1)  # the door is closed by now
        browser.sendall(b"name")
        told.append(browser.recv(65536))
    stopping.join()

    assert told[0].startswith(b"HTTP/1.1 400")  # a form without its token: read to the end
