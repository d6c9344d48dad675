"""Every stored content is looked at within a quarter; what is damaged is told until it is back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from engine.commands import content_checks, documents, upkeep
from engine.commands.documents import Content
from engine.model.incident import Incident
from engine.queries.contents import checked, damaged_documents
from engine.settings import DocumentSettings
from engine.storage.contents import QUARTER, Place, Portion
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)


class Counting(FolderStore):
    """A store that remembers what was read of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.read: list[str] = []

    def hash_of(self, sha256: str) -> str:
        self.read.append(sha256)
        return super().hash_of(sha256)

    def place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "documents")


@pytest.fixture
def filed(order: Database, a_case, store: Counting) -> list[str]:
    """The hashes of twelve documents of one case."""
    case, _ = a_case()
    contents = [_stored(store, f"sheet {each}".encode()) for each in range(12)]
    documents.attach(
        order.unit_of_work(), case, contents, actor=CLERK, at=NOON, limits=DocumentSettings()
    )
    return [each.sha256 for each in contents]


def _stored(store: FolderStore, content: bytes) -> Content:
    with store.receive(1_000) as incoming:
        incoming.write(content)
        store.keep(incoming)
        return Content("sheet.txt", "txt", incoming.size, incoming.sha256, scanned=False)


def looked(order: Database, store: FolderStore, since: datetime, until: datetime) -> None:
    """Make a round every nine days, and a last one."""
    while since < until:
        content_checks.look(order, store, since)
        since += 9 * DAY
    content_checks.look(order, store, until)


def open_now(order: Database) -> list[Incident]:
    with order.reader() as session:
        return list(session.scalars(select(Incident).where(Incident.resolved_at.is_(None))))


def test_each_content_is_looked_at_once_in_a_quarter(order, store, filed):
    looked(order, store, NOON, NOON + QUARTER)

    assert sorted(store.read) == sorted(filed)
    assert open_now(order) == []


def test_after_weeks_without_a_worker_all_that_was_due_is_looked_at_portion_by_portion(
    order, store, filed
):
    content_checks.look(order, store, NOON)
    back = NOON + QUARTER - timedelta(hours=1)

    for each in range(4):
        content_checks.look(order, store, back + each * content_checks.EVERY, Portion(5, 1_000))
        assert len(store.read) <= 5 * (each + 1)

    assert sorted(store.read) == sorted(filed)


def test_a_look_ends_where_it_has_read_enough_bytes(order, store, filed):
    content_checks.look(order, store, NOON)

    content_checks.look(order, store, NOON + QUARTER, Portion(100, 20))

    assert 1 <= len(store.read) <= 3


@pytest.mark.parametrize("way", ["changed", "gone"])
def test_a_damaged_content_is_one_incident_until_it_is_back(order, store, filed, way):
    looked(order, store, NOON, NOON)
    _damage(store, filed[3], way)

    looked(order, store, NOON + DAY, NOON + 2 * QUARTER)
    upkeep.make_round(order, NOON + 2 * QUARTER)

    [incident] = open_now(order)
    assert (incident.code, incident.instance_id) == ("ARC-001", None)
    with order.reader() as session:
        [document] = damaged_documents(session, incident.fingerprint, 9)
        assert checked(session, NOON + 2 * QUARTER).example == filed[3]
    assert (document.sha256, document.name) == (filed[3], "sheet.txt")

    store.place(filed[3]).write_bytes(b"sheet 3")
    later = NOON + 2 * QUARTER + content_checks.AGAIN_EVERY
    content_checks.look(order, store, later)

    assert open_now(order) == []
    with order.reader() as session:
        assert checked(session, later).damaged == 0


def test_alike_damage_is_one_cause(order, store, filed):
    looked(order, store, NOON, NOON)
    for each in filed:
        _damage(store, each, "gone")

    looked(order, store, NOON + DAY, NOON + QUARTER)

    assert len(open_now(order)) == len(filed)
    assert len({each.fingerprint for each in open_now(order)}) == 1


def test_what_no_row_names_any_more_is_no_damage(order, store, filed):
    looked(order, store, NOON, NOON)
    _damage(store, filed[0], "gone")
    looked(order, store, NOON + DAY, NOON + QUARTER)
    with order.engine.begin() as connection:
        connection.execute(
            text("DELETE FROM document_version WHERE sha256 = :sha256"), {"sha256": filed[0]}
        )

    content_checks.look(order, store, NOON + QUARTER + DAY)

    assert open_now(order) == []


def test_one_of_several_workers_looks(order, store, filed):
    content_checks.look(order, store, NOON)
    due = NOON + QUARTER

    told = [content_checks.look(order, store, due) for _ in range(3)]

    assert [count for count, _ in told][1:] == [0, 0]
    assert len(store.read) == len(set(store.read)) == told[0][0] > 0


def test_how_far_the_look_is_behind_is_known(order, store):
    content_checks.look(order, store, NOON)

    with order.reader() as session:
        behind = checked(session, NOON + 30 * DAY).behind
    assert behind is not None
    assert abs(behind - 30 * DAY) < timedelta(seconds=1)


@pytest.mark.parametrize("days", [0, 1, 45, 89])
def test_a_place_is_as_far_in_its_quarter_as_the_moment(days: int):
    first, place = Place.due(NOON), Place.due(NOON + days * DAY)

    assert first <= place == Place.read(str(place))
    assert abs(place.behind(NOON + 90 * DAY) - (90 - days) * DAY) < timedelta(seconds=1)


def _damage(store: Counting, sha256: str, way: str) -> None:
    if way == "gone":
        store.place(sha256).unlink()
    else:
        store.place(sha256).write_bytes(b"another")
