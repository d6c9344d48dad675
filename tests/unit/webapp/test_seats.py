"""Seats: so many at work at once, of which programs have a quarter."""

from __future__ import annotations

import threading
from typing import Any

from webapp.seats import Seats

LONG = 30.0  #: seconds that nothing here takes
SHORT = 0.2  #: in which what must not happen would have happened


def test_what_programs_ask_for_all_at_once_leaves_seats_to_pages():
    begun, may_end = threading.Semaphore(0), threading.Semaphore(0)

    def application(environ: dict[str, Any], _: object) -> list[bytes]:
        if environ["PATH_INFO"].startswith("/engine-rest"):
            begun.release()
            assert may_end.acquire(timeout=LONG)
        return [environ["PATH_INFO"].encode()]

    seats: Any = Seats(application, 8)
    fetch = {"PATH_INFO": "/engine-rest/external-task/fetchAndLock"}
    programs = [threading.Thread(target=seats, args=(dict(fetch), None)) for _ in range(3)]
    for each in programs:
        each.start()

    assert begun.acquire(timeout=LONG)
    assert begun.acquire(timeout=LONG)
    assert not begun.acquire(timeout=SHORT), "the third waits for one of two seats"
    assert seats({"PATH_INFO": "/inbox"}, None) == [b"/inbox"]
    may_end.release()
    assert begun.acquire(timeout=LONG)
    may_end.release(2)
    for each in programs:
        each.join(LONG)
    assert not any(each.is_alive() for each in programs)
