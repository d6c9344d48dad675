"""The databases tests are given are real, and each test's own."""

import pytest
from sqlalchemy import func, select

from engine.model.person import Person, Unit
from engine.storage.database import Database


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
