"""A unit of work after a commit that failed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from engine.errors import Contended
from engine.model.base import new_id
from engine.model.counter import Counter
from engine.model.person import Grant
from engine.storage.database import Database, UnitOfWork
from tests.kit.databases import Databases


@pytest.fixture
def database(databases: Databases, prepared):
    """SQLite only: it can be told to look at foreign keys no earlier than the commit."""
    url = databases.create("sqlite", prepared("sqlite", "tables"))
    made = Database(url)
    yield made
    made.dispose()
    databases.drop(url)


def test_a_failed_commit_is_told_as_it_is_and_the_next_block_begins_anew(database):
    uow = database.unit_of_work()
    _number(uow)
    with pytest.raises(IntegrityError):
        _grant_to_nobody(uow)

    with pytest.raises(Contended):
        _number(uow)


def _number(uow: UnitOfWork) -> None:
    with uow:
        uow.session.add(Counter(series="s", last=1))
        uow.commit()


def _grant_to_nobody(uow: UnitOfWork) -> None:
    with uow:
        uow.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        uow.session.add(Grant(person_id=new_id(), role="CLERK", unit_code="D07"))
        uow.commit()
