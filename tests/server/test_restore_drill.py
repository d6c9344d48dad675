"""The restore drill: a backup taken while people work, put in place elsewhere, worked on."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.model.instance import TaskState, task_table
from engine.queries.invariants import broken
from engine.storage.database import Database
from tests.kit.databases import TOOLS, Databases
from tests.kit.server import DIVAN, LiveServer
from tests.kit.statements import Office, Refused

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("drill"), pytest.mark.timeout(600)]


class Site:
    """One deployment of the drill: its folder, its database, its command."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url
        self.home.mkdir()

    def divan(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        kept = {name: each for name, each in os.environ.items() if not name.startswith("DIVAN_")}
        own = {
            "DIVAN_HOME": str(self.home),
            "DIVAN_DATABASE_URL": self.url,
            "DIVAN_POSTGRESQL_TOOLS": str(TOOLS),
        }
        return subprocess.run(
            [DIVAN, *map(str, arguments)],
            env=kept | own,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )

    def serve(self) -> LiveServer:
        return LiveServer(self.home, database_url=self.url).start()

    def completed(self) -> set[str]:
        """Return the ids of the completed tasks."""
        database = Database(self.url)
        with database.reader() as session:
            state = task_table.c.state == TaskState.COMPLETED.value
            found = {str(each) for each in session.scalars(select(task_table.c.id).where(state))}
            assert broken(session) == ()
        database.dispose()
        return found


@pytest.fixture
def new_site(
    databases: Databases, prepared: Callable[[str, str], str], backend: str, tmp_path: Path
) -> Iterator[Callable[..., Site]]:
    """Return a function making a site: an empty one, or one with the tables and nothing in them."""
    urls: list[str] = []

    def make(name: str, content: str | None = None) -> Site:
        urls.append(databases.create(backend, prepared(backend, content) if content else None))
        return Site(tmp_path / name, urls[-1])

    yield make
    for each in urls:
        databases.drop(each)


@pytest.mark.both_databases
def test_a_backup_taken_under_load_holds_every_act_before_it_and_is_worked_on(
    new_site: Callable[..., Site], tmp_path: Path
):
    site = new_site("site")
    server = site.serve()
    office = Office(server.address)
    acknowledged: list[str] = []
    stop = threading.Event()

    def work() -> None:
        office.file(1)
        while not stop.is_set():
            for name, address in office.open_steps():
                with contextlib.suppress(Refused):
                    office.do(name, address, 1)
                    acknowledged.append(address.rpartition("/")[2])

    working = threading.Thread(target=work)
    working.start()
    while len(acknowledged) < 3:
        time.sleep(0.02)
    before = set(acknowledged)
    made = site.divan("backup", tmp_path / "backup.tar")
    stop.set()
    working.join()
    office.close()
    server.stop()
    assert made.returncode == 0, made.stderr

    other = new_site("other")
    began = time.monotonic()
    restored = other.divan("restore", tmp_path / "backup.tar")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert before <= other.completed() <= site.completed()
    assert (other.home / "secret_key").read_bytes() == (site.home / "secret_key").read_bytes()

    server = other.serve()
    print("seconds to be back", time.monotonic() - began)
    office = Office(server.address)
    office.settle(1)
    assert office.is_paid(1)
    office.close()
    server.stop()


@pytest.mark.both_databases
def test_a_place_that_is_not_empty_is_left_alone_unless_forced(
    new_site: Callable[..., Site], tmp_path: Path
):
    site = new_site("site", "all tables")
    assert site.divan("backup", tmp_path / "backup").returncode == 0
    assert site.divan("user", "late", "--name-fa", "پ", "--name-en", "P").returncode == 1

    refused = site.divan("restore", tmp_path / "backup")
    assert (refused.returncode, refused.stderr.strip()) == (
        1,
        "the database is not empty; --force replaces what it holds",
    )
    assert site.divan("restore", "--force", tmp_path / "backup").returncode == 0
    assert site.completed() == set()


@pytest.mark.parametrize("damage", ["change", "remove", "add"])
def test_a_damaged_backup_is_refused_by_the_name_of_what_is_damaged(
    new_site: Callable[..., Site], tmp_path: Path, damage: str
):
    site = new_site("site", "all tables")
    assert site.divan("backup", tmp_path / "backup").returncode == 0
    file = tmp_path / "backup" / "database.sqlite"
    if damage == "change":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage == "remove":
        file.unlink()
    else:
        file = file.with_name("documents")
        file.write_text("not ours", encoding="utf-8")

    refused = new_site("other").divan("restore", tmp_path / "backup")

    assert refused.returncode == 1
    assert refused.stderr.strip() == f"not as they were backed up: {file.name}"


def test_a_backup_is_for_its_owner_only_and_never_overwrites(
    new_site: Callable[..., Site], tmp_path: Path
):
    site = new_site("site", "all tables")
    target = tmp_path / "backup.tar"
    assert site.divan("backup", target).returncode == 0
    assert target.stat().st_mode & 0o077 == 0
    with tarfile.open(target) as archive:
        assert set(archive.getnames()) == {"manifest.json", "database.sqlite", "secret_key"}
    assert "is there already" in site.divan("backup", target).stderr
    assert "holds no backup" in new_site("other").divan("restore", site.home).stderr
