"""Writers of a SQLite file killed at any moment: what was confirmed stands, the file is whole."""

from __future__ import annotations

import multiprocessing
import os
import random
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.jobs import utc_now
from engine.model.instance import task_table
from engine.queries.invariants import broken
from engine.storage.database import Database
from tests.reliability.errands import CLERK, eventually
from tests.storage.test_growth import CONFIG, LOOP

KILLS = 1_000 if os.environ.get("DIVAN_TEST_FULL") else 50
AT_ONCE = 5  #: writers killed together
_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload([__name__])


def _write(url: str, book: Path) -> None:
    """Take cases round until killed; each step that was confirmed is a line of the book."""
    database = Database(url)
    uow = database.unit_of_work()
    with book.open("a", buffering=1, encoding="utf-8") as confirmed:
        while True:
            [task] = instances.start(uow, "turns", {}, actor=CLERK, at=utc_now()).opened
            for _ in range(5):
                tasks.claim(uow, task, actor=CLERK, at=utc_now())
                done = tasks.complete(uow, task, {"enough": False}, actor=CLERK, at=utc_now())
                confirmed.write(f"{task.hex}\n")
                [task] = done.opened


@pytest.mark.slow
def test_fifty_writers_are_killed_and_nothing_confirmed_is_lost(
    bare_database: Database, tmp_path: Path
):
    bundle = Bundle({"turns.bpmn": LOOP.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(bare_database.unit_of_work(), bundle, at=utc_now())
    chance = random.Random(seed := random.SystemRandom().randrange(10**6))
    print("seed", seed)

    for number in range(KILLS // AT_ONCE):
        books = [tmp_path / f"{number}-{place}.book" for place in range(AT_ONCE)]
        _kill_while_they_write(str(bare_database.url), books, chance)
        assert _integrity(bare_database) == "ok"

    confirmed = [
        line for book in tmp_path.glob("*.book") for line in book.read_text().split("\n") if line
    ]
    with bare_database.reader() as session:
        done = session.scalars(select(task_table.c.id).where(task_table.c.state == "completed"))
        completed = {each.hex for each in done}
        assert broken(session) == ()
    assert len(confirmed) == len(set(confirmed)) > KILLS
    assert set(confirmed) <= completed
    assert len(completed) <= len(confirmed) + KILLS  # each took one answer along at most


def _kill_while_they_write(url: str, books: list[Path], chance: random.Random) -> None:
    writers = [_nursery.Process(target=_write, args=(url, each), daemon=True) for each in books]
    for each in writers:
        each.start()
    eventually(lambda: all(book.exists() and book.stat().st_size for book in books), 60)
    time.sleep(chance.uniform(0.0, 0.1))
    for each in writers:
        each.kill()
    for each in writers:
        each.join(10)


def _integrity(database: Database) -> str:
    with sqlite3.connect(make_url(database.url).database or "", timeout=60) as file:
        [told] = file.execute("PRAGMA integrity_check").fetchone()
    file.close()
    return str(told)
