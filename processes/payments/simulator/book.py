"""The bank's book: accounts, payments, cheques and every call, in one SQLite file of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS account (
    iban TEXT PRIMARY KEY, owner_id TEXT NOT NULL, owner_name TEXT NOT NULL,
    balance INTEGER NOT NULL, is_open INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    idem_key TEXT NOT NULL, fault TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answer (
    idem_key TEXT PRIMARY KEY, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS payment (
    id INTEGER PRIMARY KEY, idem_key TEXT NOT NULL, message_id TEXT NOT NULL,
    end_to_end_id TEXT NOT NULL, debit TEXT NOT NULL, credit TEXT NOT NULL,
    amount INTEGER NOT NULL, on_day TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS payment_by_order ON payment (end_to_end_id);
CREATE TABLE IF NOT EXISTS cheque (
    sayad_id TEXT PRIMARY KEY, end_to_end_id TEXT NOT NULL, series TEXT NOT NULL,
    serial TEXT NOT NULL, amount INTEGER NOT NULL, due_on TEXT NOT NULL, debit TEXT NOT NULL,
    holder_id TEXT NOT NULL, holder_name TEXT NOT NULL, reason TEXT NOT NULL,
    status TEXT NOT NULL, settled_on TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY, iban TEXT NOT NULL, amount INTEGER NOT NULL, on_day TEXT NOT NULL,
    end_to_end_id TEXT NOT NULL, about TEXT NOT NULL DEFAULT '');
"""


class Book:
    """One connection for the whole process; a call is one transaction."""

    def __init__(self, path: Path | str) -> None:
        self._connection = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_TABLES)
        self._writing = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[Book]:
        """Do several things or none of them."""
        with self._writing:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> Sequence[sqlite3.Row]:
        """Return what a query finds."""
        with self._writing:
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row."""
        found = self.rows(query, *values)
        return found[0] if found else None

    def write(self, statement: str, *values: Any) -> int:
        """Change something; return the id of the new row, or how many were changed."""
        with self._writing:
            cursor = self._connection.execute(statement, values)
            return cursor.lastrowid or cursor.rowcount

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
