"""What is done every so often, by whichever worker comes to it first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from engine.commands.retried import retried
from engine.storage import workers
from engine.storage.database import Database, UnitOfWork

Done = TypeVar("Done")


def make(
    database: Database,
    name: str,
    every: timedelta,
    at: datetime,
    do: Callable[[UnitOfWork], Done],
) -> Done | None:
    """Do something in one transaction, unless somebody just did; return what came of it.

    Asked often, so who comes too early only reads.

    Args:
        name: names the round among all workers of the site.
        do: may be called again when the transaction met another.
    """
    with database.reader() as session:
        if not workers.is_round_due(session, name, at, every):
            return None
    return _make(database.unit_of_work(), name, every, at, do)


@retried
def _make(
    uow: UnitOfWork,
    name: str,
    every: timedelta,
    at: datetime,
    do: Callable[[UnitOfWork], Done],
) -> Done | None:
    with uow:
        if workers.take_round(uow.session, name, at, every) is None:
            return None
        done = do(uow)
        uow.commit()
        return done
