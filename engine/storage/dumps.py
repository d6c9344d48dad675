"""The rows of a whole database in one file, made while it is in use, and put back.

SQLite copies itself through its own backup interface; PostgreSQL's tools make and read
its custom format (SQLite: sqlite.org/backup.html; PostgreSQL 18 manual, pg_dump).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy import text

from engine.errors import EngineError
from engine.storage import feed
from engine.storage.database import Database

_EMPTY_SCHEMA: Final = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


class DumpFailed(EngineError):
    """The database could not be copied or put back; the tool's own words say why."""


def file_name(database: Database) -> str:
    """Return what the copy of a database is called."""
    return "database.sqlite" if database.is_sqlite else "database.dump"


def dump(database: Database, target: Path, tools: str) -> None:
    """Copy the database as it is at one moment; nobody waits for it.

    Args:
        tools: folder of pg_dump; empty: it is on the PATH.

    Raises:
        DumpFailed: the tool is missing, too old for the server, or failed.
    """
    if database.is_sqlite:
        with (
            contextlib.closing(sqlite3.connect(str(database.url.database))) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)  # in one step: writers go on in the write-ahead log
        return
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    _run(database, "pg_dump", tools, options)


def load(database: Database, source: Path, tools: str) -> None:
    """Put a copy in the place of whatever the database holds.

    Raises:
        DumpFailed: the tool is missing or failed; the database may be empty now.
    """
    if database.is_sqlite:
        with (
            contextlib.closing(sqlite3.connect(source)) as copy,
            contextlib.closing(sqlite3.connect(str(database.url.database))) as target,
        ):
            copy.backup(target)
        return
    with database.engine.begin() as connection:
        for statement in _EMPTY_SCHEMA.split("; "):
            connection.execute(text(statement))
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    name = str(database.url.database)
    _run(database, "pg_restore", tools, [*options, f"--dbname={name}", str(source)])
    with database.engine.begin() as connection:
        feed.settle(connection)


def is_empty(database: Database) -> bool:
    """Tell whether a database has no tables."""
    if database.is_sqlite:
        asked = "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
    else:
        asked = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
    with database.engine.connect() as connection:
        return not connection.scalar(text(asked))


def _run(database: Database, tool: str, folder: str, options: list[str]) -> None:
    found = shutil.which(tool, path=folder or None)
    if found is None:
        place = folder or "the PATH"
        raise DumpFailed(f"{tool} is not in {place}; DIVAN_POSTGRESQL_TOOLS names its folder")
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own tool, from where the operator said
        [found, *options], env=_environment(database), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DumpFailed(f"{tool} failed: {done.stderr.strip()}")


def _environment(database: Database) -> dict[str, str]:
    """Return where the tool finds the server; a password never stands on a command line."""
    url = database.url
    told = {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
        "PGSSLMODE": str(url.query.get("sslmode", "")),
    }
    return dict(os.environ) | {name: each for name, each in told.items() if each}
