"""A contract signed before contracts named their credit holds its money once after the upgrade."""

from __future__ import annotations

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text

from engine.catalogue.find import find_areas
from engine.storage.migrate import migrate
from tests.areas.contracted import Built

#: what the area's tables had not in the release before, and the last of its migrations then
_NEWER = ("credit_area", "credit_id", "suspended_for")
_BEFORE = "0006_payment_heard"


@pytest.mark.both_databases
def test_a_contract_of_an_older_release_gives_its_statements_its_commitment(built: Built):
    database = built.works.database
    head = "SELECT version_num FROM alembic_version WHERE version_num LIKE :known"
    known = {"known": "0010_shared_guarantees%"}
    with database.engine.begin() as connection:
        newest = connection.execute(text(head), known).scalar_one()
        _guarantees_of_one_contract_each(connection)
        for column in _NEWER:
            connection.execute(text(f"ALTER TABLE contract DROP COLUMN {column}"))
        to = "UPDATE alembic_version SET version_num = :old WHERE version_num = :new"
        connection.execute(text(to), {"old": _BEFORE, "new": newest})
    assert built.since == (0, 22_000, 0)

    migrate(database, find_areas())

    built.reserve(built.statement(10))
    assert built.since == (2_420, 19_580, 0), "taken over, not beside it"


def _guarantees_of_one_contract_each(connection: Connection) -> None:
    """Take back what `0010_shared_guarantees` did."""
    back = Operations(MigrationContext.configure(connection))
    back.drop_index("ix_guarantee_own", "guarantee")
    with back.batch_alter_table("guarantee") as table:
        table.drop_column("is_shared")
        table.drop_constraint("uq_guarantee_contract_id_issuer_number", type_="unique")
        table.create_unique_constraint("uq_guarantee_issuer_number", ["issuer", "number"])
