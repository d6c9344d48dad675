"""What every scenario is given: how much to do, databases of its own, a folder."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import psutil
import psycopg
from sqlalchemy.engine import make_url

from benchmarks.processor import Meter, Others
from tests.kit.databases import Postgres


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done."""

    name: str
    rounds: int  #: product and floor alternate so often
    completions: int  #: of one client in one round; several share twice as many
    open_tasks: tuple[int, int]  #: B2
    timers: tuple[int, ...]  #: B3
    cases: tuple[int, int]  #: B4
    nodes: int  #: of the large models of B5 and B8
    models: int  #: deployed in B6
    weighed: int  #: cases B7 weighs
    turns: int  #: of a loop, and items of a multi-instance, in B11


SIZES: Final = {
    each.name: each
    for each in (
        Size(
            "full",
            5,
            100,
            (10_000, 1_000_000),
            (1_000, 20_000),
            (50_000, 1_000_000),
            1_000,
            200,
            2_000,
            1_000,
        ),
        Size("small", 3, 60, (1_000, 20_000), (300,), (5_000, 20_000), 300, 20, 300, 300),
    )
}


class Bench:
    """One run: its size, its folder, its PostgreSQL with fsync."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.folder = Path(tempfile.mkdtemp(prefix="divan-bench-"))
        self._postgres: Postgres | None = None
        self._numbers = count(1)

    def home(self) -> Path:
        """Return a new folder."""
        made = self.folder / str(next(self._numbers))
        made.mkdir()
        return made

    def database(self, backend: str) -> str:
        """Return the URL of a new database."""
        if backend == "sqlite":
            return f"sqlite:///{self.home() / 'divan.sqlite'}"
        return self.postgres.create()

    def copied(self, url: str) -> str:
        """Return the URL of a copy of a database that nobody is connected to."""
        copy = self.database("sqlite" if url.startswith("sqlite") else "postgresql")
        one, other = make_url(url).database, make_url(copy).database
        if url.startswith("sqlite"):
            with sqlite3.connect(str(one)) as source, sqlite3.connect(str(other)) as target:
                source.backup(target)
            return copy
        with psycopg.connect(plain(self.postgres.create()), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{other}"')
            connection.execute(f'CREATE DATABASE "{other}" TEMPLATE "{one}"')
        return copy

    @property
    def postgres(self) -> Postgres:
        """The server, started when the first scenario needs it."""
        if self._postgres is None:
            self._postgres = Postgres(durable=True)
        return self._postgres

    def database_pids(self, url: str) -> list[int]:
        """Return the process of the database server, where there is one."""
        if url.startswith("sqlite"):
            return []
        with psycopg.connect(plain(url)) as connection:
            [backend] = connection.execute("SELECT pg_backend_pid()").fetchone() or [0]
            return [psutil.Process(backend).parent().pid]

    def others(self) -> Others:
        """Begin to watch what others use of the machine."""
        pids = {os.getpid(), *self.database_pids(self.postgres.create())}
        return Others(Meter(pids))

    @contextmanager
    def slow_disk(self) -> Iterator[None]:
        """Let every flush of PostgreSQL take a millisecond longer."""
        with psycopg.connect(plain(self.postgres.create()), autocommit=True) as connection:
            for setting, value in (("commit_delay", 1000), ("commit_siblings", 0)):
                connection.execute(f"ALTER SYSTEM SET {setting} = {value}")
            connection.execute("SELECT pg_reload_conf()")
            yield
            for setting in ("commit_delay", "commit_siblings"):
                connection.execute(f"ALTER SYSTEM RESET {setting}")
            connection.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        """Stop the server and remove everything."""
        if self._postgres is not None:
            self._postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def plain(url: str) -> str:
    """Return a URL of SQLAlchemy's as PostgreSQL's own libraries read it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def say(what: str) -> None:
    """Tell who waits what is being done."""
    print(f"… {what}", file=sys.stderr, flush=True)
