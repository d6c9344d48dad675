"""Two hosts, as network namespaces: one is cut off in the middle, the other finishes the work.

Needs Linux, root and `ip`; elsewhere it is reported as not run.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.catalogue.find import find_areas
from engine.commands.upkeep import EVERY
from engine.jobs.keeper import TICK
from engine.model.job import job_table
from engine.queries.invariants import broken
from engine.storage.database import Database
from engine.storage.migrate import migrate
from tests.kit.postgres import MortalPostgres
from tests.kit.redis import RedisServer
from tests.reliability.chaos.life import Life
from tests.reliability.errands import SITE, Errands, eventually

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("killed"),
    pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("ip") is None,
        reason="network namespaces need Linux, root and `ip`",
    ),
]

MIDDLE = "10.231.0.1"  #: where PostgreSQL and Redis are
NETWORK = "10.231.0.0/16"
LEASE = 4  #: seconds
CASES, MILLISECONDS = 40, 400
STEP = MILLISECONDS / 1000


class Host:
    """A namespace with one wire to the middle, and a worker in it."""

    def __init__(self, number: int) -> None:
        self.name = f"divan{os.getpid()}h{number}"
        self._wire = f"dv{os.getpid() % 100_000}h{number}"
        near, far = f"10.231.{number}.1", f"10.231.{number}.2"
        _ip(f"netns add {self.name}")
        _ip(f"link add {self._wire} type veth peer name wire netns {self.name}")
        _ip(f"addr add {near}/30 dev {self._wire}")
        _ip(f"link set {self._wire} up")
        for each in ("link set lo up", f"addr add {far}/30 dev wire", "link set wire up"):
            _ip(f"-n {self.name} {each}")
        _ip(f"-n {self.name} route add default via {near}")

    def cut(self) -> None:
        """Take its wire away: nothing comes through, and nobody is told."""
        _ip(f"link set {self._wire} down")

    def mend(self) -> None:
        """Put the wire back."""
        _ip(f"link set {self._wire} up")

    def remove(self) -> None:
        """Take it down."""
        with suppress(subprocess.CalledProcessError):
            _ip(f"netns del {self.name}")


def _ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], check=True, capture_output=True)


_OF_NETWORK = 0x40000000  #: CLONE_NEWNET of Linux's sched.h


@pytest.fixture
def apart() -> Iterator[None]:
    """Let this test have a network of its own: a browser elsewhere sees no wire come or go.

    One that does gives up what it is loading (ERR_NETWORK_CHANGED).
    """
    kernel = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _must_be_done(kernel.unshare(_OF_NETWORK))
        _ip("link set lo up")
        yield
    finally:
        _must_be_done(kernel.setns(before, _OF_NETWORK))
        os.close(before)


def _must_be_done(code: int) -> None:
    if code:
        raise OSError(ctypes.get_errno(), "network namespace")


@pytest.fixture
def hosts(apart: None) -> Iterator[list[Host]]:
    """Two of them, and the middle they both reach."""
    _ip(f"addr add {MIDDLE}/32 dev lo")
    made = []
    try:
        made = [Host(1), Host(2)]
        yield made
    finally:
        for each in made:
            each.remove()
        _ip(f"addr del {MIDDLE}/32 dev lo")


@pytest.fixture
def middle(hosts: list[Host], tmp_path: Path) -> Iterator[tuple[MortalPostgres, RedisServer]]:
    """PostgreSQL and Redis at an address both hosts reach."""
    postgres = MortalPostgres(MIDDLE, (NETWORK,)).start()
    redis = RedisServer(tmp_path / "redis", MIDDLE).start()
    postgres.create()
    yield postgres, redis
    redis.kill()
    postgres.remove()


@pytest.fixture
def errands(middle: tuple[MortalPostgres, RedisServer]) -> Iterator[Errands]:
    """Cases of two steps of some length."""
    database = Database(middle[0].url)
    migrate(database, find_areas())
    yield Errands(database)
    database.dispose()


def test_the_other_host_finishes_the_work_of_one_that_is_cut_off(
    hosts: list[Host],
    middle: tuple[MortalPostgres, RedisServer],
    errands: Errands,
    tmp_path: Path,
):
    workers = [_worker(each, middle, tmp_path) for each in hosts]
    try:
        for each in workers:
            each.start()
        cut_off, _ = map(_name, workers)
        undisturbed = errands.took(2, MILLISECONDS, workers[0].told)
        cases = errands.start(CASES, milliseconds=MILLISECONDS)
        eventually(lambda: _leased_by(errands, cut_off) > 1, 60, workers[0].told)
        hosts[0].cut()

        took = eventually(lambda: _leased_by(errands, cut_off) == 0, 60, workers[1].told)
        finished = eventually(lambda: errands.running() == 0, 120, workers[1].told)
        hosts[0].mend()
        eventually(lambda: "job.lease_lost" in workers[0].told(), 120, workers[0].told)
        time.sleep(2)

        print(f"taken over after {took:.1f} s, all done {finished:.1f} s later")
        # a look around, and the machine as it is: what it takes longer is measured here
        late = max(undisturbed, errands.took(2, MILLISECONDS, workers[1].told)) - STEP
        assert took < LEASE + EVERY.total_seconds() + 2 * TICK + 2 * late
        steps = {(case, step): 1 for case in cases for step in ("first", "second")}
        assert errands.done(of=cases) == steps
        assert errands.incidents() == []
        with errands.database.reader() as session:
            assert broken(session) == ()
    finally:
        for each in workers:
            each.kill()


def _worker(host: Host, middle: tuple[MortalPostgres, RedisServer], folder: Path) -> Life:
    postgres, redis = middle
    home = folder / host.name
    home.mkdir()
    settings = {
        "DIVAN_HOME": str(home),
        "DIVAN_PROCESSES": str(SITE),
        "DIVAN_DATABASE_URL": postgres.url,
        "DIVAN_REDIS_URL": redis.url,
        "DIVAN_LEASE": str(LEASE),
        "DIVAN_IDLE_TIMEOUT": str(LEASE // 2),
        "DIVAN_HEARTBEAT": "1",
        "DIVAN_WORKER_THREADS": "3",
    }
    return Life("worker", "worker", home, settings, namespace=host.name)


def _name(worker: Life) -> str:
    """Return the name under which it leases jobs, as it says when it has started."""
    eventually(lambda: "Divan's worker" in worker.told(), 60, worker.told)
    [line] = [each for each in worker.told().splitlines() if each.startswith("Divan's worker")]
    return line.split()[2]


def _leased_by(errands: Errands, worker: str) -> int:
    held = (job_table.c.state == "leased", job_table.c.worker == worker)
    with errands.database.reader() as session:
        return session.scalar(select(func.count()).where(*held)) or 0
