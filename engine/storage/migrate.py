"""Brings a database to the newest tables: the engine's, then each area's own branch."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

import engine.model
from engine.catalogue.find import Area
from engine.model.base import Base
from engine.storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent / "migrations"


def migrate(database: Database, areas: Iterable[Area]) -> None:
    """Run every migration that the database has not seen.

    Raises:
        IntegrityError: one of them left a row that refers to nothing; nothing is changed.
    """
    from alembic import command  # noqa: PLC0415 - a tenth of a start that has nothing to migrate

    with (
        database.engine.connect() as connection,
        _tables_may_be_rebuilt(connection),
        connection.begin(),
    ):
        if not database.is_sqlite:  # changing a large table takes its time, and so does reading
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        command.upgrade(alembic_config(connection, areas), "heads")
        if database.is_sqlite:
            _check_references(connection)


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a table that others refer to.

    It alters a table by making it anew under its name, and heeds the switch only outside
    a transaction (sqlite.org/lang_altertable.html, section 7).
    """
    raw = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    statement = "PRAGMA foreign_key_check"
    if broken := connection.exec_driver_sql(statement).fetchall():
        raise IntegrityError(statement, None, ValueError(broken))


def write_migration(database: Database, areas: Iterable[Area], branch: str, message: str) -> Path:
    """Write what the tables of ``branch`` need beyond the database's; return the new file.

    Args:
        branch: ``engine`` or the name of an area.

    Raises:
        ValueError: there is no such branch.
    """
    from alembic import command  # noqa: PLC0415 - as above

    areas = tuple(areas)
    folders = {each.name: each.migrations or each.folder / "migrations" for each in areas}
    folder = HERE / "versions" if branch == "engine" else folders.get(branch)
    if folder is None:
        raise ValueError(f"no area {branch!r}; there are engine, {', '.join(folders)}")
    with database.engine.connect() as connection, connection.begin():
        config = alembic_config(connection, areas)
        config.attributes["tables"] = _tables_of(branch)
        written = command.revision(
            config,
            message,
            autogenerate=True,
            head=f"{branch}@head",
            version_path=str(folder),
            rev_id=_next_id(folder, branch),
        )
    script = written[0] if isinstance(written, list) else written
    if script is None:
        raise ValueError("nothing was written")
    return Path(script.path)


def _next_id(folder: Path, branch: str) -> str:
    numbers = [int(each.name[:4]) for each in folder.glob("[0-9][0-9][0-9][0-9]_*.py")]
    return f"{max(numbers, default=0) + 1:04d}_{branch}"


def _tables_of(branch: str) -> frozenset[str]:
    """Return the tables that the modules of one branch declare."""
    areas = {
        table: module.split(".")[-2 if module.endswith(".records") else -3]
        for mapper in Base.registry.mappers
        for table, module in [(mapper.persist_selectable.description, mapper.class_.__module__)]
        if ".records" in module
    }
    if branch != "engine":
        return frozenset(table for table, area in areas.items() if area == branch)
    return frozenset(Base.metadata.tables) - areas.keys()


def folders_of(areas: Iterable[Area]) -> list[Path]:
    """Return the folders of migrations: the engine's, then those of the areas."""
    return [HERE / "versions", *(each.migrations for each in areas if each.migrations)]


def alembic_config(connection: Connection, areas: Iterable[Area]) -> Config:
    """Return Alembic's configuration over the engine's and the areas' migration folders."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    load_tables(areas)
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", "\n".join(str(each) for each in folders_of(areas)))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def load_tables(areas: Iterable[Area]) -> None:
    """Import every module that declares tables."""
    for module in pkgutil.iter_modules(engine.model.__path__, "engine.model."):
        importlib.import_module(module.name)
    for area in areas:
        area.module("records")
