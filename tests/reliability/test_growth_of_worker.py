"""A worker that has done much holds what it held when it was warm: memory and connections."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from engine.storage.database import Database
from tests.reliability.chaos.life import Life
from tests.reliability.errands import SITE, Errands, eventually

ROUND = 100  #: cases of two steps
ROUNDS = 60 if os.environ.get("DIVAN_TEST_FULL") else 4
MOST = 1.05  #: of what a warm worker holds
CONNECTIONS = 6  #: four threads that work, one that keeps promises, and this test's own


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_memory_and_connections_stay_as_they_are(migrated_database: Database, tmp_path: Path):
    errands = Errands(migrated_database)
    settings = {
        "DIVAN_HOME": str(tmp_path),
        "DIVAN_PROCESSES": str(SITE),
        "DIVAN_DATABASE_URL": migrated_database.url.render_as_string(hide_password=False),
    }
    worker = Life("worker", "worker", tmp_path, settings).start()
    try:
        for _ in range(2):
            _one_round(errands, worker)
        warm = _memory(worker)
        for _ in range(ROUNDS):
            _one_round(errands, worker)

        print(f"{warm >> 20} MB warm, {_memory(worker) >> 20} MB after {ROUNDS * ROUND} cases")
        assert _memory(worker) <= warm * MOST
        assert _connections(migrated_database) <= CONNECTIONS
    finally:
        worker.kill()


def _one_round(errands: Errands, worker: Life) -> None:
    errands.start(ROUND)
    eventually(lambda: errands.running() == 0, 120, worker.told)


def _memory(worker: Life) -> int:
    """Return the bytes of memory that are its own, not shared with whom it was forked from."""
    return int(psutil.Process(worker.pid).memory_full_info().uss)


def _connections(database: Database) -> int:
    here = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    with database.reader() as session:
        return session.scalar(text(here)) or 0
