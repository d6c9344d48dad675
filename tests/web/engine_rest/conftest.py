"""An application with the errand deployed, and programs that ask it in people's names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from engine.settings import Settings
from engine.storage.database import Database
from tests.kit.sites import Clock
from tests.web.engine_rest.errand import Caller, a_hash, deploy_errand, register_everybody
from webapp.wiring import Site


@pytest.fixture(autouse=True)
def purchase_rules() -> None:
    """Nothing stands in for what the areas register: these tests run the real ones."""


@pytest.fixture(scope="session")
def password_hash() -> str:
    return a_hash()


@pytest.fixture
def rest_app(bare_database: Database, clock: Clock, tmp_path, password_hash: str) -> Flask:
    register_everybody(bare_database, password_hash)
    deploy_errand(bare_database)
    settings = Settings(home=tmp_path, database_url=str(bare_database.url))
    made = Site(settings, bare_database, ()).application(clock)
    made.config.update(TESTING=True)
    return made


@pytest.fixture
def caller(rest_app: Flask) -> Callable[..., Caller]:
    def of(username: str, *password: str) -> Caller:
        return Caller(rest_app.test_client(), username, *password)

    return of


@pytest.fixture
def clerk(caller: Callable[..., Caller]) -> Caller:
    return caller("clerk")


@pytest.fixture
def statements(bare_database: Database) -> Iterator[list[str]]:
    """The SQL statements sent, transactions apart."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            sent.append(statement)

    event.listen(bare_database.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(bare_database.engine, "before_cursor_execute", keep)
