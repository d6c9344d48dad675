"""The database: one engine, units of work that write, sessions that only read.

SQLite takes its write lock when a unit of work begins (``BEGIN IMMEDIATE``) and has one
writer at a time in the process, so that a busy writer waits in line instead of sleeping
and retrying; PostgreSQL relies on row versions, and there a unit of work begins its
transaction no earlier than it has something to hold together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from engine.errors import Contended
from engine.model.job import Job
from engine.settings import DatabaseSettings
from engine.storage import liveness
from engine.storage.bundles import Deployed, deployed, known, newest, startable
from engine.storage.cases import CaseStore, Read
from engine.storage.jobs import plan
from engine.storage.line import Line
from engine.storage.rings import Rings
from engine.storage.statements import (
    ALONE,
    end_of_use,
    hold_together,
    run_here,
    stand_alone,
    stands_alone,
)

if TYPE_CHECKING:
    from engine.bpmn import Passed

__all__ = ["Connection", "Database", "Session", "UnitOfWork"]

BUSY_TIMEOUT = timedelta(seconds=30)  #: another process may write that long


_OF_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_ON_ONE_CORE = "SET LOCAL max_parallel_workers_per_gather = 0"


class Database:
    """One database; ``wake`` gets the ids of jobs that a commit made ready."""

    def __init__(self, url: str, settings: DatabaseSettings | None = None) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.wake: Callable[[Sequence[UUID]], None] = _nobody
        self.fetchable = Rings()  #: rung by each commit that made an external task
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        if self.is_sqlite:
            self.engine = _sqlite(self.url, settings or DatabaseSettings())
        else:
            self.engine = _postgresql(self.url, settings or DatabaseSettings())
        self._reading = self.engine.execution_options(**{ALONE: True})
        self._writing = self.engine.execution_options(divan_writes=True)
        self._line: AbstractContextManager[Any] = Line() if self.is_sqlite else nullcontext()
        self._kept: Connection | None = None  #: the writer's, while nobody writes

    def unit_of_work(self, read: Read | None = None, over: Connection | None = None) -> UnitOfWork:
        """Return a unit of work; each ``with`` block of it is one transaction.

        Args:
            read: a case its first block need not read again; if it has changed since,
                saving it finds out, and the next block reads it anew.
            over: a connection that only reads, of the same thread, that it may work over.
        """
        return UnitOfWork(self, read, over)

    def reading(self) -> Connection:
        """Return a connection that only reads; each statement sees what is committed by then."""
        connection = self._reading.connect()
        if not self.is_sqlite:
            stand_alone(connection)
        return connection

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """Give a session over such a connection."""
        with self.reading() as connection, Session(connection) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Give a session that sees the database as it is now, however long it reads."""
        with self.engine.connect() as connection, Session(connection) as session:
            run_here(connection, "BEGIN" if self.is_sqlite else _OF_ONE_MOMENT)
            yield session

    @contextmanager
    def snapshot_aside(self) -> Iterator[Session]:
        """Give such a session for what nobody waits for: it leaves the other cores to pages."""
        with self.snapshot() as session:
            if not self.is_sqlite:
                run_here(session.connection(), _ON_ONE_CORE)
            yield session

    @contextmanager
    def writer(self) -> Iterator[Connection]:
        """Give a connection in a transaction that may write; used by `UnitOfWork`.

        It is the same each time, for there is one writer: to lend a connection from the pool and
        to give it back costs as much as three statements.
        """
        with self._line:
            connection, self._kept = self._kept or self._writing.connect(), None
            try:
                connection.begin()
                yield connection
            finally:
                connection.rollback()  # what was not committed
                self._keep(connection)

    def _keep(self, connection: Connection) -> None:
        """Keep the writer's connection for the next; who was in and entered again had another."""
        if self._kept is None:
            self._kept = connection
        else:
            connection.close()

    def working(self, over: Connection | None) -> AbstractContextManager[Connection]:
        """Give a unit of work its connection; on PostgreSQL statements stand alone at first."""
        if self.is_sqlite:
            return self.writer()
        return self.reading() if over is None or over.closed else _lent(over)

    def dispose(self) -> None:
        """Close every connection."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()
        self.engine.dispose()


class UnitOfWork:
    """One transaction: leaving the block without `commit` changes nothing."""

    cases: CaseStore
    #: what is done with every commit, in its transaction, or keeps it from being made
    beside: Callable[[Session], None] | None = None

    def __init__(
        self, database: Database, read: Read | None = None, over: Connection | None = None
    ) -> None:
        self.database = database
        self._read, self._over = read, over
        self._open: AbstractContextManager[Connection] | None = None
        self._session: Session | None = None
        self._in_transaction = False
        self._committing = False

    def __enter__(self) -> Self:
        self._open = self.database.working(self._over)
        try:
            self._connection = self._open.__enter__()
        except OperationalError as error:
            raise Contended(str(error)) from error
        self.cases = CaseStore(self._connection, self._read, self._begin)
        self._read = None
        self._session = None
        self._in_transaction = self.database.is_sqlite
        self._committing = False
        return self

    @property
    def session(self) -> Session:
        """The transaction as a session, for all that is not a case; made when it is needed."""
        if self._session is None:
            self._begin()
            self._session = Session(
                self._connection,
                expire_on_commit=False,
                join_transaction_mode="control_fully",
            )
            self._session.connection()  # joins the transaction now, not at its first statement
        return self._session

    def deployed(self, definition_id: UUID) -> Deployed:
        """Return the definition a case runs by; read once and kept."""
        return known(definition_id) or deployed(self.session, definition_id)

    def latest(self, process_id: str) -> Deployed:
        """Return the newest definition of a process.

        Raises:
            DefinitionNotFound: none was deployed.
        """
        return self.deployed(newest(self._connection, process_id))

    def startable(self, process_id: str) -> Deployed:
        """Return the newest definition of a process, of which a case is to be started.

        Raises:
            DefinitionNotFound: none was deployed.
            ProcessSuspended: nobody starts one for now.
        """
        return self.deployed(startable(self._connection, process_id))

    def plan(self, jobs: Sequence[Job]) -> None:
        """Add jobs of cases that are not being saved, or of none; a known one stays as it is."""
        plan(self.session, jobs)
        self.cases.ready += [each.id for each in jobs if each.is_for_now]

    def passing(self, passed: Sequence[Passed]) -> None:
        """Be told what a case goes through; kept by who plays a draft."""

    def commit(self) -> None:
        """Make everything done in the block durable, then wake the workers if it made work.

        A case's change that is all there is goes as one statement that is a transaction by
        itself. Timers and retries need no bell: an idle worker looks each second.

        Raises:
            StaleVersion, LeaseLost: a change left for the commit cannot be made.
        """
        if self.beside is not None:
            self.beside(self.session)
        last = self.cases.last
        if last is not None and not last.is_one_statement:
            self._begin()
        if self._in_transaction:
            self.cases.write_last()
            if self._session is not None:
                self._session.flush()
            self._committing = True
            self._connection.commit()
        else:
            self._committing = True
            self.cases.write_last()
        self._committing = False
        if self.cases.ready:
            self.database.wake(tuple(self.cases.ready))
            self.cases.ready.clear()
        if self.cases.fetchable:
            self.database.fetchable.ring()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._open is not None
        if self._session is not None:
            self._session.close()
        self._connection.rollback()
        self._open.__exit__(None, None, None)
        self._open = None
        if isinstance(error, IntegrityError | OperationalError) and not self._may_be_done(error):
            raise Contended(str(error)) from error

    def _may_be_done(self, error: DBAPIError) -> bool:
        """Tell whether a commit that failed may have happened: doing all again could do it twice.

        A statement that stands alone and was refused has not.
        """
        return self._committing and (self._in_transaction or error.connection_invalidated)

    def _begin(self) -> None:
        """Hold together what comes from here to the commit, with what was to be its last."""
        if self._in_transaction:
            return
        self._in_transaction = True
        self._connection.rollback()  # of reads, each of which stood alone: sends nothing
        hold_together(self._connection)
        self._connection.begin()
        self.cases.write_last()


@contextmanager
def _lent(connection: Connection) -> Iterator[Connection]:
    """Give somebody's connection; afterwards each of its statements stands alone again."""
    try:
        yield connection
    finally:
        if not stands_alone(connection):
            connection.execution_options(**{ALONE: True})
            if not connection.invalidated:
                stand_alone(connection)


def _postgresql(url: URL, settings: DatabaseSettings) -> Engine:
    timeouts = {
        "statement_timeout": settings.statement_timeout,
        "lock_timeout": settings.lock_timeout,
        "idle_in_transaction_session_timeout": settings.idle_timeout,
    }
    engine = create_engine(
        url,
        pool_size=settings.pool_size,
        pool_use_lifo=True,  # the connection used last has everything at hand
        pool_reset_on_return=None,  # `end_of_use` does it
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.pool_timeout.total_seconds(),
        hide_parameters=True,
        connect_args={
            "connect_timeout": int(settings.pool_timeout.total_seconds()),
            # moments come as they are kept, and need not be turned one by one
            "options": "-c TimeZone=UTC "
            + " ".join(
                f"-c {name}={span // timedelta(milliseconds=1)}" for name, span in timeouts.items()
            ),
        },
    )
    liveness.watch(engine)
    event.listen(engine, "reset", end_of_use)
    return engine


def _sqlite(url: URL, settings: DatabaseSettings) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT.total_seconds()}, hide_parameters=True
    )
    synchronous = f"synchronous={settings.sqlite_synchronous.upper()}"

    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("journal_mode=WAL", synchronous, "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock; who only reads needs no transaction."""
    if connection.get_execution_options().get("divan_writes", False):
        run_here(connection, "BEGIN IMMEDIATE")


def _nobody(_: Sequence[UUID]) -> None:
    """Nobody waits for work."""
