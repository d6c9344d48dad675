"""What is searched for lies in an index: no row of ten thousand is looked up for it."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.model.person import Actor
from engine.queries import inbox
from engine.queries.asked import Asked, ValueAsked
from engine.storage.database import Database
from tests.kit.plans import plans
from tests.storage.conftest import NOON

MOST = ValueAsked("", "rial", most=5_000)


@pytest.mark.only_on("sqlite", why="with few rows PostgreSQL reads the table, whatever the indexes")
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (Asked("0000502"), "ix_human_task_sought (desk=?)"),
        (Asked(values=(MOST,), sort="created"), "ix_human_task_amount (desk=? AND amount>?"),
    ],
    ids=["a word", "an amount at most"],
)
def test_what_is_asked_for_is_found_in_an_index_of_its_own(
    database: Database, asked: Asked, index: str
):
    with plans(database, "FROM human_task") as found, database.reader() as session:
        inbox.page(session, _of_one_desk(), "inbox", asked, at=NOON)

    assert [each for each in found if index in each]
    assert [each for each in found if "ix_human_task_new" in each] == []


def _of_one_desk() -> Actor:
    return Actor(UUID(int=7), "reader", "reader", "reader", desks=frozenset({"CLERK@D07"}))
