"""How often a client may ask: a bucket that fills by time, in the memory of the process.

Counting asks no database. Each serving process counts by itself, so with several of them a client
gets at most so many times more.
"""

from __future__ import annotations

import math
from threading import Lock
from typing import Final

_MOST_CLIENTS: Final = 10_000


class Buckets:
    """A bucket for each client: a request takes one drop, time gives them back."""

    def __init__(self) -> None:
        self._levels: dict[str, tuple[float, float]] = {}  #: what is left, and since when
        self._lock = Lock()

    def wait(self, client: str, per_minute: int, at: float) -> int:
        """Take a drop; return the seconds to wait when none is left, else 0.

        Args:
            per_minute: how many requests a minute, and how many at once after a pause.
            at: in seconds, from any beginning.
        """
        with self._lock:
            left, since = self._levels.get(client, (float(per_minute), at))
            left = min(per_minute, left + max(0.0, at - since) * per_minute / 60)
            if left < 1:
                self._levels[client] = (left, at)
                return math.ceil((1 - left) * 60 / per_minute)
            if len(self._levels) >= _MOST_CLIENTS and client not in self._levels:
                self._levels.clear()
            self._levels[client] = (left - 1, at)
            return 0
