"""The database: one engine, units of work that write, sessions that only read.

SQLite takes its write lock when a unit of work begins (``BEGIN IMMEDIATE``) and has one
writer at a time in the process, so that a busy writer waits in line instead of sleeping
and retrying; PostgreSQL relies on row versions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from engine.errors import Contended
from engine.settings import DatabaseSettings
from engine.storage.cases import CaseStore

__all__ = ["Database", "Session", "UnitOfWork"]

BUSY_TIMEOUT = timedelta(seconds=10)


class Database:
    """One database; ``wake`` is called after each commit that made work."""

    def __init__(self, url: str, settings: DatabaseSettings | None = None) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.wake: Callable[[], None] = _nobody
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        if self.is_sqlite:
            self.engine = _sqlite(self.url)
        else:
            self.engine = _postgresql(self.url, settings or DatabaseSettings())
        self._writing: AbstractContextManager[Any] = (
            threading.RLock() if self.is_sqlite else nullcontext()
        )

    def unit_of_work(self) -> UnitOfWork:
        """Return a unit of work; each ``with`` block of it is one transaction."""
        return UnitOfWork(self)

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """Give a session that only reads."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writer(self) -> Iterator[Session]:
        """Give a session that holds the right to write; used by `UnitOfWork`."""
        with self._writing:
            engine = self.engine.execution_options(divan_writes=True)
            with Session(engine, expire_on_commit=False) as session:
                yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class UnitOfWork:
    """One transaction: leaving the block without `commit` changes nothing."""

    session: Session
    cases: CaseStore

    def __init__(self, database: Database) -> None:
        self.database = database
        self._open: AbstractContextManager[Session] | None = None
        self._committing = False

    def __enter__(self) -> Self:
        self._open = self.database.writer()
        self.session = self._open.__enter__()
        self.cases = CaseStore(self.session)
        self._committing = False
        return self

    def commit(self) -> None:
        """Make everything done in the block durable, then wake the workers if it made work.

        Timers and retries need no bell: an idle worker looks each second.
        """
        self.session.flush()
        self._committing = True
        self.session.commit()
        self._committing = False
        if self.cases.made_work:
            self.database.wake()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._open is not None
        self.session.rollback()
        self._open.__exit__(kind, error, trace)
        self._open = None
        # a commit that failed may have happened: doing it all again could do it twice
        if isinstance(error, IntegrityError | OperationalError) and not self._committing:
            raise Contended(str(error)) from error


def _postgresql(url: URL, settings: DatabaseSettings) -> Engine:
    timeouts = {
        "statement_timeout": settings.statement_timeout,
        "lock_timeout": settings.lock_timeout,
        # a client that died in a transaction must not hold its locks for hours
        "idle_in_transaction_session_timeout": 2 * settings.statement_timeout,
    }
    return create_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.pool_timeout.total_seconds(),
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": int(settings.pool_timeout.total_seconds()),
            "options": " ".join(
                f"-c {name}={span // timedelta(milliseconds=1)}" for name, span in timeouts.items()
            ),
        },
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT.total_seconds()}, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("divan_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _nobody() -> None:
    """Nobody waits for work."""
