"""PostgreSQL killed while workers work: nothing is lost, nothing is done twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.commands import jobs
from engine.jobs import Worker, utc_now
from engine.queries.invariants import broken
from engine.settings import JobSettings
from engine.storage import leases
from engine.storage.database import Database
from engine.storage.leases import Claimant
from engine.storage.migrate import migrate
from tests.kit.postgres import MortalPostgres
from tests.reliability.errands import Errands, eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]

CASES, KILLS = 300, 5
SETTINGS = JobSettings(lease=timedelta(seconds=4), heartbeat=timedelta(seconds=1))


@pytest.fixture(scope="module")
def postgres() -> Iterator[MortalPostgres]:
    """A server of this module's own."""
    server = MortalPostgres().start()
    server.create()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def prepared(postgres: MortalPostgres) -> str:
    """The address of a database with the engine's tables."""
    database = Database(postgres.url)
    migrate(database, areas=())
    database.dispose()
    return postgres.url


@pytest.fixture
def errands(prepared: str) -> Iterator[Errands]:
    """Cases of two automatic steps."""
    database = Database(prepared)
    yield Errands(database)
    database.dispose()


@pytest.fixture
def workers(prepared: str) -> Iterator[list[Worker]]:
    """Two workers, each with connections of its own."""
    databases = [Database(prepared) for _ in range(2)]
    hired = [Worker(each, SETTINGS, threads=2) for each in databases]
    yield hired
    for worker, database in zip(hired, databases, strict=True):
        worker.stop(60)  # a thread that is left would leave its connection to the garbage
        database.dispose()


def test_every_step_is_done_once_through_five_kills(errands, workers, postgres):
    cases = errands.start(CASES, milliseconds=10)
    chance = random.Random(seed := random.SystemRandom().randrange(10**6))
    print("seed", seed)
    for each in workers:
        each.start()

    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 1.5))
        postgres.kill()
        time.sleep(chance.uniform(0.0, 1.0))
        postgres.start()
    errands.database.dispose()  # connections to the server that was killed
    began = time.monotonic()
    eventually(lambda: errands.running() == 0, 90)

    print("all done", round(time.monotonic() - began, 1), "s after the last restart")
    assert errands.done() == {(case, step): 1 for case in cases for step in ("first", "second")}
    assert errands.incidents() == []
    with errands.database.reader() as session:
        assert broken(session) == ()


def test_a_round_that_loses_its_database_is_made_again(errands, workers, postgres, monkeypatch):
    before = errands.done()
    cases = errands.start(20)
    for _ in range(20):  # workers that died with them
        assert jobs.claim(errands.database.unit_of_work(), utc_now(), Claimant("dead"))
    with errands.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE job SET lease_until = '2026-01-01+00' WHERE state = 'leased'"
        )
    careful = leases.recover
    kills: list[int] = []
    is_back = threading.Event()

    def recover(session, at):
        found = careful(session, at)
        if found and not kills:
            kills.append(found)
            postgres.kill()
            postgres.start()
            is_back.set()
        return found

    monkeypatch.setattr(leases, "recover", recover)
    for each in workers:
        each.start()
    assert is_back.wait(60)
    errands.database.dispose()  # connections to the server that was killed

    eventually(lambda: errands.running() == 0, 60)

    assert kills == [20]
    steps = {(case, step): 1 for case in cases for step in ("first", "second")}
    assert errands.done() - before == steps
