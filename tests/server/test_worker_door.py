"""A worker apart from the pages: it waits for its tables, answers at a door of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.kit.databases import Databases
from tests.kit.server import DIVAN, free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("worker_door")]


@pytest.fixture
def environ(databases: Databases, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A site on PostgreSQL without any table yet."""
    url = databases.create("postgresql")
    kept = {name: each for name, each in os.environ.items() if not name.startswith("DIVAN_")}
    yield kept | {"DIVAN_HOME": str(tmp_path), "DIVAN_DATABASE_URL": url}
    databases.drop(url)


def test_a_worker_waits_for_the_tables_works_and_tells_at_its_own_door(
    environ: dict[str, str], tmp_path: Path
):
    port = free_port()
    own = environ | {"DIVAN_WORKER_PORT": str(port)}
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen([DIVAN, "worker"], env=own, stdout=log, stderr=log)
    try:
        _eventually(lambda: "has not seen 0001_engine" in _told(tmp_path))
        subprocess.run([DIVAN, "migrate"], env=environ, check=True)
        _eventually(lambda: _is_ready(port))
        _eventually(lambda: "divan_workers 1.0" in httpx.get(f"{_at(port)}/metrics").text)
        assert httpx.get(f"{_at(port)}/health/live").status_code == 200
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0


def _at(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"{_at(port)}/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _told(folder: Path) -> str:
    return (folder / "worker.log").read_text(encoding="utf-8", errors="replace")


def _eventually(holds, seconds: float = 60) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, "it never happened"
        time.sleep(0.2)
