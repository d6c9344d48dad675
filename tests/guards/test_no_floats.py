"""No float reaches the database: no column takes one, no document of JSON gives one back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Double, Float, Numeric, inspect

from engine.catalogue.find import find_areas
from engine.model.base import Base, Exact, JsonText, Money
from engine.storage.database import Database
from engine.storage.migrate import folders_of, load_tables
from tests.guards.tree import ROOT

#: what the databases call numbers that are not exact
INEXACT = ("FLOAT", "REAL", "DOUBLE", "DOUBLE PRECISION", "DOUBLE_PRECISION")


def _migrations() -> list[Path]:
    folders = [each for each in folders_of(find_areas()) if each.is_relative_to(ROOT)]
    return sorted(path for folder in folders for path in folder.glob("*.py"))


def test_no_column_of_a_table_is_made_for_floats():
    load_tables(find_areas())
    columns = [each for table in Base.metadata.tables.values() for each in table.columns]
    assert len(columns) > 500
    inexact = [str(each) for each in columns if isinstance(_plain(each.type), Float | Double)]
    lossy = [
        str(each)
        for each in columns
        if isinstance(_plain(each.type), Numeric) and not isinstance(each.type, Exact)
    ]
    assert (inexact, lossy) == ([], [])


def _plain(kind: object) -> object:
    return getattr(kind, "impl", kind)


@pytest.mark.parametrize("path", _migrations(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_migration_makes_a_column_for_floats(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not any(f"sa.{each}" in text for each in ("Float", "Double", "REAL", "Numeric"))


@pytest.mark.both_databases
def test_no_column_that_stands_in_a_database_takes_floats(migrated_database: Database):
    seen = inspect(migrated_database.engine)
    inexact = [
        f"{table}.{column['name']}"
        for table in seen.get_table_names()
        for column in seen.get_columns(table)
        if str(column["type"]).upper().startswith(INEXACT)
    ]
    assert inexact == []


@pytest.mark.both_databases
def test_money_refuses_a_float_and_documents_never_give_one_back(migrated_database: Database):
    dialect = migrated_database.engine.dialect
    with pytest.raises(AttributeError):
        Money().process_bind_param(1.5, dialect)  # type: ignore[arg-type]
    document = JsonText().result_processor(dialect, None)('{"rate":0.1,"amount":1e3}')
    assert document == {"rate": Decimal("0.1"), "amount": Decimal("1e3")}
    assert {type(each) for each in document.values()} == {Decimal}
