"""What an area has to do every so often, of no case: by the clock, by one worker for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.settings import DocumentSettings
    from engine.storage.database import Database
    from engine.storage.document_store import DocumentStore


@dataclass(frozen=True, slots=True)
class Turn:
    """What a chore works with when its turn has come."""

    database: Database
    documents: DocumentStore
    taking: DocumentSettings  #: what files this site takes, and what looks at them
    at: datetime


@dataclass(frozen=True, slots=True)
class Chore:
    """Work of an area that belongs to no case."""

    every: timedelta
    do: Callable[[Turn], None]


CHORES: Final[dict[str, Chore]] = {}


def chore(
    name: str, every: timedelta
) -> Callable[[Callable[[Turn], None]], Callable[[Turn], None]]:
    """Register what a worker does for an area every so often, as ``f(turn)``.

    Of all workers of a site one does it, and no transaction is held around it. What it did not come
    to it has to find again the next time; what it raises is written to the log.

    Args:
        name: of the chore, among all areas.
    """

    def keep(function: Callable[[Turn], None]) -> Callable[[Turn], None]:
        CHORES[name] = Chore(every, function)
        return function

    return keep
