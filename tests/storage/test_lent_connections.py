"""A connection on which statements stand alone, lent to a command or given back to the pool."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, func, insert, select

from engine.model.counter import Counter
from engine.storage.database import Database
from tests.kit.databases import Databases

_OPEN = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = "


@pytest.fixture
def database(databases: Databases, prepared) -> Iterator[Database]:
    """PostgreSQL only: SQLite reads and writes over connections of their own."""
    url = databases.create("postgresql", prepared("postgresql", "tables"))
    made = Database(url)
    yield made
    made.dispose()
    databases.drop(url)


def _count(connection: Connection) -> int:
    return connection.scalars(select(func.count()).select_from(Counter)).one()


def _transactions_left_open(database: Database) -> int:
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"{_OPEN} current_database()").scalar_one())


def test_what_a_command_over_it_commits_is_there_and_what_it_does_not_is_gone(database):
    with database.reading() as lent:
        for series, is_kept in (("kept", True), ("dropped", False)):
            with database.unit_of_work(over=lent) as uow:
                uow.session.add(Counter(series=series, last=1))
                uow.session.flush()
                if is_kept:
                    uow.commit()
        with database.reading() as another:
            assert _count(another) == 1
        assert _count(lent) == 1


def test_after_a_command_over_it_reading_opens_no_transaction(database):
    with database.reading() as lent:
        with database.unit_of_work(over=lent) as uow:
            uow.session.add(Counter(series="s", last=1))
            uow.commit()
        assert _count(lent) == 1

        assert _transactions_left_open(database) == 0


def test_a_transaction_over_one_that_was_given_back_holds_together(database):
    with database.reading() as alone:
        _count(alone)

    with database.engine.connect() as connection:
        connection.execute(insert(Counter).values(series="s", last=1))
        connection.rollback()
        assert _count(connection) == 0


def test_a_command_over_one_that_was_closed_takes_another(database):
    lent = database.reading()
    lent.close()

    with database.unit_of_work(over=lent) as uow:
        uow.session.add(Counter(series="s", last=1))
        uow.commit()

    with database.reading() as another:
        assert _count(another) == 1
