"""A worker that dies at each point where it matters: the next one does what was left, once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from engine.commands import jobs
from engine.jobs import run_due, utc_now
from engine.model.event import event_table
from engine.model.job import UNFINISHED, job_table
from engine.queries.invariants import broken
from engine.storage.database import Database
from engine.storage.leases import Claimant
from tests.kit import paying
from tests.kit.bank import Bank
from tests.kit.paying import CALL, DIAGRAM, LANES, NOON
from tests.reliability.chaos.life import Life
from tests.reliability.chaos.meddling import DIED, POINTS, Meddling
from tests.reliability.errands import eventually

CASES = 3
SWEEP = "during sweep"
TIMES = (1, 2, 3)
#: SQLite dies once at each point in ordinary runs; a sweep repairs all there is the first time
RUNS = [
    (backend, point, time)
    for backend in ("postgresql", "sqlite")
    for point in POINTS
    for time in TIMES
    if time == 1
    or (point != SWEEP and (backend == "postgresql" or os.environ.get("DIVAN_TEST_FULL")))
]
LATER = timedelta(minutes=10)  #: every lease of who died is over
TWICE = DIAGRAM.replace(
    '<sequenceFlow id="f3" sourceRef="transfer" targetRef="look"/>',
    '<sequenceFlow id="f3" sourceRef="transfer" targetRef="again"/>'
    '<serviceTask id="again" name="دوباره" camunda:type="external" camunda:topic="transfer"/>'
    '<sequenceFlow id="f5" sourceRef="again" targetRef="look"/>',
)
CALLS = LANES + CALL + CALL.replace("transfer", "again")


class Left(NamedTuple):
    """What a death costs."""

    attempts: int  #: of the job at hand
    repeated: int  #: calls outside


COSTS = {
    "before claim": Left(attempts=1, repeated=0),
    "after claim": Left(attempts=2, repeated=0),
    "after intent": Left(attempts=2, repeated=0),
    "after call": Left(attempts=2, repeated=1),
    "before commit": Left(attempts=2, repeated=0),
    "after commit": Left(attempts=1, repeated=0),
    "before ring": Left(attempts=1, repeated=0),
    SWEEP: Left(attempts=2, repeated=0),
}


@pytest.fixture
def bank() -> Iterator[Bank]:
    """A bank that honours keys and never fails."""
    opened = Bank()
    yield opened
    opened.close()


@pytest.fixture
def database(migrated_database: Database, bank: Bank) -> Iterator[Database]:
    """A database with cases of two payments each, none begun."""
    paying.deploy(migrated_database, CALLS, TWICE)
    paying.connect(migrated_database, bank, "idempotent")
    for number in range(1, CASES + 1):
        paying.start(migrated_database, number)
    with paying.patient_for(5):
        yield migrated_database


def test_every_point_has_its_cost():
    assert COSTS.keys() == POINTS.keys()


@pytest.mark.parametrize(("backend", "point", "time"), RUNS, indirect=["backend"])
def test_a_worker_dies_and_the_next_one_does_what_was_left_once(
    database: Database, bank: Bank, tmp_path: Path, point: str, time: int
):
    if point == SWEEP:  # it repairs what others left: all of it, or the other thread pays meanwhile
        for _ in range(CASES):
            jobs.claim(database.unit_of_work(), NOON, Claimant("dead"))

    mortal = _worker(database, tmp_path, Meddling(dies_at=point, time=time)).start()
    assert mortal.exit_status == DIED, mortal.told()
    _finish(database)

    assert sorted(amount for _, amount in bank.ledger) == sorted([*range(1, CASES + 1)] * 2)
    assert set(_times_done(database)) == {1}
    assert [each.state for each in paying.effects(database)] == ["confirmed"] * 2 * CASES
    assert paying.incidents(database) == []
    with database.reader() as session:
        assert broken(session) == ()
        attempts = session.scalar(select(func.max(job_table.c.attempts)))
    assert Left(attempts or 0, len(bank.calls) - len(bank.ledger)) == COSTS[point]


def _worker(database: Database, home: Path, meddling: Meddling) -> Life:
    settings = {
        "DIVAN_HOME": str(home),
        "DIVAN_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "DIVAN_WORKER_THREADS": "1",
        "DIVAN_SECRET_KEY": "a key of tests only and longer than it must be",
    }
    return Life("worker", "worker", home, settings, meddling)


def _finish(database: Database) -> None:
    """Do what is left, as workers do when every lease has run out: they look until nothing is.

    What the dead one's last transaction had locked is passed over until PostgreSQL has noticed
    that nobody is there.
    """

    def nothing_is_left() -> bool:
        run_due(database, lambda: utc_now() + LATER)
        unfinished = job_table.c.state.in_([each.value for each in UNFINISHED])
        with database.reader() as session:
            return session.scalar(select(func.count()).where(unfinished)) == 0

    eventually(nothing_is_left, within=30)


def _times_done(database: Database) -> list[int]:
    """Return how often each payment of each case was done, as their histories say."""
    of = (event_table.c.instance_id, event_table.c.element_id)
    with database.reader() as session:
        done = select(func.count()).where(event_table.c.kind == "service_done").group_by(*of)
        return list(session.scalars(done))
