"""The application's role on PostgreSQL works with everything and rewrites no history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg.errors
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from engine import connectors
from engine.catalogue.find import find_areas
from engine.jobs import Worker, utc_now
from engine.model.act import Act
from engine.model.event import event_table
from engine.settings import Settings
from engine.storage.database import Database
from engine.storage.roles import grant_to_application, rights_to_rewrite
from tests.kit.databases import Databases
from tests.kit.statements import Office
from webapp.demo_certificates import identify_signers
from webapp.wiring import Site

ROLE = "divan_app"


@pytest.fixture
def owned(databases: Databases, prepared) -> Iterator[Database]:
    """The demo site's database on PostgreSQL, as its owner."""
    url = databases.create("postgresql", prepared("postgresql", "demo"))
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {ROLE} LOGIN"))
    yield database
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}"))
        connection.execute(text(f"DROP ROLE {ROLE}"))
    database.dispose()
    databases.drop(url)


@pytest.fixture
def applied(owned: Database) -> Iterator[Database]:
    """The same database, as the application."""
    assert grant_to_application(owned, ROLE) > 20
    database = Database(make_url(str(owned.url)).set(username=ROLE).render_as_string())
    yield database
    database.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE event SET actor = 'somebody else'", id="change an event"),
        pytest.param("DELETE FROM event", id="delete events"),
        pytest.param("TRUNCATE event CASCADE", id="empty the trail"),
        pytest.param("UPDATE act SET content = '{}'", id="change what was approved"),
        pytest.param("DELETE FROM act", id="delete an approval"),
        pytest.param("DROP TABLE event", id="drop the trail"),
        pytest.param("ALTER TABLE event ADD COLUMN x int", id="change tables"),
        pytest.param("CREATE TABLE mine (x int)", id="make tables"),
        pytest.param("UPDATE alembic_version SET version_num = '0'", id="forge migrations"),
    ],
)
def test_the_application_cannot_rewrite_what_happened(applied: Database, statement: str):
    with pytest.raises(ProgrammingError) as caught, applied.engine.begin() as connection:
        connection.execute(text(statement))
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)


def test_the_application_may_say_when_an_approval_was_undone(applied: Database):
    with applied.engine.begin() as connection:
        connection.execute(text("UPDATE act SET voided_at = now()"))


@pytest.mark.slow
def test_the_whole_product_runs_as_the_application(
    applied: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings = Settings(home=tmp_path, database_url=str(applied.url), demo=True)
    site = Site(settings, applied, find_areas())
    monkeypatch.setattr(connectors.SITE, "documents", site.documents)  # where papers are printed to
    site.reach(print)
    site.prepare(utc_now(), migrates=False)
    identify_signers(applied)
    worker = Worker(applied)
    worker.start()
    office = Office("http://127.0.0.1", transport=httpx.WSGITransport(site.application()))

    office.file(1)
    office.settle(1)

    assert office.is_paid(1)
    with applied.reader() as session:
        assert session.scalars(select(Act)).all()
        assert len(session.execute(select(event_table)).all()) > 30
    office.close()
    worker.stop()


def test_only_the_owner_is_told_to_be_able_to_rewrite(owned: Database, applied: Database):
    assert rights_to_rewrite(applied) == ()
    assert "DELETE on event" in rights_to_rewrite(owned)


def test_a_role_that_does_not_exist_is_refused(owned: Database):
    with pytest.raises(ValueError, match="CREATE ROLE"):
        grant_to_application(owned, "nobody; DROP TABLE event")


def test_sqlite_has_no_roles(databases: Databases):
    with pytest.raises(ValueError, match="SQLite"):
        grant_to_application(Database(databases.create("sqlite")), ROLE)
