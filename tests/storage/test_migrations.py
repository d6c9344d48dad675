"""Migrations make exactly the tables that the models declare."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from engine.catalogue.find import find_areas
from engine.model.base import Base
from engine.storage.database import Database
from engine.storage.migrate import migrate, write_migration
from tests.kit.databases import Databases

pytestmark = pytest.mark.both_databases


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
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_migrating_again_changes_nothing(migrated):
    before = set(inspect(migrated.engine).get_table_names())

    migrate(migrated, find_areas())

    assert set(inspect(migrated.engine).get_table_names()) == before


def test_a_migration_for_an_unknown_area_is_refused(migrated):
    with pytest.raises(ValueError, match="nowhere"):
        write_migration(migrated, find_areas(), "nowhere", "x")
