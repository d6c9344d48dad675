"""A real Redis for tests: Debian's server on a free port of the loopback, one each.

Where there is none, what needs it is reported as not run; with ``DIVAN_REQUIRE_REDIS=1``
(continuous integration) that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis, RedisError

from tests.kit.server import free_port

STARTS_WITHIN = 60.0  #: seconds, on a busy machine


class RedisServer:
    """One server with nothing kept on disk."""

    def __init__(self, folder: Path, address: str = "127.0.0.1") -> None:
        self._folder = folder
        self._address = address
        self.port = free_port()
        self.url = f"redis://{address}:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> RedisServer:
        """Start it, or start it again, and wait until it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        options = ["--bind", self._address, "--save", "", "--appendonly", "no"]
        options += ["--protected-mode", "no"]  # an address of a network of the test's own
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--dir", str(self._folder), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        last = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < last:
            try:
                with self.client() as client:
                    client.ping()
                return self
            except RedisError:
                time.sleep(0.02)
        raise AssertionError("redis-server did not answer")

    def kill(self) -> None:
        """Kill it; what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)
            self._process = None

    def revive(self) -> None:
        """Start it if it does not run."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def tell(self, *command: str) -> None:
        """Send it one command."""
        with self.client() as client:
            client.execute_command(*command)

    def client(self) -> Redis:
        """Return a connection of one's own."""
        return Redis.from_url(self.url)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running server, this test's own."""
    if shutil.which("redis-server") is None:
        if os.environ.get("DIVAN_REQUIRE_REDIS") == "1":
            pytest.fail("no redis-server, and DIVAN_REQUIRE_REDIS asks for one")
        pytest.skip("no redis-server on this machine")
    server = RedisServer(tmp_path / "redis").start()
    yield server
    server.kill()
