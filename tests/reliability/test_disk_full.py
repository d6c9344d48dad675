"""A disk that is full: what cannot be kept is refused, nothing is damaged, space heals it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.errors import EngineError
from engine.jobs import utc_now
from engine.model.event import event_table
from engine.queries.invariants import broken
from engine.storage.database import Database
from engine.storage.migrate import migrate
from tests.reliability.errands import CLERK
from tests.storage.test_growth import CONFIG, LOOP

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="a small disk of one's own needs Linux and root",
)

MEGABYTES = 8


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)], check=True
    )
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def database(disk: Path) -> Iterator[Database]:
    """A SQLite database on it, in which a loop of human tasks is deployed."""
    made = Database(f"sqlite:///{disk}/divan.sqlite")
    migrate(made, areas=())
    bundle = Bundle({"turns.bpmn": LOOP.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(made.unit_of_work(), bundle, at=utc_now())
    with made.engine.connect() as connection:  # a long log that is used again would be more room
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    yield made
    made.dispose()


def test_writes_are_refused_while_the_disk_is_full_and_go_on_when_it_is_not(
    database: Database, disk: Path
):
    uow, note = database.unit_of_work(), "x" * 20_000
    [task] = instances.start(uow, "turns", {}, actor=CLERK, at=utc_now()).opened
    confirmed = 0

    def turn() -> None:
        nonlocal task, confirmed
        tasks.claim(uow, task, actor=CLERK, at=utc_now())
        answer = {"enough": False, "note": f"{confirmed}{note}"}
        [task] = tasks.complete(uow, task, answer, actor=CLERK, at=utc_now()).opened
        confirmed += 1

    for _ in range(5):
        turn()
    _fill(disk / "rubbish")
    refused = []
    for _ in range(40):
        try:
            turn()
        except (EngineError, OperationalError) as told:
            refused.append(str(told))

    assert len(refused) >= 20
    assert all("full" in each for each in refused)
    assert _confirmed(database) == confirmed
    (disk / "rubbish").unlink()
    for _ in range(5):
        turn()
    assert _confirmed(database) == confirmed >= 10
    with database.reader() as session:
        assert broken(session) == ()
    with sqlite3.connect(disk / "divan.sqlite") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()


def _fill(rubbish: Path) -> None:
    with rubbish.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    assert shutil.disk_usage(rubbish).free == 0


def _confirmed(database: Database) -> int:
    with database.reader() as session:
        done = event_table.c.kind == "task_completed"
        return session.scalar(select(func.count()).select_from(event_table).where(done)) or 0
