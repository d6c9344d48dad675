"""How often work is tried again, and after which waits: ISO 8601, as Camunda's models say it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

from engine.feel.errors import NullBecause
from engine.feel.moments import duration_from
from engine.findings import Wrong, detail

MOST = 100  #: attempts
_REPEAT = re.compile(r"R([1-9]\d{0,2})/(P.+)")


@lru_cache(maxsize=256)
def waits_of(text: str) -> tuple[timedelta, ...]:
    """Return the wait after each attempt but the last.

    Args:
        text: a repeat, ``R3/PT10S``: three attempts, ten seconds apart; or the waits
            themselves, ``PT2S,PT30S``: three attempts as well.

    Raises:
        ValueError: it is neither, or asks for more than `MOST` attempts.

    >>> [int(each.total_seconds()) for each in waits_of("R3/PT10S")]
    [10, 10]
    >>> [int(each.total_seconds()) for each in waits_of("PT2S,PT30S")]
    [2, 30]
    """
    repeat = _REPEAT.fullmatch(text.strip())
    if repeat is not None:
        wait = _wait(repeat[2])
        waits = (wait,) * (int(repeat[1]) - 1)
    else:
        waits = tuple(_wait(each.strip()) for each in text.split(","))
    if len(waits) >= MOST:
        raise Wrong(detail("TIME-007", text=text, most=MOST))
    return waits


def _wait(text: str) -> timedelta:
    try:
        wait = duration_from(text)
    except NullBecause as because:
        raise Wrong(detail("TIME-011", why=because, text=text)) from None
    if not isinstance(wait, timedelta) or wait < timedelta():
        raise Wrong(detail("TIME-008", text=text))
    return wait
