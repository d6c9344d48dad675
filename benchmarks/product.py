"""Divan as it is served, and its commands called from here, over one prepared database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import event

from benchmarks.clients import written
from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.jobs.run import run_due
from engine.model.person import Actor
from engine.queries import people
from engine.settings import DatabaseSettings, Settings
from tests.kit.server import LiveServer
from tests.kit.visitor import Visitor
from webapp.demo import load_demo
from webapp.wiring import Site

ORDER: Final = Path(__file__).parent / "processes" / "order"
WHO: Final = "supervisor"
ANSWER: Final = {"approved": True, "note": "in order"}
VALUES: Final = {
    "amount": 150,
    "title": "paper",
    "urgent": False,
    "count": 3,
    "note": "as last year",
}
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Product:
    """A prepared site and the person whose work is measured."""

    site: Site
    actor: Actor
    home: Path
    url: str

    @classmethod
    def prepare(cls, home: Path, url: str, *bundles: Bundle, synchronous: str = "full") -> Product:
        """Make the tables, the people and the processes: ``order`` where no others are given."""
        kept = DatabaseSettings(sqlite_synchronous=synchronous)
        settings = Settings(home=home, database_url=url, demo=True, database=kept)
        site = Site.open(settings)
        site.prepare(now())
        load_demo(site.database, settings, now())
        # with few tasks: the calendar it changes is looked up for every deadline there is
        run_due(site.database, now)
        for each in bundles or (Bundle.read(ORDER),):
            deployments.deploy(site.database.unit_of_work(), each, at=now())
        return cls._of(site, home, url)

    @classmethod
    def opened(cls, home: Path, url: str) -> Product:
        """Open what another process has prepared."""
        return cls._of(Site.open(Settings(home=home, database_url=url, demo=True)), home, url)

    @classmethod
    def _of(cls, site: Site, home: Path, url: str) -> Product:
        with site.database.reader() as session:
            actor = people.by_username(session, WHO, now())
        assert actor is not None
        return cls(site, actor, home, url)

    def start(self, process_id: str, values: Mapping[str, Any]) -> tuple[UUID, tuple[UUID, ...]]:
        """Start a case; return it and the tasks it opened."""
        uow = self.site.database.unit_of_work()
        started = instances.start(uow, process_id, values, actor=self.actor, at=now())
        return started.instance_id, started.opened

    def claim(self, task: UUID) -> UUID:
        """Take a task; return it."""
        tasks.claim(self.site.database.unit_of_work(), task, actor=self.actor, at=now())
        return task

    def complete(self, task: UUID, values: Mapping[str, Any] = ANSWER) -> tuple[UUID, ...]:
        """Answer a task that was taken; return the tasks this opened."""
        uow = self.site.database.unit_of_work()
        return tasks.complete(uow, task, values, actor=self.actor, at=now()).opened

    def walk(self, task: UUID, steps: int, values: Mapping[str, Any] = ANSWER) -> UUID:
        """Take and answer so many tasks one after the other; return the one open then."""
        for _ in range(steps):
            [task] = self.complete(self.claim(task), values)
        return task

    def walk_to_end(self, task: UUID) -> None:
        """Take and answer what opens until nothing does."""
        opened: tuple[UUID, ...] = (task,)
        while opened:
            opened = self.complete(self.claim(opened[0]))

    def claimed(self, count: int, process_id: str = "order") -> list[UUID]:
        """Start cases and take their first task; return the tasks."""
        return [self.claim(self.start(process_id, VALUES)[1][0]) for _ in range(count)]

    def close(self) -> None:
        """Close the connections."""
        self.site.database.dispose()


class Heard:
    """The statements a database is sent while one listens."""

    def __init__(self, product: Product) -> None:
        self._engine = product.site.database.engine
        self.statements: list[str] = []

    def __enter__(self) -> Heard:
        self.statements.clear()
        event.listen(self._engine, "before_cursor_execute", self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._hear)

    def _hear(self, *given: Any) -> None:
        if not given[2].startswith(("BEGIN", "PRAGMA")):
            self.statements.append(given[2])


@dataclass(frozen=True, slots=True)
class Served:
    """A running `divan serve` and somebody signed in there."""

    port: int
    pid: int
    headers: Mapping[str, str]

    def completion(self, task: UUID) -> bytes:
        """Return the request that answers a task: the web form's own address."""
        answer = {"approved": "true", "note": "in order"}
        headers = {**_FORM, "Accept": "application/json", **self.headers}
        return written("POST", f"/tasks/{task}", headers, urlencode(answer))

    def beginning(self) -> bytes:
        """Return the request that starts an order with its five values."""
        values = {key: str(each) for key, each in VALUES.items() if each is not False}
        return written("POST", "/start/order", {**_FORM, **self.headers}, urlencode(values))

    def page(self, path: str) -> bytes:
        """Return the request for a page."""
        return written("GET", path, self.headers)


@contextmanager
def served(product: Product, *, processes: int = 2, who: str = WHO) -> Iterator[Served]:
    """Serve the site: with several processes where the database lets them."""
    settings = {} if product.url.startswith("sqlite") else {"DIVAN_WEB_PROCESSES": str(processes)}
    settings["DIVAN_LOG_LEVEL"] = "warning"
    server = LiveServer(product.home, database_url=product.url, settings=settings).start()
    visitor = Visitor(server.address, who)
    try:
        yield Served(server.port, server.pid, visitor.headers())
    finally:
        visitor.close()
        server.stop()
