"""Statements of the hot path: compiled once, run on the driver's own cursor.

SQLAlchemy spends five times as long on running a small statement as SQLite does (70 µs
against 13 µs). What a completed task runs is therefore compiled at its first use, with
the same types and conversions, and handed to the driver as it is. Listeners of
``before_cursor_execute`` on the engine hear these statements like all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, Final, TypeAlias

from psycopg import RawCursor
from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Converter: TypeAlias = Callable[[Any], Any]
Row: TypeAlias = Sequence[Any]
Converters: TypeAlias = Sequence[tuple[int, Converter]]  #: of the places that need one

#: an option of engines and connections: each statement is a transaction by itself
ALONE: Final = "divan_alone"


class Prepared:
    """One statement, ready for whichever database it meets.

    What varies are its named parameters; constants stand in it as literals.
    """

    def __init__(
        self,
        statement: Select[*tuple[Any, ...]] | UpdateBase,
        *,
        writes: bool = False,
        paths: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare it.

        Args:
            writes: says of a SELECT that some part of it does.
            paths: where in a record each parameter stands; without, it is fed with mappings.
        """
        self._statement = statement
        self._reads = isinstance(statement, Select) and not writes
        self._paths = paths
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Any) -> list[Row]:
        """Return every row a SELECT finds, its values as the columns' types give them."""
        compiled = self._on(connection)
        parameters = compiled.parameters(values)
        found = run(connection, compiled.text, parameters, reads=self._reads).fetchall()
        return [compiled.result(each) for each in found]

    def sent(self, connection: Connection, values: Any) -> Callable[[], list[Row]]:
        """Send a SELECT within a pipeline; return what gives its rows after it."""
        compiled = self._on(connection)
        cursor = run(connection, compiled.text, compiled.parameters(values))
        return lambda: [compiled.result(each) for each in cursor.fetchall()]

    def run(self, connection: Connection, values: Any) -> int:
        """Run once; return how many rows it changed."""
        compiled = self._on(connection)
        return int(run(connection, compiled.text, compiled.parameters(values)).rowcount)

    def each(self, connection: Connection, rows: Iterable[Any]) -> None:
        """Run once a row; not at all when there is none."""
        compiled = self._on(connection)
        many = [compiled.parameters(each) for each in rows]
        if len(many) == 1:  # for which a driver need not prepare to do it again
            run(connection, compiled.text, many[0])
        elif many:
            run(connection, compiled.text, many, many=True)

    def _on(self, connection: Connection) -> _Compiled:
        known = self._compiled.get(connection.dialect.name)
        if known is None:
            known = _Compiled.of(self._statement, connection.dialect, self._paths)
            self._compiled[connection.dialect.name] = known
        return known


def beneath(session: Session) -> Connection:
    """Return the connection a session was made over.

    Asked for it in its own way a session begins a transaction, which costs as much as a
    statement.
    """
    bind = session.get_bind()
    if not isinstance(bind, Connection):
        raise TypeError("a session that was made over an engine")
    return bind


def rows_of_each(
    connection: Connection, statements: Iterable[tuple[Prepared, Any]]
) -> list[list[Row]]:
    """Return the rows of several statements, the next sent before the last has answered.

    PostgreSQL only, and within a transaction: one that fails fails them all.

    Raises:
        sqlalchemy.exc.DBAPIError: as from any other statement.
    """
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            sent = [each.sent(connection, values) for each, values in statements]
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, error, None, "") from error
    return [rows() for rows in sent]


def run(
    connection: Connection, text: str, parameters: Any, *, many: bool = False, reads: bool = False
) -> Any:
    """Run a statement in the connection's transaction, begun if need be; return the cursor.

    Args:
        reads: it writes nothing: where a lost connection lost nothing it is sent again.

    Raises:
        sqlalchemy.exc.DBAPIError: as from any other statement.
    """
    try:
        return _sent(connection, text, parameters, many)
    except DBAPIError as error:
        if not (reads and error.connection_invalidated and stands_alone(connection)):
            raise
        connection.rollback()  # forgets the dead connection
        return _sent(connection, text, parameters, many)


def stand_alone(connection: Connection) -> None:
    """Let each statement on a connection of PostgreSQL be a transaction by itself.

    SQLAlchemy's own way to say so costs as much as a statement.
    """
    driver: Any = connection.connection.driver_connection
    if not driver.autocommit:
        driver.autocommit = True


def hold_together(connection: Connection) -> None:
    """Let statements on such a connection belong to transactions from here on."""
    connection.execution_options(**{ALONE: False})
    driver: Any = connection.connection.driver_connection
    driver.autocommit = False


def end_of_use(driver: Any, _: Any, state: Any) -> None:
    """Leave a connection of PostgreSQL as the pool gives it out: a listener of the pool's."""
    if driver.autocommit:
        driver.autocommit = False  # nothing was begun
    elif not state.transaction_was_reset:
        driver.rollback()


def run_here(connection: Connection, text: str) -> None:
    """Run a statement without parameters, whatever transaction there is or is not.

    Raises:
        sqlalchemy.exc.DBAPIError: as from any other statement.
    """
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(text)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, error, None, text) from error


def _sent(connection: Connection, text: str, parameters: Any, many: bool) -> Any:
    is_postgresql = connection.dialect.name == "postgresql"
    is_alone = stands_alone(connection)
    if not is_alone and not connection.in_transaction():
        connection.begin()
    driver: Any = connection.connection.driver_connection
    if is_alone and is_postgresql and not driver.autocommit:
        driver.autocommit = True  # of one that has just been made anew
    cursor = RawCursor(driver) if is_postgresql else driver.cursor()
    for tell in connection.engine.dispatch.before_cursor_execute:
        tell(connection, cursor, text, parameters, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(text, parameters)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, error, cursor, text) from error
    return cursor


def stands_alone(connection: Connection) -> bool:
    """Tell whether each statement stands by itself, in no transaction with others."""
    return bool(connection.get_execution_options().get(ALONE))


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    given: Callable[[Any], Sequence[Any]]  #: the values of the parameters, in their order
    encoders: Converters  #: of the parameters
    decoders: Converters  #: of the columns

    @classmethod
    def of(
        cls,
        statement: Select[*tuple[Any, ...]] | UpdateBase,
        dialect: Dialect,
        paths: Mapping[str, str] | None,
    ) -> _Compiled:
        compiled: Any = statement.compile(dialect=_by_position(dialect))
        names = tuple(compiled.positiontup)
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        return cls(
            compiled.string,
            _given(names, paths),
            _needed(_bind(compiled.binds[each].type, dialect) for each in names),
            _needed(_result(each.type, dialect) for each in columns),
        )

    def parameters(self, given: Any) -> Row:
        """Return what the driver takes."""
        return _converted(self.given(given), self.encoders)

    def result(self, row: Row) -> Row:
        """Return a row of the driver with the types' own values."""
        return _converted(row, self.decoders)


def _converted(row: Row, converters: Converters) -> Row:
    values = list(row)
    for at, convert in converters:
        if values[at] is not None:
            values[at] = convert(values[at])
    return values


def _needed(converters: Iterable[Converter | None]) -> Converters:
    return tuple((at, each) for at, each in enumerate(converters) if each is not None)


def _given(names: Sequence[str], paths: Mapping[str, str] | None) -> Callable[[Any], Sequence[Any]]:
    """Return what finds the parameters in a mapping, or by ``paths`` in a record."""
    if not names:
        return lambda _: ()
    getter: Any = itemgetter(*names) if paths is None else attrgetter(*(paths[x] for x in names))
    return getter if len(names) > 1 else lambda given: [getter(given)]


def _by_position(dialect: Dialect) -> Dialect:
    """Return the dialect with parameters told apart by their place, as `RawCursor` takes them."""
    if dialect.name != "postgresql":
        return dialect
    numbered: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    return numbered


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Converter | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _result(kind: TypeEngine[Any], dialect: Dialect) -> Converter | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _ends_connection(error: Exception) -> bool:
    """Tell whether the server took its leave, which the driver may not have noticed yet."""
    return str(getattr(error, "sqlstate", None)).startswith("57P")


def _told(connection: Connection, error: Exception, cursor: Any, text: str) -> BaseException:
    """Return the driver's error as SQLAlchemy's; a lost connection takes the idle ones along."""
    dialect, driver = connection.dialect, connection.connection.dbapi_connection
    is_lost = _ends_connection(error) or dialect.is_disconnect(
        error,  # type: ignore[arg-type]
        driver,
        cursor,
    )
    told = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    if is_lost:
        connection.invalidate(error)
        connection.engine.pool.dispose()
    return told
