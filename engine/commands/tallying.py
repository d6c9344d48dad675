"""Counting the cases for the bridge: some worker does it for all, once a minute at most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from engine.commands.retried import retried
from engine.model.tally import ROUND
from engine.storage import tallies, workers
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.tallies import Happened, Standing
from engine.values import local_date

EVERY: Final = timedelta(minutes=1)  #: between two counts
#: a count that took long is not repeated before so many times as long has gone
REST: Final = 50
DAYS: Final = 60  #: counted at once; the first counts of an old site go on where the last ended
_DAY: Final = timedelta(days=1)


def count(database: Database, at: datetime, *, every: timedelta = EVERY) -> bool:
    """Count what stands and what happened, unless another worker just did; tell whether it did.

    Counting reads in a transaction of its own, on one core, so that no writer waits for it and
    pages little; only what differs is written. The day before is counted again with each day,
    for answers are taken back and what ran over midnight commits later.
    """
    reached = _taken(database.unit_of_work(), at, every)
    if reached is None:
        return False
    with database.snapshot_aside() as session:
        standing = tallies.standing(session, at)
        days = {each: tallies.happened(session, each) for each in _days(session, reached, at)}
    _keep(database.unit_of_work(), standing, days)
    return True


@retried
def _taken(uow: UnitOfWork, at: datetime, every: timedelta) -> str | None:
    """Take the round; return the day it has reached, which is empty at first."""
    with uow:
        made = workers.take_round(uow.session, ROUND, at, every)
        reached = None if made is None else made.reached or ""
        uow.commit()
        return reached


def _days(session: Session, reached: str, at: datetime) -> list[date]:
    """Return the days to be counted."""
    today = local_date(at)
    if reached:
        first = date.fromisoformat(reached) - _DAY
    else:
        began = tallies.first_day(session)
        first = today if began is None else local_date(began)
    first = min(first, today)
    last = min(today, first + DAYS * _DAY)
    return [first + each * _DAY for each in range((last - first).days + 1)]


@retried
def _keep(
    uow: UnitOfWork,
    standing: Mapping[Standing, int],
    days: Mapping[date, Mapping[Happened, Mapping[str, int]]],
) -> None:
    with uow:
        tallies.keep_standing(uow.session, standing)
        for day, counted in days.items():
            tallies.keep_day(uow.session, day, counted)
        workers.reach(uow.session, ROUND, max(days).isoformat())
        uow.commit()
