"""Writing what a step changed: one statement on PostgreSQL, the fewest on SQLite.

Either writes nothing at all when the case is no longer at the version it was read at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from engine.storage import saving_postgresql, saving_sqlite
from engine.storage.change import Change

_WRITE: Final[Mapping[str, Callable[[Connection, Change], bool]]] = {
    "sqlite": saving_sqlite.write,
    "postgresql": saving_postgresql.write,
}
_WRITE_EACH: Final[Mapping[str, Callable[[Connection, Sequence[Change]], list[bool]]]] = {
    "sqlite": saving_sqlite.write_each,
    "postgresql": saving_postgresql.write_each,
}


def write(connection: Connection, change: Change) -> bool:
    """Write a change; return whether the case still stood where it was read, else nothing is.

    Raises:
        LeaseLost: the job whose work it is belongs to another worker; nothing is written.
    """
    return _WRITE[connection.dialect.name](connection, change)


def write_each(connection: Connection, changes: Sequence[Change]) -> list[bool]:
    """Write changes of different cases; return which of them were written.

    One whose case moved on, or whose job is not ours any more, is left out by itself. On
    SQLite no case can move on between being read and being written in one transaction.
    """
    return _WRITE_EACH[connection.dialect.name](connection, changes)
