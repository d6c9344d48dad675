"""The embedded worker: a thread of the web process that runs jobs as they fall due."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import structlog

from engine.jobs.run import Clock, run_next
from engine.storage.database import Database

log = structlog.get_logger()

POLL_SECONDS = 1.0  #: timers fire this late at most when nobody rings


def utc_now() -> datetime:
    """Return the moment, aware, in UTC: the clock of every process of ours."""
    return datetime.now(UTC)


class Worker:
    """Runs due jobs until stopped; a commit of this process that made work rings it awake."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._database.wake = self._bell.set
        self._thread.start()

    def join(self) -> None:
        """Wait until the worker stops."""
        self._thread.join()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the job at hand and stop."""
        self._stopping.set()
        self._bell.set()
        self._thread.join(timeout)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                found = run_next(self._database, self._clock)
            except Exception:
                log.exception("worker.failed")
                found = False
            if not found:
                self._bell.wait(POLL_SECONDS)
