"""Long polls of workers outside: wait for work, but never many at once, and never for long.

A commit of this process that made an external task ends the wait at once; work of other
processes is seen within a second. However many wait for the same, one of them looks: what it
found empty the others need not ask again before the next ring, or the next second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Final

from engine.commands import external
from engine.commands.external import ExternalTask, Topic
from engine.storage.database import Database
from engine.storage.external import is_any_due

POLL_SECONDS: Final = 1.0  #: how late work of another process is seen at most
LONGEST_WAIT: Final = timedelta(minutes=1)
MOST_WAITING: Final = 8  #: beyond it an empty answer comes at once
_MOST_KEPT: Final = 500  #: different questions of which it is remembered that nothing was there


class LongPolls:
    """The workers that wait in this process."""

    def __init__(
        self,
        database: Database,
        most: int = MOST_WAITING,
        is_leaving: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make it.

        Args:
            most: who waits at once.
            is_leaving: whether the process is about to stop; nobody waits any longer then.
        """
        self._database = database
        self._seats = threading.BoundedSemaphore(most)
        self._closed = threading.Event()
        self._is_leaving = is_leaving
        self._looking = threading.Lock()
        #: by question: how many rings there were when nothing was found, and when that was
        self._empty: dict[str, tuple[int, float]] = {}

    def fetch(
        self,
        worker: str,
        topics: Sequence[Topic],
        *,
        limit: int = 10,
        by_priority: bool = True,
        units: Collection[str] | None = None,
        wait: timedelta = timedelta(),
        clock: Callable[[], datetime],
        aside: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> list[ExternalTask]:
        """Fetch tasks; when there are none, wait for some as long as is asked and allowed.

        Args:
            units: whose cases the worker serves; ``None``: all.
            aside: entered while it only waits, so that others may work meanwhile.

        Raises:
            ValueError: see `external.fetch`.
        """

        def look() -> list[ExternalTask]:
            at = clock()
            with self._database.reader() as session:
                if not is_any_due(session, topics, units, at):
                    return []
            return external.fetch(
                self._database.unit_of_work(),
                worker,
                topics,
                limit=limit,
                by_priority=by_priority,
                units=units,
                at=at,
            )

        external.must_be_askable(worker, topics, limit)
        seen = self._database.fetchable.rung
        found = look()
        if found or not wait or not self._seats.acquire(blocking=False):
            return found
        question = repr(([each.question for each in topics], units and sorted(units)))
        try:
            return self._wait(
                lambda: self._look(question, look), seen, min(wait, LONGEST_WAIT), aside
            )
        finally:
            self._seats.release()

    def close(self) -> None:
        """Send everybody away with what there is."""
        self._closed.set()
        self._database.fetchable.ring()

    def _wait(
        self,
        look: Callable[[], list[ExternalTask]],
        seen: int,
        wait: timedelta,
        aside: Callable[[], AbstractContextManager[object]],
    ) -> list[ExternalTask]:
        until = time.monotonic() + wait.total_seconds()
        found: list[ExternalTask] = []
        while not found and not self._is_over() and time.monotonic() < until:
            pause = max(0.0, min(POLL_SECONDS, until - time.monotonic()))
            with aside():
                seen = self._database.fetchable.wait(seen, pause)
            found = look()
        return found

    def _look(self, question: str, look: Callable[[], list[ExternalTask]]) -> list[ExternalTask]:
        """Look, unless another who waits for the same has just found nothing."""
        with self._looking:
            rung, now = self._database.fetchable.rung, time.monotonic()
            known, at = self._empty.get(question, (-1, 0.0))
            if known == rung and now - at < POLL_SECONDS / 2:
                return []
            found = look()
            if not found:
                if len(self._empty) >= _MOST_KEPT:
                    self._empty.clear()
                self._empty[question] = (rung, now)
            return found

    def _is_over(self) -> bool:
        return self._closed.is_set() or self._is_leaving()
