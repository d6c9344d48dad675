"""Many writers at one SQLite file: each gets its turn, nobody is told that it is locked."""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.model.event import event_table
from engine.model.person import Actor
from engine.storage.database import Database
from tests.storage.test_growth import CONFIG, LOOP

PROCESSES, THREADS = 4, 20
SECONDS = 60 if os.environ.get("DIVAN_TEST_FULL") else 10
CLERK = Actor(uuid4(), "clerk", "clerk", "clerk", desks=frozenset({"CLERK@D07"}))


def _work(url: str, until: float) -> list[int]:
    """Write from every thread up to a moment; return the commits of each thread."""
    database = Database(url)
    with ThreadPoolExecutor(THREADS) as threads:
        commits = list(threads.map(lambda _: _turns(database, until), range(THREADS)))
    database.dispose()
    return commits


def _turns(database: Database, until: float) -> int:
    uow, commits = database.unit_of_work(), 1
    [task] = instances.start(uow, "turns", {}, actor=CLERK, at=datetime.now(UTC)).opened
    while time.time() < until:
        at = datetime.now(UTC)
        tasks.claim(uow, task, actor=CLERK, at=at)
        [task] = tasks.complete(uow, task, {"enough": False}, actor=CLERK, at=at).opened
        commits += 2
    return commits


@pytest.mark.slow
def test_four_processes_of_twenty_threads_write_and_none_is_locked_out(bare_database: Database):
    bundle = Bundle({"turns.bpmn": LOOP.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(bare_database.unit_of_work(), bundle, at=datetime.now(UTC))
    url = str(bare_database.url)
    until = time.time() + SECONDS

    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        commits = pool.starmap(_work, [(url, until)] * PROCESSES)

    for of_process in commits:
        # in one process they stand in line: nobody comes much more often than another
        assert max(of_process) <= 2 * min(of_process) + 6, of_process
    told = sum(each for of_process in commits for each in of_process)
    with bare_database.reader() as session:
        turns = event_table.c.kind.in_(["started", "task_claimed", "task_completed"])
        counted = select(func.count()).select_from(event_table).where(turns)
        assert session.scalar(counted) == told
