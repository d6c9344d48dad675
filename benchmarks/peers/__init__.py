"""Other engines on the same work: task A of ``order`` completed over HTTP, on the same PostgreSQL.

Each is installed in a folder of its own under the user's cache, never beside the product; one
that cannot be is told as not run.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from benchmarks.floors.serving import wait_for

HERE: Final = Path(__file__).parent
CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "divan-peers"
PATIENCE: Final = 900  #: seconds an installation may take


class PeerAbsent(Exception):
    """The peer is not here and cannot be brought; the text says why."""


def run(command: list[str], cwd: Path, **environment: str) -> str:
    """Run a command of an installation; return what it printed.

    Raises:
        PeerAbsent: it is missing, failed or took too long.
    """
    given = os.environ | environment
    try:
        done = subprocess.run(
            command, cwd=cwd, env=given, capture_output=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise PeerAbsent(f"{command[0]}: {failure}") from failure
    if done.returncode:
        told = (done.stderr or done.stdout).decode(errors="replace")
        raise PeerAbsent(f"{' '.join(command[:3])}: {' '.join(told.split())[-200:]}")
    return done.stdout.decode()


@contextmanager
def running(
    command: list[str], port: int, cwd: Path, environment: Mapping[str, str]
) -> Iterator[int]:
    """Run a peer's server until the block ends; give its process."""
    log = CACHE / f"{cwd.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **environment}, stdout=output, stderr=output
        )
        try:
            wait_for(port, process, 180)
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)


def socket_of(url: str) -> tuple[str, str]:
    """Return the folder of the database's socket, and the database's name."""
    parsed = make_url(url)
    return str(parsed.query["host"]), str(parsed.database)
