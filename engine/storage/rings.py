"""Rings: how a commit wakes those of its process who wait for what it made."""

from __future__ import annotations

import threading


class Rings:
    """Counts rings, so that one between a look and a wait is not missed."""

    def __init__(self) -> None:
        self._heard = threading.Condition()
        self.rung = 0

    def ring(self) -> None:
        """Wake all who wait."""
        with self._heard:
            self.rung += 1
            self._heard.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until there were more rings than were seen; return how many there were."""
        with self._heard:
            self._heard.wait_for(lambda: self.rung > seen, timeout=seconds)
            return self.rung
