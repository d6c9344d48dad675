"""django-viewflow behind gunicorn, two processes, its own page for a step."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.bench import Bench, plain
from benchmarks.clients import written
from benchmarks.peers import CACHE, HERE, run, running, socket_of
from benchmarks.processor import Meter
from benchmarks.turns import Side
from tests.kit.server import free_port

NAME: Final = "django-viewflow"
WANTED: Final = ("django-viewflow==2.4.0", "psycopg[binary]==3.3.9", "gunicorn==27.0.1")
_HERE: Final = HERE / "viewflow"


@contextmanager
def served(bench: Bench) -> Iterator[Side]:
    """Serve it with steps that are somebody's to answer.

    Raises:
        PeerAbsent: it could not be installed.
    """
    programs, url, port = _installed(), bench.database("postgresql"), free_port()
    folder, name = socket_of(url)
    environment = {"PEER_SOCKET": folder, "PEER_DATABASE": name}
    needed = 20 * bench.size.completions
    told = run([str(programs / "python"), "site_fill.py", str(needed)], _HERE, **environment)
    made = json.loads(told.splitlines()[-1])
    addresses = iter(made["addresses"])
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": made["cookie"]}
    command = [str(programs / "gunicorn"), "-w", "2", "-b", f"127.0.0.1:{port}"]
    with running([*command, "site_pages:application"], port, _HERE, environment) as pid:
        yield Side(
            port,
            Meter([pid, *bench.database_pids(url)]),
            lambda count: [
                written("POST", next(addresses), headers, "approved=on&note=in+order")
                for _ in range(count)
            ],
            frozenset({302}),
        )
        _must_have_done(url)


def _must_have_done(url: str) -> None:
    """Refuse the figures of redirects to somewhere else."""
    with psycopg.connect(plain(url)) as connection:
        states = connection.execute(
            "SELECT count(*) FROM viewflow_task WHERE status = 'DONE'"
            " AND flow_task LIKE '%OrderFlow.a'"
        ).fetchone()
    if not states or not states[0]:
        raise RuntimeError("no step was done")


def _installed() -> Path:
    folder = CACHE / "viewflow"
    programs = folder / "bin"
    if not (programs / "gunicorn").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        run([sys.executable, "-m", "venv", str(folder)], CACHE)
        run([str(programs / "pip"), "install", "-q", *WANTED], CACHE)
    return programs
