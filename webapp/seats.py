"""Seats: so many requests are worked on at once; who only waits stands aside meanwhile.

The server has a thread for every worker outside that may wait for tasks, and one for every
request at work (ADR 4, `DIVAN_THREADS`). Without seats all of them could work at once, and be
slower together than one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_KEY: Final = "divan.seats"


class Seats:
    """A WSGI application behind which so many requests are at work at once."""

    def __init__(self, application: WSGIApplication, seats: int) -> None:
        self._application = application
        self._free = threading.Semaphore(seats)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request once a seat is free."""
        environ[_KEY] = self._free
        with self._free:
            return self._application(environ, start_response)


@contextmanager
def stood_aside() -> Iterator[None]:
    """Give the request's seat to another while the block lasts."""
    free: Any = request.environ.get(_KEY)
    if free is None:  # no server, or one without seats
        yield
        return
    free.release()
    try:
        yield
    finally:
        free.acquire()
