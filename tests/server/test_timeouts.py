"""PostgreSQL ends what takes too long, so that one statement never holds up a site."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg.errors
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.settings import DatabaseSettings
from engine.storage import migrate
from engine.storage.database import Database
from engine.storage.migrate import alembic_config
from engine.storage.reach import is_outage
from engine.storage.schema import schema_of
from tests.kit.databases import Databases
from tests.reliability.errands import eventually

ONE_SECOND = timedelta(seconds=1)


@pytest.fixture
def hasty(databases: Databases) -> Iterator[Database]:
    """A database on PostgreSQL that nothing may keep for more than a second."""
    url = databases.create("postgresql")
    database = Database(
        url,
        DatabaseSettings(
            pool_size=2,
            pool_overflow=0,
            pool_timeout=ONE_SECOND,
            statement_timeout=2 * ONE_SECOND,
            lock_timeout=ONE_SECOND,
            idle_timeout=3 * ONE_SECOND,
        ),
    )
    yield database
    database.dispose()
    databases.drop(url)


def test_a_statement_that_takes_too_long_is_ended(hasty: Database):
    began = time.monotonic()
    with pytest.raises(OperationalError) as caught, hasty.engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(30)"))
    assert isinstance(caught.value.orig, psycopg.errors.QueryCanceled)
    assert time.monotonic() - began < 10


def test_a_statement_that_waits_too_long_for_a_lock_is_ended(hasty: Database):
    with hasty.engine.begin() as holder:
        holder.execute(text("CREATE TABLE held (x int)"))
    with hasty.engine.begin() as holder, hasty.engine.begin() as waiting:
        holder.execute(text("LOCK TABLE held"))
        with pytest.raises(OperationalError) as caught:
            waiting.execute(text("SELECT * FROM held"))
    assert isinstance(caught.value.orig, psycopg.errors.LockNotAvailable)


def test_the_locks_of_a_client_that_fell_silent_are_free(hasty: Database):
    with hasty.engine.begin() as holder:
        holder.execute(text("CREATE TABLE held (x int)"))
    silent = hasty.engine.connect()
    silent.execute(text("LOCK TABLE held"))
    eventually(lambda: _is_free(hasty), 30)
    with pytest.raises(DBAPIError) as caught:
        silent.execute(text("SELECT 1"))
    assert is_outage(caught.value)
    silent.invalidate()
    silent.close()


def test_migrations_may_take_their_time_also_between_statements(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
):
    url = databases.create("postgresql")
    database = Database(url, DatabaseSettings(idle_timeout=ONE_SECOND / 5))

    def read_slowly(*given: Any) -> Any:
        time.sleep(0.5)
        return alembic_config(*given)

    monkeypatch.setattr(migrate, "alembic_config", read_slowly)

    migrate.migrate(database, areas=())

    assert schema_of(database, ()).is_current
    database.dispose()
    databases.drop(url)


def _is_free(database: Database) -> bool:
    try:
        with database.engine.begin() as other:
            other.execute(text("LOCK TABLE held NOWAIT"))
    except OperationalError as refused:
        if not isinstance(refused.orig, psycopg.errors.LockNotAvailable):
            raise
        return False
    return True


def test_who_finds_every_connection_in_use_is_told_to_come_back(hasty: Database):
    with hasty.engine.connect(), hasty.engine.connect(), pytest.raises(PoolTimeout) as caught:
        hasty.engine.connect()
    assert is_outage(caught.value)
