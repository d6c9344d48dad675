"""Long polls of workers outside: wait for work, but never many at once, and never for long.

A commit of this process that made an external task ends the wait at once; work of other
processes is seen within a second, mostly much sooner. However many wait for the same, the first
of them looks and the others sleep behind it: a ring wakes one, and who leaves lets the next look.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from engine.commands import external
from engine.commands.external import ExternalTask, Topic
from engine.storage.database import Database
from engine.storage.external import is_any_due

#: How late work of another process is seen. What comes in a stream is so handed out in a stream:
#: looked for once a second, all of it would run at once, and pages would wait behind it.
POLL_SECONDS: Final = 0.2
MOST_SECONDS: Final = 1.0  #: …at most, where many ask for different things
_LOOKS: Final = 50  #: a second, of all who wait in this process
LONGEST_WAIT: Final = timedelta(minutes=1)
MOST_WAITING: Final = 8  #: beyond it an empty answer comes at once


@dataclass(slots=True)
class _Line:
    """Who wait for the same: one holds the lead and looks."""

    lead: threading.Lock = field(default_factory=threading.Lock)
    people: int = 0
    rung: int = -1  #: how many rings there were when it was last found empty


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
        self._lines: dict[str, _Line] = {}
        self._lining = threading.Lock()

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
            with self._in_line(question) as line:
                line.rung = max(line.rung, seen)
                return self._wait(look, line, min(wait, LONGEST_WAIT), aside)
        finally:
            self._seats.release()

    def close(self) -> None:
        """Send everybody away with what there is."""
        self._closed.set()
        self._database.fetchable.ring()

    @contextmanager
    def _in_line(self, question: str) -> Iterator[_Line]:
        """Stand in the line of those who wait for the same."""
        with self._lining:
            line = self._lines.setdefault(question, _Line())
            line.people += 1
        try:
            yield line
        finally:
            with self._lining:
                line.people -= 1
                if not line.people:
                    del self._lines[question]

    def _wait(
        self,
        look: Callable[[], list[ExternalTask]],
        line: _Line,
        wait: timedelta,
        aside: Callable[[], AbstractContextManager[object]],
    ) -> list[ExternalTask]:
        until = time.monotonic() + wait.total_seconds()
        with aside():
            if not line.lead.acquire(timeout=wait.total_seconds()):
                return []
        try:
            return self._lead(look, line, until, aside)
        finally:
            line.lead.release()

    def _lead(
        self,
        look: Callable[[], list[ExternalTask]],
        line: _Line,
        until: float,
        aside: Callable[[], AbstractContextManager[object]],
    ) -> list[ExternalTask]:
        """Look now and then, and at each ring, until something is found or the time is over."""
        rings = self._database.fetchable
        while not self._is_over():
            left = until - time.monotonic()
            if left <= 0:
                return []
            with aside():
                rung = rings.wait(line.rung, min(self._pause(), left))
            found = look()
            # what is left of what was found the next in line sees at once
            line.rung = rung if not found else -1
            if found:
                return found
        return []

    def _pause(self) -> float:
        return min(MOST_SECONDS, max(POLL_SECONDS, len(self._lines) / _LOOKS))

    def _is_over(self) -> bool:
        return self._closed.is_set() or self._is_leaving()
