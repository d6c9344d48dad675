"""Brings a database to the newest tables: the engine's, then each area's own branch."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

import engine.model
from engine.catalogue.find import Area
from engine.storage.database import Database

HERE = Path(__file__).parent / "migrations"


def migrate(database: Database, areas: Iterable[Area]) -> None:
    """Run every migration that the database has not seen."""
    with database.engine.connect() as connection, connection.begin():
        command.upgrade(alembic_config(connection, areas), "heads")


def alembic_config(connection: Connection, areas: Iterable[Area]) -> Config:
    """Return Alembic's configuration over the engine's and the areas' migration folders."""
    load_tables(areas)
    folders = [HERE / "versions", *(each.migrations for each in areas if each.migrations)]
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", "\n".join(str(each) for each in folders))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    return config


def load_tables(areas: Iterable[Area]) -> None:
    """Import every module that declares tables."""
    for module in pkgutil.iter_modules(engine.model.__path__, "engine.model."):
        importlib.import_module(module.name)
    for area in areas:
        area.module("records")
