"""What the tests do to Divan before they start it: take a safeguard away, or set an hour of death.

Nothing of this is in the product. Its functions are wrapped at their boundaries in the
process that is about to run, so that a crash comes at a known point and a missing
safeguard has to show.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import select, update

from engine.commands import effects, jobs
from engine.connectors import SITE
from engine.connectors.http import HttpConnector
from engine.jobs import Worker
from engine.model.instance import instance_table
from engine.model.job import job_table
from engine.storage import cases, leases
from engine.storage import jobs as job_rows
from engine.storage.change import Change
from engine.storage.database import UnitOfWork

DIED: Final = 86  #: exit status of who died at its point
Die = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Meddling:
    """What is done to one process."""

    without: str | None = None  #: a safeguard of `SAFEGUARDS`
    dies_at: str | None = None  #: a point of `POINTS`
    time: int = 1  #: …the how manyth time it comes there
    patience: float | None = None  #: seconds that systems outside get to answer

    def apply(self) -> None:
        """Do it to this process."""
        if self.without is not None:
            SAFEGUARDS[self.without]()
        if self.dies_at is not None:
            POINTS[self.dies_at](_death(self.time))
        if self.patience is not None:
            SITE.timeout = self.patience


def _death(time: int) -> Die:
    comings, one_at_a_time = itertools.count(1), threading.Lock()

    def come() -> None:
        with one_at_a_time:
            if next(comings) == time:
                os._exit(DIED)

    return come


# safeguards


def _no_fence() -> None:
    """A worker taken for dead that wakes up writes as if nothing had happened."""
    columns = {"ended": "state", "error": "last_error", "later": "run_at"}
    fenced = cases.write  # type: ignore[attr-defined]

    def end(session: Any, job: Any, _: Any, values: Mapping[str, Any]) -> None:
        changed = {columns[each]: value for each, value in values.items()}
        changed = {"state": "ready", "lease_until": None} | changed
        session.execute(update(job_table).where(job_table.c.id == job.id).values(changed))

    def write(connection: Any, change: Any) -> bool:
        if change.finishes is not None:
            end(connection, change.finishes, None, {"ended": "done"})
        return bool(fenced(connection, replace(change, finishes=None)))

    _in_transactions()
    job_rows._write = end  # type: ignore[assignment]
    cases.write = write  # type: ignore[attr-defined]
    leases.must_hold = lambda *_: None


def _no_version() -> None:
    """A case is saved over whatever became of it since it was read.

    Its events are numbered by the row that the version guards, so they are numbered anew:
    their key would notice else.
    """
    careful = cases.write  # type: ignore[attr-defined]
    now = select(instance_table.c.version, instance_table.c.event_count).with_for_update()

    def write(connection: Any, change: Any) -> bool:
        case = change.case
        if not change.is_new:
            row = connection.execute(now.where(instance_table.c.id == case.id)).one()
            told = len(change.events)
            case.version, first = row.version, row.event_count
            events = [replace(each, seq=first + at) for at, each in enumerate(change.events, 1)]
            change = replace(change, events=events)
            case.event_count = first + told
        return bool(careful(connection, change))

    _in_transactions()
    cases.write = write  # type: ignore[attr-defined]


def _in_transactions() -> None:
    """Let what is done in several statements be one transaction."""
    Change.is_one_statement = property(lambda _: False)  # type: ignore[assignment, method-assign]


def _no_key() -> None:
    """Each attempt of a call goes under a key of its own."""
    careful = HttpConnector._headers

    def headers(self: HttpConnector, request: Any, body: Any) -> dict[str, str]:
        return careful(self, request, body) | {"Idempotency-Key": uuid4().hex}

    HttpConnector._headers = headers  # type: ignore[method-assign]


def _no_sweep() -> None:
    """Nobody takes over from the dead."""
    leases.recover = lambda *_: 0


SAFEGUARDS: Final[dict[str, Callable[[], None]]] = {
    "no_fence": _no_fence,
    "no_version": _no_version,
    "no_key": _no_key,
    "no_sweep": _no_sweep,
}


# points


def _before_claim(die: Die) -> None:
    for name in ("claim_some", "claim_this"):
        setattr(jobs, name, _first(die, getattr(jobs, name)))


def _after_claim(die: Die) -> None:
    for name in ("claim_some", "claim_this"):
        setattr(jobs, name, _last(die, getattr(jobs, name)))


def _after_intent(die: Die) -> None:
    careful = effects.intend

    def intend(*given: Any) -> Any:
        known = careful(*given)
        die()
        return known

    effects.intend = intend  # type: ignore[assignment]


def _after_call(die: Die) -> None:
    HttpConnector.call = _last(die, HttpConnector.call)  # type: ignore[method-assign]


def _before_commit(die: Die) -> None:
    at_end = _ending_step()
    careful = UnitOfWork.commit

    def commit(self: UnitOfWork) -> None:
        if at_end():
            die()
        careful(self)

    UnitOfWork.commit = commit  # type: ignore[method-assign]


def _after_commit(die: Die) -> None:
    at_end = _ending_step()
    careful = UnitOfWork.commit

    def commit(self: UnitOfWork) -> None:
        careful(self)
        if at_end():
            die()

    UnitOfWork.commit = commit  # type: ignore[method-assign]


def _before_ring(die: Die) -> None:
    Worker.ring = _first(die, Worker.ring)  # type: ignore[method-assign]


def _during_sweep(die: Die) -> None:
    leases.recover = _last(die, leases.recover)


def _ending_step() -> Callable[[], bool]:
    """Return what tells whether this thread ends the step of a job."""
    here = threading.local()
    careful = jobs._finish

    def finish(following: Any, step: Any) -> None:
        here.ends = True
        try:
            careful(following, step)
        finally:
            here.ends = False

    jobs._finish = finish
    return lambda: getattr(here, "ends", False)


def _first(die: Die, then: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*given: Any) -> Any:
        die()
        return then(*given)

    return wrapped


def _last(die: Die, first: Callable[..., Any]) -> Callable[..., Any]:
    """Die after something was found, done or answered; not after a look that found nothing."""

    def wrapped(*given: Any) -> Any:
        found = first(*given)
        if found:
            die()
        return found

    return wrapped


POINTS: Final[dict[str, Callable[[Die], None]]] = {
    "before claim": _before_claim,
    "after claim": _after_claim,
    "after intent": _after_intent,
    "after call": _after_call,
    "before commit": _before_commit,
    "after commit": _after_commit,
    "before ring": _before_ring,
    "during sweep": _during_sweep,
}
