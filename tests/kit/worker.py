"""The real thing: `divan worker` as its users start it, to be paused, stopped and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from tests.kit.server import DIVAN, STARTS_WITHIN


class LiveWorker:
    """One `divan worker` over a database, with a home of its own."""

    def __init__(self, home: Path, database_url: str, settings: Mapping[str, str]) -> None:
        self._home = home
        self._own = {"DIVAN_HOME": str(home), "DIVAN_DATABASE_URL": database_url, **settings}
        self._log = home / "worker.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> LiveWorker:
        """Start it and wait until it works."""
        self._home.mkdir(parents=True, exist_ok=True)
        given = os.environ.items()
        kept = {key: each for key, each in given if not key.startswith(("DIVAN_", "PYTHONPATH"))}
        said = self.told().count("worker") if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [DIVAN, "worker"],
                cwd=self._home,
                env=kept | self._own | {"PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        last = time.monotonic() + STARTS_WITHIN
        while self.told().count("worker") <= said:
            if not self.is_running or time.monotonic() > last:
                raise AssertionError(f"divan worker did not start:\n{self.told()}")
            time.sleep(0.02)
        return self

    @property
    def is_running(self) -> bool:
        """Tell whether it has been started and not ended."""
        return self._process is not None and self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def ended(self, within: float) -> int:
        """Return its exit status, waiting so many seconds at most."""
        assert self._process is not None
        return self._process.wait(within)

    def kill(self) -> None:
        """Kill it at once, also when it is paused."""
        if self.is_running:
            self.signal(signal.SIGKILL)
            self.ended(60)

    def told(self) -> str:
        """Return all it has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")
