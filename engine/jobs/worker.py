"""A worker: threads that run jobs as they fall due, and one that keeps its promises.

The same code runs beside the pages and in `divan worker`, with Redis and without it.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from engine.commands.sealing import Seal
from engine.jobs.bell import Bell, LocalBell
from engine.jobs.keeper import Keeper
from engine.jobs.run import Clock
from engine.jobs.seat import Seat, Shift
from engine.model.base import new_id
from engine.model.worker import WorkerRow
from engine.settings import JobSettings
from engine.storage.clock import DatabaseClock
from engine.storage.database import Database
from engine.storage.document_store import DocumentStore
from engine.storage.leases import Claimant


def utc_now() -> datetime:
    """Return the moment, aware, in UTC, by the clock of this host."""
    return datetime.now(UTC)


def bell_of(settings: JobSettings) -> Bell:
    """Return the bell that the settings name: Redis's, or that of this process."""
    if settings.redis_url:
        from engine.jobs.redis_bell import RedisBell  # noqa: PLC0415 - who has none, pays nothing

        return RedisBell(settings.redis_url, settings.in_flight)
    return LocalBell()


class Worker:
    """Runs due jobs until stopped."""

    def __init__(
        self,
        database: Database,
        settings: JobSettings | None = None,
        *,
        threads: int = 1,
        clock: Clock | None = None,
        documents: DocumentStore | None = None,
        seal: Seal | None = None,
    ) -> None:
        settings = settings or JobSettings()
        clock = clock or DatabaseClock(database)
        host, pid = socket.gethostname(), os.getpid()
        self.name = f"{host}:{pid}:{new_id().hex[-8:]}"  #: in the leases of its jobs
        self._shift = Shift(
            database,
            clock,
            bell_of(settings),
            Claimant(self.name, settings.lease),
            threading.Event(),
        )
        at = clock()
        row = WorkerRow(
            name=self.name, host=host, pid=pid, started_at=at, beat_at=at, stopping=False
        )
        self._seats = [Seat(self._shift, number) for number in range(threads)]
        self._keeper = Keeper(self._shift, self._seats, row, settings, documents, seal)

    def ring(self, job_ids: Sequence[UUID]) -> None:
        """Tell of jobs that became ready."""
        self._shift.bell.ring(job_ids)

    def start(self) -> None:
        """Begin to work; what this process commits rings the bell from now on."""
        self._shift.database.wake = self.ring
        self._keeper.start()
        for each in self._seats:
            each.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Finish the jobs at hand, take no more, and stop; tell whether all were finished.

        Args:
            timeout: seconds the jobs at hand get; a lease that is left runs out by itself.
        """
        self._shift.over.set()
        for _ in self._seats:
            self._shift.bell.ring(())
        last = time.monotonic() + timeout
        finished = [each.join(max(0.0, last - time.monotonic())) for each in self._seats]
        self._keeper.stop()
        self._shift.bell.close()
        return all(finished)
