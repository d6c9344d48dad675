"""What workers do besides running jobs: signs of life, and the round that mends.

Each worker offers itself every second; every few seconds one of them makes the round for
all, so that recovery never depends on a named one (`docs/reference/jobs.md`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.commands import choosing
from engine.commands.incidents import open_incident
from engine.commands.retried import retried
from engine.model.event import Event, EventKind
from engine.model.incident import Incident, fingerprint_of
from engine.model.job import Job
from engine.model.worker import WorkerRow
from engine.storage import leases, messages, workers
from engine.storage.database import Database, UnitOfWork
from engine.storage.stranded import Place, is_stranded, resolve_settled, stranded

ROUND: Final = "sweep"
EVERY: Final = timedelta(seconds=5)  #: between two rounds
EXPIRED: Final = 1_000  #: messages nobody wanted, dropped in one round
PORTION: Final = 5_000  #: running cases looked at in one round
STRANDED: Final = "GEN-STRANDED"  #: code of the incident of a case that nothing moves


@retried
def give_sign(
    uow: UnitOfWork, worker: WorkerRow, held: Iterable[Job], until: datetime
) -> list[Job]:
    """Say that a worker lives and lengthen its leases; return the jobs it has lost."""
    with uow:
        lost = [each for each in held if not leases.extend(uow.session, each.id, each.fence, until)]
        workers.beat(uow.session, worker)
        uow.commit()
        return lost


@retried
def leave(uow: UnitOfWork, name: str) -> None:
    """Take a worker that stopped from the list of those alive."""
    with uow:
        workers.leave(uow.session, name)
        uow.commit()


def is_round_due(database: Database, at: datetime) -> bool:
    """Tell whether it is time for the next round."""
    with database.reader() as session:
        return workers.is_round_due(session, ROUND, at, EVERY)


def make_round(database: Database, at: datetime, *, message_days: int = 0) -> bool:
    """Mend what dead workers left, unless another worker just did; tell whether it was made.

    One statement each: leases that ran out, workers long silent, messages nobody wanted,
    incidents whose cause is gone, cases that nothing moves.

    Args:
        message_days: how long messages are kept after they were taken or expired; 0: for ever.
    """
    uow = database.unit_of_work()
    forgotten = at - timedelta(days=message_days) if message_days else None
    found = _begin_round(uow, at, forgotten)
    if found is None:
        return False
    for each in found:
        report_stranded(uow, each, at)
    return True


@retried
def _begin_round(uow: UnitOfWork, at: datetime, forgotten: datetime | None) -> list[UUID] | None:
    with uow:
        made = workers.take_round(uow.session, ROUND, at, EVERY)
        if made is None:
            return None
        leases.recover(uow.session, at)
        workers.forget(uow.session, at)
        messages.expire(uow.session, at, EXPIRED)
        if forgotten is not None:
            messages.forget(uow.session, forgotten, EXPIRED)
        resolve_settled(uow.session, at)
        after = Place.read(made.reached) if made.reached else None
        found, reached = stranded(uow.session, after, PORTION)
        made.reached = str(reached) if reached else None
        uow.commit()
        return found


@retried
def report_stranded(uow: UnitOfWork, instance_id: UUID, at: datetime) -> None:
    """Open an incident for a case that nothing and nobody moves, unless that has changed."""
    with uow:
        instance = uow.cases.one(instance_id)
        if not is_stranded(uow.session, instance.id):
            return
        if choosing.is_awaited(uow.session, instance.id):
            return
        cause = "nothing moves this case: no job, no open task, nothing it listens for"
        open_incident(
            uow,
            Incident(
                instance_id=instance.id,
                job_id=None,
                element_id=None,
                code=STRANDED,
                cause=cause,
                fingerprint=fingerprint_of(STRANDED, instance.process_id, cause),
                opened_at=at,
                trace=None,
                resolved_at=None,
            ),
        )
        instance.event_count += 1
        number, facts = instance.event_count, {"cause": cause}
        told = Event(instance.id, number, at, EventKind.INCIDENT, facts=facts)
        uow.cases.save(instance, [told])
        uow.commit()


def ready_unheard(database: Database, before: datetime, limit: int) -> list[UUID]:
    """Return jobs that were due before a moment and nobody took: their ring was not heard."""
    with database.reader() as session:
        return leases.overdue(session, before, limit)
