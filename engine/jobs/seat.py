"""One thread of a worker: it takes what is due, and runs it, one job after another."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from engine.commands import jobs
from engine.jobs.bell import Bell
from engine.jobs.run import Clock, run, run_together
from engine.model.job import Job
from engine.storage.database import Database
from engine.storage.leases import Claimant

log = structlog.get_logger()

POLL_SECONDS: Final = 1.0  #: timers fire this late at most when nobody rings


@dataclass(frozen=True, slots=True)
class Shift:
    """What the threads of one worker share."""

    database: Database
    clock: Clock
    bell: Bell
    claimant: Claimant
    over: threading.Event  #: take no more


class Seat:
    """Runs jobs until its shift is over, or until it is given up for hanging."""

    def __init__(self, shift: Shift, number: int) -> None:
        self._shift = shift
        self.number = number
        self._held: deque[Job] = deque()  #: the first one is running
        self._since = 0.0  #: when it began
        self._handing = threading.Lock()
        self._given_up = False
        self._thread = threading.Thread(target=self._work, name=f"worker-{number}", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def join(self, timeout: float) -> bool:
        """Wait until the thread has ended; tell whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def held(self) -> tuple[Job, ...]:
        """The jobs it has leases of."""
        with self._handing:
            return tuple(self._held)

    def overstayed(self, usual: float) -> Job | None:
        """Return the job at hand when it takes longer than an attempt may.

        Args:
            usual: seconds an attempt of a job may take that does not say it.
        """
        with self._handing:
            if not self._held:
                return None
            job = self._held[0]
            return job if time.monotonic() - self._since > (job.lease_seconds or usual) else None

    def give_up(self) -> tuple[Job, ...]:
        """Leave the thread to itself; return the jobs it had not begun."""
        with self._handing:
            self._given_up = True
            rest = tuple(self._held)[1:]
            self._held.clear()
            return rest

    def _work(self) -> None:
        found = True  # what fell due while nobody worked waits for no bell
        while not self._is_over():
            rung = None if found else self._shift.bell.wait(POLL_SECONDS)
            try:
                found = self._take(rung)
            except Exception:  # the database is away: look again in a second
                log.exception("worker.failed")
                found = False

    def _take(self, rung: UUID | None) -> bool:
        """Run what the bell rang for, or else what is due next; tell whether there was any."""
        if self._is_over():
            return False
        shift = self._shift
        claimed: list[Job] = []
        if rung is not None:
            one = jobs.claim_this(
                shift.database.unit_of_work(), rung, shift.clock(), shift.claimant
            )
            claimed = [one] if one else []
        if not claimed:
            claimed = jobs.claim_some(shift.database.unit_of_work(), shift.clock(), shift.claimant)
        self._run_all(claimed)
        return bool(claimed)

    def _run_all(self, claimed: list[Job]) -> None:
        with self._handing:
            self._held = deque(claimed)
        self._run_together()
        while (job := self._begin()) is not None:
            run(self._shift.database, job, self._shift.clock)
            with self._handing:
                if not self._given_up:
                    self._held.popleft()
        with self._handing:
            rest, self._held = tuple(self._held), deque()
        if rest:
            jobs.give_back(self._shift.database.unit_of_work(), rest)

    def _run_together(self) -> None:
        """Run what can be run at once; the rest goes on one by one."""
        if self._begin() is None:
            return
        rest = run_together(self._shift.database, self.held, self._shift.clock)
        with self._handing:
            if not self._given_up:
                self._held = deque(rest)

    def _begin(self) -> Job | None:
        with self._handing:
            if not self._held or self._given_up or self._shift.over.is_set():
                return None
            self._since = time.monotonic()
            return self._held[0]

    def _is_over(self) -> bool:
        return self._given_up or self._shift.over.is_set()
