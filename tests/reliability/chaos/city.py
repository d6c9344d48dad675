"""A whole site of real processes: databases, Redis, pages, workers, and a bank apart."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from engine.commands import connections, people
from engine.jobs import utc_now
from engine.settings import Settings
from engine.storage.database import Database
from tests.kit.bank_apart import BankApart
from tests.kit.postgres import MortalPostgres
from tests.kit.redis import RedisServer
from tests.kit.server import free_port
from tests.reliability.chaos.life import STARTS_WITHIN, Life
from tests.reliability.chaos.meddling import Meddling
from webapp.accounts.passwords import hash_password
from webapp.wiring import Site

SITE = Path(__file__).parent / "site"
CLERKS = ("clerk", "clerk2")
PASSWORD = "divan"
LEASE = timedelta(seconds=4)
HEARTBEAT = timedelta(seconds=1)
#: seconds a worker waits for the bank; what takes longer has an unknown end
PATIENCE = 0.6


@dataclass(frozen=True, slots=True)
class Plan:
    """What kind of city it is."""

    backend: str = "postgresql"
    workers: int = 3
    seed: int = 0
    bank_faults: str = "{}"  #: JSON: fault of `tests.kit.bank` and its weight
    without: str | None = None  #: a safeguard that is taken away from all processes


class City:
    """Everything that runs, and the address of each."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self.postgres: MortalPostgres | None = None
        self.redis: RedisServer | None = None
        self.bank = BankApart(folder, seed=plan.seed, faults=plan.bank_faults)
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        settings = {"DIVAN_HOME": str(folder / "home"), "DIVAN_PORT": str(port)} | _COMMON
        if plan.backend == "postgresql":
            self.postgres = MortalPostgres().start()
            self.postgres.create()
            self.redis = RedisServer(folder / "redis").start()
            settings |= {
                "DIVAN_DATABASE_URL": self.postgres.url,
                "DIVAN_REDIS_URL": self.redis.url,
            }
        self.database = _furnished(settings, self.bank)
        meddling = Meddling(without=plan.without, patience=PATIENCE)
        self.web = Life("web", "serve", folder, settings, meddling)
        self.workers = [
            Life(f"worker{number}", "worker", folder, settings, meddling)
            for number in range(1, plan.workers + 1)
        ]

    @property
    def lives(self) -> list[Life]:
        """The processes of Divan."""
        return [self.web, *self.workers]

    def start(self) -> City:
        """Start all of Divan and wait until pages are served."""
        for each in self.lives:
            each.start()
        last = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if time.monotonic() > last or not self.web.is_running:
                raise AssertionError(self.web.told())
            time.sleep(0.1)
        return self

    def answers(self) -> bool:
        """Tell whether pages are served."""
        try:
            return httpx.get(f"{self.address}/health/ready", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def revive(self) -> None:
        """Start what does not run, and let go on what was paused."""
        if self.postgres is not None:
            self.postgres.wait()
        if self.redis is not None:
            self.redis.revive()
        for each in self.lives:
            if each.is_paused:
                each.resume()
            if not each.is_running:
                each.start()

    def close(self) -> None:
        """End everything."""
        for each in self.lives:
            each.kill()
        self.database.dispose()
        self.bank.close()
        if self.redis is not None:
            self.redis.kill()
        if self.postgres is not None:
            self.postgres.remove()


_COMMON: dict[str, str] = {
    "DIVAN_PROCESSES": str(SITE),
    "DIVAN_LEASE": str(int(LEASE.total_seconds())),
    "DIVAN_HEARTBEAT": str(int(HEARTBEAT.total_seconds())),
    "DIVAN_WORKER_THREADS": "3",
    "DIVAN_SECRET_KEY": "a key of tests only and longer than it must be",
    "DIVAN_LOCK_TIMEOUT": "5",
}


@contextmanager
def open_city(folder: Path, plan: Plan) -> Iterator[City]:
    """Give a city that is at work."""
    city = City(folder, plan)
    try:
        yield city.start()
    finally:
        city.close()


def _furnished(settings: Mapping[str, str], bank: BankApart) -> Database:
    """Return the city's database with its tables, its process, its clerks and its bank."""
    site = Site.open(Settings.from_environment(settings))
    site.prepare(utc_now())
    uow = site.database.unit_of_work()
    for name in CLERKS:
        hashed = hash_password(PASSWORD)
        person = people.register(uow, name, name_fa=name, name_en=name, password_hash=hashed)
        people.grant(uow, person, "CLERK", "D07")
    about = {"url": bank.url, "networks": ["127.0.0.0/8", "10.0.0.0/8"], "guarantee": "idempotent"}
    connections.put(uow, "bank", "http", about, at=utc_now())
    return site.database
