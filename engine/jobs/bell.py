"""Bells: how a worker hears of work sooner than by looking each second.

The row in the database is the truth. A bell that is not heard costs a second; a bell rung
twice, or for work somebody else has done, costs one look. So nothing here may fail a
commit or stop a worker, whatever became of Redis (ADR 8).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

RING_AGAIN: Final = 10  #: seconds after which a ring nobody answered may be repeated
_MOST_RINGS: Final = 16  #: kept for threads that are busy


class Bell(Protocol):
    """Wakes workers that wait for work."""

    def ring(self, job_ids: Sequence[UUID]) -> None:
        """Tell of jobs that became ready; never fails."""

    def wait(self, seconds: float) -> UUID | None:
        """Wait for a ring; return the job it was for, if it said so. Never fails."""

    def close(self) -> None:
        """Let go of what it holds; from now on a ring is heard by nobody."""


class LocalBell:
    """Heard by the threads of this process: a ring wakes one for each job."""

    def __init__(self) -> None:
        self._heard = threading.Condition()
        self._rings = 0

    def ring(self, job_ids: Sequence[UUID]) -> None:
        """Wake those who wait; rings that nobody needs are forgotten beyond a few."""
        with self._heard:
            count = max(1, len(job_ids))
            self._rings = min(self._rings + count, _MOST_RINGS)
            self._heard.notify(count)

    def wait(self, seconds: float) -> None:
        """Wait for a ring."""
        with self._heard:
            if self._heard.wait_for(lambda: self._rings > 0, timeout=seconds):
                self._rings -= 1

    def close(self) -> None:
        """Do nothing: it holds nothing."""
