"""Seats: so many requests are worked on at once; who only waits stands aside meanwhile.

The server has a thread for every worker outside that may wait for tasks, and one for every
request at work (ADR 4, `DIVAN_THREADS`). Without seats all of them could work at once, and be
slower together than one after the other. Programs have a quarter of the seats: what they ask for
all at once is done one after the other, and no page waits behind all of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_KEY: Final = "divan.seats"
_PROGRAMS: Final = "/engine-rest"
_SHARE: Final = 4  #: programs have one seat in so many


class Seats:
    """A WSGI application behind which so many requests are at work at once."""

    def __init__(self, application: WSGIApplication, seats: int) -> None:
        self._application = application
        self._all = threading.Semaphore(seats)
        self._of_programs = threading.Semaphore(max(1, seats // _SHARE))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request once a seat is free."""
        is_program = environ.get("PATH_INFO", "").startswith(_PROGRAMS)
        # those of programs first: who waits for one holds no seat that a page could have
        taken = (self._of_programs, self._all) if is_program else (self._all,)
        environ[_KEY] = taken
        with ExitStack() as stack:
            for each in taken:
                stack.enter_context(each)
            return self._application(environ, start_response)


@contextmanager
def stood_aside() -> Iterator[None]:
    """Give the request's seat to another while the block lasts."""
    taken: Any = request.environ.get(_KEY, ())  # none without a server, or one without seats
    for each in reversed(taken):
        each.release()
    try:
        yield
    finally:
        for each in taken:
            each.acquire()
