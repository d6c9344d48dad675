"""How SQLite means to find what a piece of code asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from engine.storage.database import Database


@contextmanager
def plans(database: Database, of: str) -> Iterator[list[str]]:
    """Give a list that holds, afterwards, the plans of all statements in which a text stands."""
    asked: list[tuple[str, Any]] = []
    found: list[str] = []

    def hear(*given: Any) -> None:
        asked.append((given[2], given[3]))

    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)
    with database.engine.connect() as connection:
        for told, given in asked:
            if of in told:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {told}", _as_tuple(given))
                found += [row.detail for row in rows]


def _as_tuple(given: Any) -> Any:
    return tuple(given) if isinstance(given, list) else given
