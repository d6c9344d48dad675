"""Statements of the journal in a second database: added there, never changed from here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, func, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from engine.model.journal import JournalBatch
from engine.storage.database import Database

#: of its own: the second database has nothing else of ours
_anchor = Table(
    "journal_anchor",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("key", LargeBinary, nullable=False),
)


class AnchorAway(RuntimeError):
    """The second database took nothing: it is away, or has other statements of these numbers."""


def last(outside: Database) -> int:
    """Return the number of the last statement there, 0 when there is none; makes its table.

    Raises:
        AnchorAway: it is.
    """
    with _reached(), outside.engine.begin() as connection:
        _anchor.create(connection, checkfirst=True)
        return connection.scalar(select(func.max(_anchor.c.number))) or 0


def add(outside: Database, batches: Sequence[JournalBatch]) -> None:
    """Add the statements of batches, all or none.

    Raises:
        AnchorAway: it is, or one of that number is there.
    """
    with _reached(), outside.engine.begin() as connection:
        _write(connection, batches)


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise AnchorAway(type(error).__name__) from error


def _write(connection: Connection, batches: Sequence[JournalBatch]) -> None:
    rows = [
        {"number": b.number, "statement": b.statement, "signature": b.signature, "key": b.key}
        for b in batches
    ]
    connection.execute(insert(_anchor), rows)


def statements(outside: Database) -> Iterator[bytes]:
    """Return the statements there, in their order."""
    with outside.engine.connect() as connection:
        asked = select(_anchor.c.statement).order_by(_anchor.c.number)
        yield from connection.execute(asked).scalars().all()
