"""Migrations make exactly the tables that the models declare."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, LargeBinary, MetaData, insert, inspect, select

from engine.catalogue.bundle import Bundle
from engine.catalogue.find import find_areas
from engine.model.base import Base
from engine.model.incident import Incident
from engine.model.instance import SEARCHED, instance_table, task_table
from engine.model.job import job_table
from engine.model.message import Message
from engine.model.subscription import subscription_table
from engine.storage.database import Database
from engine.storage.feed import PLACED, POSITION
from engine.storage.migrate import alembic_config, migrate, write_migration
from engine.values import sortable_number, sortable_text
from tests.kit.databases import Databases

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture
def migrated(databases: Databases, backend: str):
    url = databases.create(backend)
    database = Database(url)
    migrate(database, find_areas())
    yield database
    database.dispose()
    databases.drop(url)


def test_the_migrations_of_engine_and_areas_make_the_declared_tables(migrated):
    with migrated.engine.connect() as connection:
        opts = {"compare_type": False, "include_object": _is_declared}
        context = MigrationContext.configure(connection, opts=opts)
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_postgresql_has_the_indexes_that_no_table_declares(migrated):
    found = {each["name"] for each in inspect(migrated.engine).get_indexes("instance")}

    assert found & SEARCHED == (set() if migrated.is_sqlite else SEARCHED)


def test_migrating_again_changes_nothing(migrated):
    before = set(inspect(migrated.engine).get_table_names())

    migrate(migrated, find_areas())

    assert set(inspect(migrated.engine).get_table_names()) == before


def test_an_incident_and_its_job_of_an_older_release_are_carried_over(
    databases: Databases, backend: str
):
    url = databases.create(backend)
    database = Database(url)
    with database.engine.connect() as connection, connection.begin():
        command.upgrade(alembic_config(connection, ()), "0002_late_tasks")
        _fill(connection, *_OLD, "job", "incident")

    migrate(database, areas=())

    with database.reader() as session:
        [(created_at, priority, case)] = session.execute(
            select(job_table.c.created_at, job_table.c.priority, job_table.c.instance_id)
        )
        [incident] = session.scalars(select(Incident))
    assert (created_at, priority, case) == (NOON, 50, incident.instance_id)
    assert len(incident.fingerprint) == 12
    database.dispose()
    databases.drop(url)


def test_open_tasks_of_the_release_before_are_sorted_and_found(databases: Databases, backend: str):
    url = databases.create(backend)
    database = Database(url)
    with database.engine.connect() as connection, connection.begin():
        command.upgrade(alembic_config(connection, ()), "0009_instance_migration")
        _fill(connection, *_OLD, "human_task")

    migrate(database, areas=())

    with database.reader() as session:
        [task] = session.execute(select(task_table))
    assert task.amount == sortable_number(7_500)
    assert task.value_1 == f"payee:{sortable_text('شرکت سپهر')}"
    for part in ("شرکت سپهر", "7500", "7a"):
        assert sortable_text(part) in task.sought
    database.dispose()
    databases.drop(url)


def test_cases_of_the_release_before_keep_what_they_had(databases: Databases, backend: str):
    url = databases.create(backend)
    database = Database(url)
    with database.engine.connect() as connection, connection.begin():
        command.upgrade(alembic_config(connection, ()), "0009_instance_migration")
        _fill(connection, *_OLD, "human_task", "message", "subscription")

    migrate(database, areas=())

    with database.reader() as session:
        [case] = session.execute(select(instance_table))
        [task] = session.execute(select(task_table))
        [message] = session.scalars(select(Message))
        [subscription] = session.execute(select(subscription_table))
    assert (case.started_at, case.business, case.called_by) == (NOON, {}, None)
    assert (task.instance_id, task.created_at, task.follow_up_at) == (case.id, NOON, None)
    assert (message.received_at, message.sender_id, message.for_item) == (NOON, None, None)
    assert (subscription.instance_id, subscription.item) == (case.id, None)
    database.dispose()
    databases.drop(url)


def test_nobody_goes_back_behind_an_act_that_was_erased(databases: Databases, backend: str):
    url = databases.create(backend)
    database = Database(url)
    with database.engine.connect() as connection, connection.begin():
        config = alembic_config(connection, ())
        command.upgrade(config, "0050_retention")
        _fill(connection, "journal_batch", "admin_event", "journal_admin")

        with pytest.raises(RuntimeError, match="restore a backup"):
            command.downgrade(config, "0049_hooks")

    database.dispose()
    databases.drop(url)


def _is_declared(_: object, name: str | None, kind: str, *__: object) -> bool:
    if kind == "column":  # of PostgreSQL alone: no statement of ours writes it
        return name != POSITION
    return kind != "index" or name not in SEARCHED | {PLACED}


_BUNDLE = Bundle(
    {
        "process.toml": b"""
[area]
id = "order"
[order]
amount = "amount"
[order.columns]
amount = "rial"
payee = "text"
"""
    }
)
_OLD = ("bundle", "definition", "instance")


def _fill(connection: Connection, *names: str) -> None:
    """Add a row to each of these tables, as the migrations so far have made them."""
    tables = MetaData()
    tables.reflect(connection)
    key = "1" * 32 if connection.dialect.name == "sqlite" else UUID(int=1)
    given: dict[str, Any] = {
        "bundle_id": "b", "instance_id": key, "job_id": key, "definition_id": key,
        "version": 1, "event_count": 0, "priority": 50, "drafted": False, "fence": 0,
        "attempts": 4, "max_attempts": 4,
        "snapshot": b"", "content": _BUNDLE.pack(), "process_id": "order", "closed_at": None,
        "title": "Order 7A", "variables": '{"amount": 7500, "payee": "شرکت سپهر"}',
        "resolved_at": None, "lease_until": None, "number": 1, "batch": 1,
    }  # fmt: skip
    for name in names:
        values: dict[str, Any] = {}
        for column in tables.tables[name].columns:
            if column.name in given:
                values[column.name] = given[column.name]
            elif not column.nullable:
                made = {"id": "b" if name == "bundle" else key, "state": "incident"}
                moment = column.name == "at" or column.name.endswith("_at")
                default = b"" if isinstance(column.type, LargeBinary) else NOON if moment else "{}"
                values[column.name] = made.get(column.name, default)
        connection.execute(insert(tables.tables[name]).values(values))


def test_a_migration_for_an_unknown_area_is_refused(migrated):
    with pytest.raises(ValueError, match="nowhere"):
        write_migration(migrated, find_areas(), "nowhere", "x")
