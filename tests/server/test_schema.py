"""A database and a release that do not fit each other are told apart before anything runs."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, text

from engine.catalogue.find import find_areas
from engine.model.definition import Definition
from engine.settings import Settings
from engine.storage.database import Database
from engine.storage.migrate import migrate
from engine.storage.schema import SchemaWrong, schema_of
from tests.kit.databases import Databases
from tests.kit.sites import NOON
from webapp.demo import load_demo
from webapp.wiring import Site

pytestmark = pytest.mark.both_databases


@pytest.fixture
def empty(databases: Databases, backend: str):
    url = databases.create(backend)
    database = Database(url)
    yield database
    database.dispose()
    databases.drop(url)


def test_a_database_that_was_never_migrated_misses_everything(empty):
    schema = schema_of(empty, find_areas())

    assert schema.current == ()
    assert schema.missing[0] == "0001_engine"
    schema.refuse_newer()
    with pytest.raises(SchemaWrong, match="run `divan migrate` first"):
        schema.refuse_other()


def test_a_migrated_database_is_current(empty):
    migrate(empty, find_areas())

    assert schema_of(empty, find_areas()).is_current


def test_a_database_of_a_newer_release_is_refused_and_left_alone(empty, tmp_path):
    migrate(empty, find_areas())
    with empty.engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999_engine')"))
    site = Site(Settings(home=tmp_path, database_url=str(empty.url)), empty, find_areas())

    with pytest.raises(SchemaWrong, match="9999_engine"):
        site.reach(print)


def test_hosts_that_start_at_once_over_an_empty_database_all_find_it_whole(empty, tmp_path):
    url = empty.url.render_as_string(hide_password=False)
    problems: list[BaseException] = []
    prepared = threading.Barrier(4)

    def start(site: Site) -> None:
        try:
            site.prepare(NOON)
            prepared.wait(60)
            load_demo(site.database, site.settings, NOON)
        except Exception as error:  # noqa: BLE001 - told by the assertion
            problems.append(error)
        finally:
            site.database.dispose()

    sites = [Site.open(Settings(home=tmp_path, database_url=url, demo=True)) for _ in range(4)]
    hosts = [threading.Thread(target=start, args=[each]) for each in sites]
    for each in hosts:
        each.start()
    for each in hosts:
        each.join()

    assert problems == []
    with empty.reader() as session:
        newest = session.execute(
            select(Definition.process_id, func.count()).group_by(Definition.process_id)
        ).all()
    assert newest
    assert {count for _, count in newest} == {1}
