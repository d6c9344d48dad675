"""Redis rings, and nothing depends on it: emptied, killed, full, read-only or never there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from engine.jobs import Worker
from engine.jobs.redis_bell import RedisBell
from engine.settings import JobSettings
from engine.storage.database import Database
from tests.kit.redis import RedisServer
from tests.kit.server import free_port
from tests.reliability.errands import Errands, eventually

pytestmark = [pytest.mark.both_databases, pytest.mark.xdist_group("killed")]

CASES = 60
Fault = Callable[[RedisServer], threading.Thread | None]  #: who repairs it meanwhile


def _emptied(server: RedisServer) -> None:
    with server.client() as client:
        client.flushall()


def _read_only(server: RedisServer) -> None:
    with server.client() as client:
        client.replicaof("127.0.0.1", str(free_port()))


def _full(server: RedisServer) -> None:
    with server.client() as client:
        client.config_set("maxmemory", "1")
        client.config_set("maxmemory-policy", "noeviction")


def _killed_and_back(server: RedisServer) -> threading.Thread:
    server.kill()
    back = threading.Timer(1.0, server.start)
    back.start()
    return back


FAULTS: dict[str, Fault] = {
    "emptied": _emptied,
    "killed": RedisServer.kill,
    "killed and back": _killed_and_back,
    "read-only": _read_only,
    "full": _full,
}


@pytest.fixture
def errands(bare_database: Database) -> Errands:
    """Cases of two automatic steps."""
    return Errands(bare_database)


@pytest.fixture
def worker(bare_database: Database, redis_server: RedisServer) -> Iterator[Worker]:
    """A worker in a process of its own as far as the database and Redis are concerned."""
    apart = Database(bare_database.url.render_as_string(hide_password=False))
    settings = JobSettings(redis_url=redis_server.url, lease=timedelta(seconds=2))
    hired = Worker(apart, settings, threads=2)
    bare_database.wake = hired.ring
    hired.start()
    yield hired
    hired.stop(60)
    apart.dispose()


@pytest.mark.parametrize("fault", FAULTS)
def test_every_step_is_done_once_whatever_becomes_of_redis(errands, worker, redis_server, fault):
    cases = errands.start(CASES // 2)
    repairing = FAULTS[fault](redis_server)
    cases += errands.start(CASES - CASES // 2)

    eventually(lambda: errands.running() == 0, 60)
    if repairing is not None:
        repairing.join()  # or it would begin when this test is over

    assert errands.done() == {(case, step): 1 for case in cases for step in ("first", "second")}
    assert errands.incidents() == []


def test_a_redis_restored_from_an_old_dump_does_nothing_twice(errands, bare_database, redis_server):
    bell = RedisBell(redis_server.url)
    bare_database.wake = bell.ring
    cases = errands.start(CASES)
    with redis_server.client() as client:
        client.save()  # the rings of what is about to be done
    settings = JobSettings(redis_url=redis_server.url)
    with _working(bare_database, settings):
        eventually(lambda: errands.running() == 0, 60)
    bell.close()

    redis_server.kill()
    redis_server.start()
    with redis_server.client() as client:
        restored = client.llen("rq:queue:divan")  # before anybody hears them again
        with _working(bare_database, settings):
            cases += errands.start(5)
            eventually(lambda: errands.running() == 0, 60)
            eventually(lambda: client.llen("rq:queue:divan") == 0, 60)

    assert restored == CASES
    assert errands.done() == {(case, step): 1 for case in cases for step in ("first", "second")}
    assert errands.incidents() == []


@contextmanager
def _working(database: Database, settings: JobSettings, threads: int = 2) -> Iterator[None]:
    worker = Worker(database, settings, threads=threads)
    worker.start()
    try:
        yield
    finally:
        worker.stop(60)


def test_a_worker_that_cannot_reach_redis_looks_each_second(errands, bare_database):
    settings = JobSettings(redis_url=f"redis://127.0.0.1:{free_port()}/0")
    worker = Worker(bare_database, settings)
    worker.start()
    errands.start(3)

    waits = []
    for _ in range(2):
        waits.append(eventually(lambda: errands.running() == 0, 60))
        errands.start(1)
    worker.stop(60)

    assert min(waits) < 5


def test_a_ring_brings_work_sooner_than_the_next_look(
    errands, bare_database, redis_server, monkeypatch
):
    monkeypatch.setattr("engine.jobs.seat.POLL_SECONDS", 3.0)
    waits = []
    with _working(bare_database, JobSettings(redis_url=redis_server.url), threads=1):
        for _ in range(5):  # each after a look, which found the one before
            errands.start(1)
            waits.append(eventually(lambda: errands.running() == 0, 60))

    assert min(waits[1:]) < 1.5
