"""Reaching the database: waiting for what is not there yet, being alone with it."""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.errors import Contended, EngineError
from engine.storage.database import Database

PAUSE: Final = timedelta(seconds=1)
#: what somebody else at the same rows causes: serialization, deadlock, lock timeout (SQLSTATE)
_RACES: Final = frozenset({"40001", "40P01", "55P03"})
_SILENT: Final = "25P03"  #: the session was ended: its transaction said nothing for too long
_SQLITE_RACES: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
#: of PostgreSQL's advisory locks; any number does that nobody else takes
PREPARING: Final = 0x4449_5641_4E


class DatabaseAway(EngineError):
    """The database does not answer."""

    code = "GEN-503"


def wait_for(
    problem: Callable[[], str | None], patience: timedelta, tell: Callable[[str], None]
) -> None:
    """Return once there is no problem any more; what is waited for is told at each attempt.

    Raises:
        DatabaseAway: there still was one after ``patience``.
    """
    last = time.monotonic() + patience.total_seconds()
    while (said := problem()) is not None:
        left = last - time.monotonic()
        if left <= 0:
            raise DatabaseAway(f"gave up after {patience.total_seconds():.0f} s: {said}")
        tell(f"waiting, {left:.0f} s left: {said}")
        time.sleep(min(PAUSE.total_seconds(), left))


def why_away(database: Database) -> str | None:
    """Return what is wrong when the database is asked; ``None`` when it answers."""
    try:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        return f"the database does not answer: {said}"
    return None


def is_of_database(error: BaseException) -> bool:
    """Tell whether the database, or its driver, refused what it was asked."""
    return isinstance(error, DBAPIError)


def is_outage(error: BaseException) -> bool:
    """Tell whether an error means that the database is away, and not that we were wrong."""
    told = getattr(error, "orig", None)
    if getattr(told, "sqlstate", None) == _SILENT:
        return True
    return isinstance(error, PoolTimeout | InterfaceError | OperationalError) and not isinstance(
        told, sqlite3.OperationalError
    )


def fault_behind(contended: Contended) -> DBAPIError | None:
    """Return the error of the database behind a refusal, unless somebody else caused it."""
    error = contended.__cause__
    if not isinstance(error, DBAPIError) or _is_race(error.orig):
        return None
    return error


def _is_race(told: object) -> bool:
    if isinstance(told, sqlite3.OperationalError):
        return told.sqlite_errorcode & 0xFF in _SQLITE_RACES
    return getattr(told, "sqlstate", None) in _RACES


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Let one process at a time prepare a database, on however many hosts; others wait.

    The lock ends with the connection or the process that holds it, so nobody who was
    killed keeps others out. On PostgreSQL it needs a session of its own: through
    pgbouncer only with session pooling.
    """
    if database.is_sqlite:
        with _file_locked(Path(f"{database.url.database}.lock")):
            yield
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": PREPARING})
        try:
            yield
        finally:
            connection.invalidate()  # ends the session: its lock and its settings go with it


@contextmanager
def _file_locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
