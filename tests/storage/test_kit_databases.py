"""The databases tests are given are real, and each test's own."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text

from engine.model.person import Person, Unit
from engine.storage.database import Database
from tests.kit.databases import Databases


def test_a_test_is_given_the_kind_of_database_it_asks_for(bare_database: Database, backend: str):
    with bare_database.reader() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 0
    assert bare_database.engine.dialect.name == backend


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_another_does_not_see(bare_database: Database, turn: int):
    uow = bare_database.unit_of_work()
    with uow:
        uow.session.add(Person(username="only_here", name_fa="ا", name_en="a"))
        uow.commit()
    with bare_database.reader() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.only_on("postgresql", "a file is copied in no time")
def test_a_used_copy_is_brought_back_for_the_next_test(
    databases: Databases, prepared: Callable[[str, str], str], backend: str
):
    template = prepared(backend, "all tables")
    used = databases.create(backend, template)
    databases.drop(used)

    assert databases.create(backend, template) == used
    databases.drop(used)


@pytest.mark.only_on("postgresql", "SQLite has nobody to do it")
def test_nobody_gathers_statistics_while_tests_run(bare_database: Database):
    asked = "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'autovacuum%'"
    with bare_database.reader() as session:
        assert session.scalar(text(asked)) == 0
