"""A line of writers: one at a time, in the order they came.

An ordinary lock goes to whichever thread runs when it is let go of, which under load is
mostly the one that just had it; others would wait until their request times out.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Line:
    """Lets one thread in at a time, first come first served; who is in may enter again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._inside: int | None = None
        self._entered = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._inside in (None, me):
                self._inside = me
                self._entered += 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append((me, turn))
        turn.acquire()  # held until whoever leaves hands the place over

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            self._entered -= 1
            if self._entered:
                return
            self._inside = None
            if self._waiting:
                self._inside, turn = self._waiting.popleft()
                self._entered = 1
                turn.release()
