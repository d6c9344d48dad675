"""One clock for all hosts: the database's, so that a host whose own is wrong does no harm."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from engine.storage.database import Database

log = structlog.get_logger()

TRUSTED: Final = 10.0  #: seconds a reading is carried forward by the processor's own count


class DatabaseClock:
    """Tells the moment by PostgreSQL's clock; on SQLite, which has none, by the host's.

    It is read every few seconds and carried forward between by the processor's count,
    which nobody sets. While the database does not answer the last reading goes on.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = threading.Lock()
        self._read: tuple[datetime, float] | None = None  #: the moment, and the count at it

    def __call__(self) -> datetime:
        """Return the moment, aware, in UTC."""
        if self._database.is_sqlite:
            return datetime.now(UTC)
        with self._reading:
            if self._read is None or time.monotonic() - self._read[1] > TRUSTED:
                self._read = self._ask() or self._read
            read = self._read or (datetime.now(UTC), time.monotonic())
        return read[0] + timedelta(seconds=time.monotonic() - read[1])

    def _ask(self) -> tuple[datetime, float] | None:
        try:
            with self._database.engine.connect() as connection:
                before = time.monotonic()
                told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
                return told.astimezone(UTC), (before + time.monotonic()) / 2
        except SQLAlchemyError as error:
            log.warning("clock.unread", error=repr(error))
            return None
