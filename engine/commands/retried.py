"""Commands that lost a race are taken again on fresh state, a few times."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from engine import watch
from engine.errors import Contended, StaleVersion
from engine.storage.reach import fault_behind

ATTEMPTS = 3
P = ParamSpec("P")
T = TypeVar("T")


def retried(command: Callable[P, T]) -> Callable[P, T]:
    """Run ``command`` again when the case changed under it; the last refusal is told.

    An error of the database that comes each time and is no race is told as what it is.
    """
    name = f"{command.__module__.rpartition('.')[2]}.{command.__name__}"

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with watch.work("command", name):
            for _ in range(ATTEMPTS - 1):
                try:
                    return command(*args, **kwargs)
                except (StaleVersion, Contended):
                    watch.happened("conflict", command=name)
            try:
                return command(*args, **kwargs)
            except Contended as contended:
                fault = fault_behind(contended)
                if fault is not None:
                    raise fault from None
                raise

    return run
