"""Commands that lost a race are taken again on fresh state, a few times."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from engine.errors import Contended, StaleVersion

ATTEMPTS = 3
P = ParamSpec("P")
T = TypeVar("T")


def retried(command: Callable[P, T]) -> Callable[P, T]:
    """Run ``command`` again when the case changed under it; the last refusal is told."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return command(*args, **kwargs)
            except (StaleVersion, Contended):
                continue
        return command(*args, **kwargs)

    return run
