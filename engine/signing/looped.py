"""What pyHanko does by asyncio, done to its end by whoever calls as ever."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Return what some work comes to.

    A thread that has a loop of its own running (a worker of another kind, a test that drives a
    browser) may not begin a second one; the work then runs in a thread beside it.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()
