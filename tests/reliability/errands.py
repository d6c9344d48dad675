"""Cases of two automatic steps, and what became of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from engine.catalogue.bundle import Bundle
from engine.catalogue.find import find_areas, load_areas
from engine.commands import deployments, instances
from engine.model.event import event_table
from engine.model.incident import Incident
from engine.model.instance import instance_table
from engine.model.person import Actor
from engine.storage.database import Database

SITE = Path(__file__).parent / "site"
CLERK = Actor(uuid4(), "clerk", "clerk", "clerk", None, desks=frozenset({"CLERK@D07"}))


class Errands:
    """Starts cases in a database and counts what was done in them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        load_areas([each for each in find_areas([SITE]) if each.folder.parent == SITE])
        bundle = Bundle.read(SITE / "errand")
        deployments.deploy(database.unit_of_work(), bundle, at=datetime.now(UTC))

    def start(self, count: int, process_id: str = "errand", milliseconds: int = 0) -> list[UUID]:
        """Start cases whose steps take so long each."""
        uow = self.database.unit_of_work()
        made = []
        for number in range(count):
            values = {"number": number, "milliseconds": milliseconds}
            at = datetime.now(UTC)
            made.append(instances.start(uow, process_id, values, actor=CLERK, at=at).instance_id)
        return made

    def running(self, process_id: str = "errand") -> int:
        """Return how many cases have not ended."""
        with self.database.reader() as session:
            state, process = instance_table.c.state, instance_table.c.process_id
            query = select(func.count()).where(state == "running", process == process_id)
            return session.scalar(query) or 0

    def took(self, count: int, milliseconds: int, told: Callable[[], object]) -> float:
        """Return the seconds that so many cases take while nothing happens to their workers."""
        self.start(count, milliseconds=milliseconds)
        return eventually(lambda: self.running() == 0, 30, told)

    def done(
        self, kind: str = "service_done", of: Collection[UUID] | None = None
    ) -> Counter[tuple[UUID, str | None]]:
        """Return how often each step of each case, or of these, was done, as its history says."""
        step = (event_table.c.instance_id, event_table.c.element_id)
        asked = select(*step, func.count()).where(event_table.c.kind == kind).group_by(*step)
        if of is not None:
            asked = asked.where(event_table.c.instance_id.in_(of))
        with self.database.reader() as session:
            rows = session.execute(asked)
            return Counter({(case, step): count for case, step, count in rows})

    def incidents(self) -> list[str]:
        """Return the causes of what went wrong."""
        with self.database.reader() as session:
            return list(session.scalars(select(Incident.cause)))


def eventually(holds: Callable[[], bool], within: float, told: Callable[[], object] = str) -> float:
    """Wait until something holds; return the seconds it took."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > within:
            raise AssertionError(f"it did not happen within {within} s\n{told()}")
        time.sleep(0.05)
    return time.monotonic() - began
