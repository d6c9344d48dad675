"""A site prepared once and copied for each test: tables, calendar, areas, demo people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from engine.catalogue.find import find_areas
from engine.connectors import SITE
from engine.jobs import run_due
from engine.model.person import Actor, Person
from engine.queries import people
from engine.settings import Settings
from engine.storage.database import Database
from engine.storage.migrate import migrate
from tests.kit.databases import Databases
from tests.kit.passwords import cheap_hash
from webapp.demo import load_demo
from webapp.wiring import Site

NOON = datetime(2026, 7, 25, 8, 30, tzinfo=UTC)  #: a Saturday noon in Tehran, 1405/05/03
PASSWORD = "divan"


class Clock:
    """Tells the moment it was set to; time passes when a test says so."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.at

    def pass_time(self, span: timedelta) -> datetime:
        """Let time pass and return the new moment."""
        self.at += span
        return self.at


@pytest.fixture
def clock() -> Clock:
    """A clock standing at `NOON`."""
    return Clock()


@pytest.fixture(scope="session")
def prepared(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], str]:
    """Return a function giving the URL of a template.

    ``tables``: the engine's only; ``all tables``: the areas' too; ``demo``: the whole site.
    """
    made: dict[tuple[str, str], str] = {}

    def url_of(backend: str, content: str) -> str:
        if (backend, content) not in made:
            url = databases.create(backend)
            home = tmp_path_factory.mktemp("home")
            _fill(Settings(home=home, database_url=url, demo=True), content)
            made[backend, content] = url
        return made[backend, content]

    return url_of


def _fill(settings: Settings, content: str) -> None:
    if content == "demo":
        site = Site.open(settings)
        site.prepare(NOON)
        load_demo(site.database, settings, NOON)
        with site.database.unit_of_work() as uow:
            uow.session.execute(update(Person).values(password_hash=cheap_hash(PASSWORD)))
            uow.commit()
        close(site.database)
    else:
        database = Database(settings.database_url)
        migrate(database, areas=find_areas() if content == "all tables" else ())
        close(database)


def close(database: Database) -> None:
    """Close a database that will be copied."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the one file is all there is to copy
    database.dispose()


@pytest.fixture
def database(
    backend: str, databases: Databases, prepared: Callable[[str, str], str]
) -> Iterator[Database]:
    """A database of the demo site: tables, calendar, units, areas deployed, people."""
    yield from copied(databases, backend, prepared(backend, "demo"))


@pytest.fixture
def bare_database(
    backend: str, databases: Databases, prepared: Callable[[str, str], str]
) -> Iterator[Database]:
    """A database with the engine's tables and nothing in them."""
    yield from copied(databases, backend, prepared(backend, "tables"))


@pytest.fixture
def migrated_database(
    backend: str, databases: Databases, prepared: Callable[[str, str], str]
) -> Iterator[Database]:
    """A database with all tables, as `divan worker` wants it, and nothing in them."""
    yield from copied(databases, backend, prepared(backend, "all tables"))


def copied(databases: Databases, backend: str, template: str) -> Iterator[Database]:
    """Yield a copy of a database, and remove it afterwards."""
    url = databases.create(backend, template)
    opened = Database(url)
    if opened.is_sqlite:  # PostgreSQL waits for no disk here either
        event.listen(opened.engine, "connect", _wait_for_no_disk)
    yield opened
    opened.dispose()
    databases.drop(url)


def _wait_for_no_disk(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def site(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The demo site over this test's database."""
    settings = Settings(home=tmp_path, database_url=str(database.url), demo=True)
    made = Site(settings, database, find_areas())
    monkeypatch.setattr(SITE, "documents", made.documents)
    return made


@pytest.fixture
def app(site: Site, clock: Clock) -> Flask:
    """The web application, told the time by ``clock``."""
    made = site.application(clock)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody is signed in to."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a function giving a browser in which a demo person is signed in."""

    def sign_in(username: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"username": username, "password": PASSWORD})
        assert answer.status_code in (302, 303), answer.text
        return browser

    return sign_in


@pytest.fixture
def actor(database: Database, clock: Clock) -> Callable[[str], Actor]:
    """Return a function giving the actor behind a demo user name."""

    def of(username: str) -> Actor:
        with database.reader() as session:
            found = people.by_username(session, username, clock())
        assert found is not None, f"no demo account {username}"
        return found

    return of


@pytest.fixture
def run_jobs(database: Database, clock: Clock) -> Callable[..., int]:
    """Return a function running every job due at a moment (now, when none is given)."""

    def run(at: datetime | None = None) -> int:
        if at is not None:
            clock.at = at
        return run_due(database, clock)

    return run
