"""What the engine tells those who watch it: spans of work, figures, lost races.

Nobody watches by default, and then nothing is spent: one look at a name. Who watches is
decided where the parts are put together; the engine knows no tool for it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Final, Protocol

TRACE: Final = "trace"  #: in a job's facts: the trace of who made it (W3C ``traceparent``)


class Watcher(Protocol):
    """Who is told. Names are few and fixed, values are ids and counts: never what people wrote."""

    def span(
        self, name: str, facts: Mapping[str, str], trace: str | None
    ) -> AbstractContextManager[object]:
        """Return what surrounds one piece of work.

        Args:
            trace: the trace it belongs to; ``None``: the one it is in already.
        """

    def trace(self) -> str | None:
        """Return the trace of the work at hand."""

    def took(self, what: str, seconds: float, **labels: str) -> None:
        """Be told how long something took."""

    def happened(self, what: str, **labels: str) -> None:
        """Be told that something happened once more."""


class _Told:
    by: Watcher | None = None


_told: Final = _Told()


def watched_by(watcher: Watcher | None) -> None:
    """Tell ``watcher`` from now on, in this process."""
    _told.by = watcher


def carried() -> dict[str, str]:
    """Return what a job made now takes with it, so that its run belongs to the same trace."""
    trace = _told.by.trace() if _told.by is not None else None
    return {TRACE: trace} if trace else {}


def work(
    what: str, name: str, *, trace: str | None = None, **facts: str
) -> AbstractContextManager[dict[str, str]]:
    """Return what surrounds one piece of work: a span, and how long it took.

    Args:
        what: the kind of work, such as ``command``: the figure's name.
        name: which one; with labels put into the given dictionary the figure's labels.
        facts: ids the span carries.
    """
    if _told.by is None:
        return contextlib.nullcontext({})
    return _watched(_told.by, what, name, trace, facts)


@contextlib.contextmanager
def _watched(
    watcher: Watcher, what: str, name: str, trace: str | None, facts: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    labels: dict[str, str] = {}
    began = time.perf_counter()
    with watcher.span(f"{what} {name}", facts, trace):
        try:
            yield labels
        finally:
            watcher.took(what, time.perf_counter() - began, name=name, **labels)


def took(what: str, seconds: float, **labels: str) -> None:
    """Tell how long something took."""
    if _told.by is not None:
        _told.by.took(what, seconds, **labels)


def happened(what: str, **labels: str) -> None:
    """Tell that something happened once more."""
    if _told.by is not None:
        _told.by.happened(what, **labels)
