"""The real thing: `divan serve` as its users start it, to be asked, stopped and killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

STARTS_WITHIN = 120.0  #: seconds, with the stories of the demonstration and on a busy machine
DIVAN = Path(sys.executable).parent / "divan"


class LiveServer:
    """One `divan serve` in demo mode over a home of its own, on a port of its own."""

    def __init__(
        self,
        home: Path,
        *,
        database_url: str | None = None,
        divan: Path = DIVAN,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home
        self._settings = dict(settings or {})
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"
        self._divan = divan
        self._database_url = database_url
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> LiveServer:
        """Start it and wait until it answers, unless the caller does."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._divan, "serve"],
                cwd=self.home,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self._wait()
        return self

    def stop(self) -> float:
        """Ask it to stop; return the seconds it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(90)
        self._process = None
        return time.monotonic() - began

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(90)
        self._process = None

    @property
    def is_running(self) -> bool:
        """Tell whether it has been started and not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self._process is not None
        return self._process.pid

    def told(self) -> str:
        """Return all it has printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _environment(self) -> dict[str, str]:
        given = os.environ.items()
        kept = {key: each for key, each in given if not key.startswith(("DIVAN_", "PYTHONPATH"))}
        own = {"DIVAN_HOME": str(self.home), "DIVAN_PORT": str(self.port)}
        own |= {"DIVAN_DEMO": "1", "DIVAN_DEMO_CASES": "0"}
        if self._database_url:
            own["DIVAN_DATABASE_URL"] = self._database_url
        return kept | own | {"PYTHONUNBUFFERED": "1"} | self._settings

    def _wait(self) -> None:
        last = time.monotonic() + STARTS_WITHIN
        with httpx.Client(timeout=5) as client:  # to make one costs more than to ask
            while time.monotonic() < last:
                if not self.is_running:
                    raise AssertionError(f"divan serve ended:\n{self.told()}")
                try:
                    if client.get(f"{self.address}/health/ready").status_code == 200:
                        return
                except httpx.HTTPError:
                    time.sleep(0.1)
        self.kill()  # it would go on beside every test that follows
        raise AssertionError(f"divan serve did not answer:\n{self.told()}")


def free_port() -> int:
    """Return a port of the loopback that nobody listens on, and that is given to nobody else.

    It lies below those that the system gives to every call and to whoever asks for any, and each
    worker of the tests has a range of its own: a server may come to it late, or come back.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw7").removeprefix("gw")) % 8
    first = 12_000 + 2_500 * worker
    while True:
        port = first + secrets.randbelow(2_500)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port


_given: set[int] = set()  #: by `free_port`, in this process
