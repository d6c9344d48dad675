"""Long polls of workers outside: wait for work, but never many at once, and never for long.

A commit of this process that made an external task ends the wait at once; work of other
processes is seen within a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from engine.commands import external
from engine.commands.external import ExternalTask, Topic
from engine.storage.database import Database

POLL_SECONDS: Final = 1.0  #: how late work of another process is seen at most
LONGEST_WAIT: Final = timedelta(minutes=1)
MOST_WAITING: Final = 8  #: beyond it an empty answer comes at once


class LongPolls:
    """The workers that wait in this process."""

    def __init__(self, database: Database, most: int = MOST_WAITING) -> None:
        self._database = database
        self._seats = threading.BoundedSemaphore(most)
        self._closed = threading.Event()

    def fetch(
        self,
        worker: str,
        topics: Sequence[Topic],
        *,
        limit: int = 10,
        by_priority: bool = True,
        wait: timedelta = timedelta(),
        clock: Callable[[], datetime],
    ) -> list[ExternalTask]:
        """Fetch tasks; when there are none, wait for some as long as is asked and allowed.

        Raises:
            ValueError: see `external.fetch`.
        """

        def look() -> list[ExternalTask]:
            return external.fetch(
                self._database.unit_of_work(),
                worker,
                topics,
                limit=limit,
                by_priority=by_priority,
                at=clock(),
            )

        seen = self._database.fetchable.rung
        found = look()
        if found or not wait or not self._seats.acquire(blocking=False):
            return found
        try:
            return self._wait(look, seen, min(wait, LONGEST_WAIT).total_seconds())
        finally:
            self._seats.release()

    def close(self) -> None:
        """Send everybody away with what there is."""
        self._closed.set()
        self._database.fetchable.ring()

    def _wait(
        self, look: Callable[[], list[ExternalTask]], seen: int, seconds: float
    ) -> list[ExternalTask]:
        until = time.monotonic() + seconds
        found: list[ExternalTask] = []
        while not found and not self._closed.is_set() and time.monotonic() < until:
            pause = min(POLL_SECONDS, until - time.monotonic())
            seen = self._database.fetchable.wait(seen, pause)
            found = look()
        return found
