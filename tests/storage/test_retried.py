"""A command that lost a race is taken again; what is no race is told as what it is."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.commands.retried import ATTEMPTS, retried
from engine.errors import Contended
from engine.model.base import new_id
from engine.model.person import Grant
from engine.storage.database import Database, UnitOfWork

pytestmark = pytest.mark.both_databases


def test_a_rule_of_the_tables_that_is_broken_each_time_is_no_race(database: Database):
    attempts = []

    @retried
    def grant_to_nobody(uow: UnitOfWork) -> None:
        attempts.append(1)
        with uow:
            uow.session.add(Grant(person_id=new_id(), role="CLERK", unit_code="D07"))
            uow.commit()

    with pytest.raises(IntegrityError):
        grant_to_nobody(database.unit_of_work())

    assert len(attempts) == ATTEMPTS


def test_a_table_that_is_not_there_is_no_race(database: Database):
    @retried
    def ask(uow: UnitOfWork) -> None:
        with uow:
            uow.session.connection().exec_driver_sql("SELECT * FROM nowhere")

    with pytest.raises(DBAPIError) as told:
        ask(database.unit_of_work())

    assert not isinstance(told.value, Contended)


@pytest.mark.only_on("postgresql", why="one writer at a time in SQLite: the others wait in line")
def test_rows_that_another_holds_all_the_time_are_a_race(database: Database):
    @retried
    def write(uow: UnitOfWork) -> None:
        with uow:
            uow.session.connection().exec_driver_sql("SET LOCAL lock_timeout = 20")
            uow.session.connection().exec_driver_sql("LOCK TABLE job")

    with database.engine.begin() as other:
        other.exec_driver_sql("LOCK TABLE job")
        with pytest.raises(Contended):
            write(database.unit_of_work())
