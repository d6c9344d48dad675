"""The database was restarted: connections that rested in the pool are dead."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from engine.commands import tasks
from engine.storage import liveness
from engine.storage.cases import CaseStore
from engine.storage.database import Database
from tests.kit.databases import Databases
from tests.storage.conftest import CLERK, NOON

Cases = Callable[..., tuple[UUID, UUID]]


@pytest.fixture
def database(databases: Databases, prepared):
    """PostgreSQL only: a file has no connections to lose."""
    url = databases.create("postgresql", prepared("postgresql", "tables"))
    made = Database(url)
    yield made
    made.dispose()
    databases.drop(url)


def _end_all_connections(database: Database) -> None:
    url = make_url(database.url)
    with psycopg.connect(f"dbname=postgres user=postgres host={url.query['host']}") as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [url.database],
        )


def _holder(database: Database, task_id: UUID) -> str | None:
    with database.reader() as session:
        return CaseStore(session.connection()).read(task_id).task.holder


def test_what_a_request_reads_first_is_asked_again(order: Database, a_case: Cases):
    _, task_id = a_case()
    _end_all_connections(order)

    assert _holder(order, task_id) == "clerk"


def test_a_command_is_taken_again(order: Database, a_case: Cases):
    _, task_id = a_case()
    _end_all_connections(order)

    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)

    assert _holder(order, task_id) == "clerk"


def test_an_answer_whose_outcome_nobody_knows_is_not_given_again(
    order: Database, a_case: Cases, monkeypatch: pytest.MonkeyPatch
):
    _, task_id = a_case()
    given = []
    careful = CaseStore.write_last

    def lose_the_connection(store: CaseStore) -> None:
        if store.last is not None:
            given.append(task_id)
            _end_all_connections(order)
        careful(store)

    monkeypatch.setattr(CaseStore, "write_last", lose_the_connection)

    with pytest.raises(OperationalError):
        tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)

    assert given == [task_id]


def test_connections_that_rested_are_looked_at_before_they_are_used(
    order: Database, a_case: Cases, monkeypatch: pytest.MonkeyPatch
):
    a_case()
    _end_all_connections(order)
    monkeypatch.setattr(liveness, "RESTED", liveness.RESTED * 0)

    with order.reader() as session:  # an ordinary session, which repeats nothing
        assert session.connection().exec_driver_sql("SELECT 1").scalar() == 1
