"""Divan as it is served, with cases of the ``order`` process waiting to be completed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import event

from benchmarks.clients import Load
from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.model.person import Actor
from engine.queries import people
from engine.settings import Settings
from tests.kit.server import LiveServer
from tests.kit.visitor import Visitor
from webapp.demo import load_demo
from webapp.wiring import Site

FOLDER = Path(__file__).parent / "processes" / "order"
WHO = "supervisor"
ANSWER = {"approved": "true", "note": "in order"}
VALUES = {"amount": 150, "title": "paper", "urgent": False, "count": 3, "note": "as last year"}


@dataclass(frozen=True, slots=True)
class Product:
    """A prepared site and the person whose work is measured."""

    site: Site
    actor: Actor

    @classmethod
    def prepare(cls, home: Path, url: str) -> Product:
        """Make the tables, the people and the process."""
        settings = Settings(home=home, database_url=url, demo=True)
        site = Site.open(settings)
        at = datetime.now(UTC)
        site.prepare(at)
        load_demo(site.database, settings, at)
        deployments.deploy(site.database.unit_of_work(), Bundle.read(FOLDER), at=at)
        with site.database.reader() as session:
            actor = people.by_username(session, WHO, at)
        assert actor is not None
        return cls(site, actor)

    def claimed(self, count: int) -> list[UUID]:
        """Start cases and take their first task; return the tasks."""
        found = []
        uow, at = self.site.database.unit_of_work(), datetime.now(UTC)
        for _ in range(count):
            started = instances.start(uow, "order", VALUES, actor=self.actor, at=at)
            tasks.claim(uow, started.opened[0], actor=self.actor, at=at)
            found.append(started.opened[0])
        return found

    def complete_in_process(self, count: int) -> float:
        """Return the median milliseconds of completing a task without HTTP."""
        took = []
        waiting = self.claimed(count)
        uow = self.site.database.unit_of_work()
        for each in waiting:
            began = time.perf_counter()
            values = {"approved": True, "note": "in order"}
            tasks.complete(uow, each, values, actor=self.actor, at=datetime.now(UTC))
            took.append((time.perf_counter() - began) * 1000)
        return median(took)

    def statements_per_completion(self) -> dict[str, int]:
        """Return how many SQL statements of each kind one completion takes."""
        [task] = self.claimed(1)
        seen: Counter[str] = Counter()

        def hear(_c: Any, _u: Any, statement: str, *_: Any) -> None:
            seen[statement.split(maxsplit=1)[0].upper()] += 1

        engine = self.site.database.engine
        event.listen(engine, "before_cursor_execute", hear)
        values = {"approved": True, "note": "in order"}
        uow = self.site.database.unit_of_work()
        tasks.complete(uow, task, values, actor=self.actor, at=datetime.now(UTC))
        event.remove(engine, "before_cursor_execute", hear)
        return dict(seen)


@contextmanager
def served(home: Path, url: str) -> Iterator[tuple[LiveServer, dict[str, str]]]:
    """Serve the site; give the server and the headers of the signed-in person's browser."""
    server = LiveServer(home, database_url=url).start()
    visitor = Visitor(server.address, WHO)
    yield server, visitor.headers()
    visitor.close()
    server.stop()


def load(server: LiveServer, headers: dict[str, str], tasks_to_do: list[UUID]) -> Load:
    """Return the completions to post: the web form's own address, answered in JSON."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    paths = [f"/tasks/{each}" for each in tasks_to_do]
    return Load(server.port, paths, urlencode(ANSWER), form | headers)
