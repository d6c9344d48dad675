"""Drafts of areas: nothing that anybody saved is lost, and nothing harmful gets in."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from engine.catalogue.bundle import Bundle
from engine.catalogue.folder import LARGEST, MOST_FILES, read_archive
from engine.commands import area_drafts, drafts_whole, editing, people
from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.area_draft import DraftMoved, DraftNotFound, FileMoved
from engine.model.person import Actor
from engine.queries import studio
from engine.queries.areas import areas
from engine.storage.database import Database
from tests.storage.conftest import CLERK, CONFIG, NOON, ORDER

pytestmark = pytest.mark.both_databases

TEXT = "texts.en.toml"
LATER = NOON + timedelta(hours=1)


def _analyst(database: Database, username: str) -> Actor:
    kept = people.register(
        database.unit_of_work(), username, name_fa="تحلیلگر", name_en="Analyst", password_hash=None
    )
    desks = frozenset({"ANALYST@*"})
    return Actor(kept, username, username, username, None, desks=desks)


@pytest.fixture
def nima(order: Database) -> Actor:
    return _analyst(order, "nima")


@pytest.fixture
def roya(order: Database) -> Actor:
    return _analyst(order, "roya")


@pytest.fixture
def deployed() -> Bundle:
    return Bundle({"order.bpmn": ORDER.encode(), "process.toml": CONFIG.encode()})


@pytest.fixture
def draft(order: Database, deployed: Bundle, nima: Actor) -> UUID:
    """A draft begun from what is deployed: save 1 holds both files."""
    return area_drafts.begin(
        order.unit_of_work(), "order", "Faster", actor=nima, at=NOON, bundle_id=deployed.id
    )


@pytest.fixture
def saved(order: Database, draft: UUID, nima: Actor) -> Callable[..., int]:
    """Save a text file; return its new version."""

    def save(text: str, version: int, *, by: Actor = nima, minutes: int = 0) -> int:
        return area_drafts.save(
            order.unit_of_work(),
            draft,
            TEXT,
            text.encode(),
            version=version,
            actor=by,
            at=NOON + timedelta(minutes=minutes),
        )

    return save


def _text(database: Database, draft: UUID, actor: Actor, number: int | None = None) -> str:
    with database.reader() as session:
        return studio.file(session, draft, TEXT, actor, number)[0].decode()


def test_a_draft_begins_as_what_is_deployed_and_reads_as_a_bundle(order, draft, deployed, nima):
    with order.reader() as session:
        bundle = studio.bundle(session, draft, nima)
        page = studio.draft(session, draft, nima, NOON)

    assert bundle.id == deployed.id
    assert [(each.name, each.version) for each in page.files] == [
        ("order.bpmn", 1),
        ("process.toml", 1),
    ]
    assert not page.is_behind


def test_the_list_of_areas_tells_what_is_deployed_and_what_is_drawn(order, draft, nima):
    with order.reader() as session:
        [area] = areas(session, nima, NOON)

    assert (area.area, [each.process_id for each in area.processes]) == ("order", ["order"])
    assert [(each.id, each.title, each.editor) for each in area.drafts] == [(draft, "Faster", None)]


def test_saves_of_one_person_within_minutes_become_one_and_later_ones_do_not(
    saved, order, draft, nima
):
    first = saved("one", 0)
    second = saved("two", first, minutes=1)
    third = saved("three", second, minutes=7)

    with order.reader() as session:
        numbers = [each.number for each in studio.history(session, draft, nima)]
    assert numbers == [third, second, 1]
    assert _text(order, draft, nima, second) == "two"
    assert _text(order, draft, nima) == "three"


def test_a_save_that_was_given_a_name_stays(saved, order, draft, nima):
    first = saved("one", 0)
    area_drafts.name_save(order.unit_of_work(), draft, first, "before the review", actor=nima)

    saved("two", first, minutes=1)

    assert _text(order, draft, nima, first) == "one"


def test_of_two_who_save_the_same_the_second_sees_both_and_nothing_is_lost(
    saved, order, draft, nima, roya
):
    base = saved("base", 0)
    theirs = saved("hers", base, by=roya, minutes=1)

    with pytest.raises(FileMoved) as moved:
        saved("mine", base, minutes=2)

    assert (moved.value.theirs, moved.value.by) == (theirs, "roya")
    assert _text(order, draft, nima) == "hers"
    assert _text(order, draft, nima, moved.value.mine) == "mine"
    with order.reader() as session:
        assert studio.history(session, draft, nima)[0].is_aside


def test_what_was_kept_aside_can_be_put_in_its_place(saved, order, draft, nima, roya):
    base = saved("base", 0)
    saved("hers", base, by=roya, minutes=1)
    with pytest.raises(FileMoved) as moved:
        saved("mine", base, minutes=2)

    drafts_whole.restore(
        order.unit_of_work(), draft, moved.value.mine, actor=nima, at=LATER, name=TEXT
    )

    assert _text(order, draft, nima) == "mine"


def test_the_same_content_saved_twice_is_no_quarrel(saved, order, draft, nima, roya):
    base = saved("base", 0)
    theirs = saved("the same", base, by=roya)

    assert saved("the same", base) == theirs


def test_an_earlier_save_is_put_back_whole_and_the_later_ones_stay(
    saved, order, draft, deployed, nima
):
    first = saved("one", 0)

    changed = drafts_whole.restore(order.unit_of_work(), draft, 1, actor=nima, at=LATER)

    assert changed == 1
    with order.reader() as session:
        assert studio.bundle(session, draft, nima).id == deployed.id
        assert TEXT in studio.bundle(session, draft, nima, until=first).files
        assert studio.history(session, draft, nima)[0].restored == 1


def test_a_removed_file_is_gone_from_the_bundle_and_kept_in_the_history(saved, order, draft, nima):
    first = saved("one", 0)
    uow = order.unit_of_work()

    area_drafts.remove(uow, draft, TEXT, version=first, actor=nima, at=LATER)

    with order.reader() as session, pytest.raises(DraftNotFound):
        studio.file(session, draft, TEXT, nima)
    assert _text(order, draft, nima, first) == "one"
    with pytest.raises(DraftNotFound):
        area_drafts.remove(uow, draft, TEXT, version=first, actor=nima, at=LATER)


def test_a_folder_taken_in_replaces_what_stood_as_one_save(saved, order, draft, deployed, nima):
    version = saved("one", 0)
    files = {"order.bpmn": deployed.files["order.bpmn"], "texts.fa.toml": b""}

    changed = drafts_whole.take_in(
        order.unit_of_work(), draft, files, version=version, actor=nima, at=LATER
    )

    assert changed == 3
    with order.reader() as session:
        assert studio.bundle(session, draft, nima).files == files


def test_a_folder_is_not_taken_in_over_saves_nobody_saw(saved, order, draft, nima):
    saved("one", 0)

    with pytest.raises(DraftMoved):
        drafts_whole.take_in(order.unit_of_work(), draft, {}, version=1, actor=nima, at=LATER)


def test_a_discarded_draft_is_seen_by_nobody_until_it_is_brought_back(order, draft, nima):
    uow = order.unit_of_work()
    area_drafts.discard(uow, draft, actor=nima, at=LATER)

    with order.reader() as session, pytest.raises(DraftNotFound):
        studio.draft(session, draft, nima, LATER)

    area_drafts.bring_back(uow, draft, actor=nima)
    with order.reader() as session:
        assert studio.draft(session, draft, nima, LATER).saves == 1


def test_only_analysts_change_drafts_and_only_who_watches_reads_them(order, draft, saved, nima):
    clerk = replace(CLERK, person_id=nima.person_id)
    with pytest.raises(NotAtThisDesk):
        saved("one", 0, by=clerk)
    with order.reader() as session, pytest.raises(studio.NotAnAnalyst):
        studio.draft(session, draft, clerk, NOON)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        pytest.param("../order.bpmn", b"<a/>", "STU-002", id="out of the folder"),
        pytest.param("forms/../x.form", b"{}", "STU-002", id="out by the forms"),
        pytest.param("handlers.py", b"", "STU-002", id="code"),
        pytest.param(".hidden.toml", b"", "STU-002", id="hidden"),
        pytest.param("a\n.toml", b"", "STU-002", id="a line break"),
        pytest.param("<script>.bpmn", b"<a/>", "STU-002", id="markup"),
        pytest.param(
            "x.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "STU-003", id="entities"
        ),
        pytest.param("x.bpmn", b"<a>", "STU-003", id="cut off"),
        pytest.param("x.toml", b"a\0b", "STU-003", id="no text"),
        pytest.param("x.toml", b"\xff\xfe", "STU-003", id="not UTF-8"),
        pytest.param("x.toml", b"#" * (LARGEST + 1), "GEN-FILE-SIZE", id="huge"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(order, draft, nima, name, content, code):
    with pytest.raises(RulesBroken) as broken:
        area_drafts.save(order.unit_of_work(), draft, name, content, version=0, actor=nima, at=NOON)
    assert broken.value.code == code


def test_a_draft_holds_only_so_many_files(order, nima):
    files = {f"t{each}.toml": b"" for each in range(MOST_FILES)}
    draft = area_drafts.begin(order.unit_of_work(), "full", "", actor=nima, at=NOON, files=files)

    with pytest.raises(RulesBroken) as broken:
        area_drafts.save(
            order.unit_of_work(), draft, "more.toml", b"", version=0, actor=nima, at=NOON
        )
    assert broken.value.code == "STU-004"


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_folder_packed_by_a_file_manager_is_read_and_what_is_no_models_stays(deployed):
    packed = _zip(
        {
            "order/order.bpmn": deployed.files["order.bpmn"],
            "order/forms/a.form": b"{}",
            "order/handlers.py": b"",
            "order/tests/deep/x.toml": b"",
        }
    )

    assert sorted(read_archive(packed, "order.zip")) == ["forms/a.form", "order.bpmn"]


def test_what_a_bundle_packs_is_read_back(deployed):
    assert read_archive(deployed.pack(), "order.zip") == deployed.files


def _link(name: str, target: str) -> bytes:
    packed, entry = io.BytesIO(), zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, target)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(_zip({"../../etc/x.toml": b"a"}), "GEN-FILE-PATHS", id="out of the folder"),
        pytest.param(_zip({"C:/x.toml": b"a"}), "GEN-FILE-PATHS", id="a drive"),
        pytest.param(_link("x.toml", "/etc/passwd"), "GEN-FILE-PATHS", id="a link"),
        pytest.param(_zip({"x.toml": b"0" * 30 * 2**20}), "GEN-FILE-BOMB", id="a bomb"),
        pytest.param(
            _zip({f"{n}.toml": b"" for n in range(1_001)}), "GEN-FILE-BOMB", id="very many files"
        ),
        pytest.param(_zip({"a.toml": b"1"})[:-5], "GEN-FILE-DAMAGED", id="cut off"),
        pytest.param(b"no archive", "GEN-FILE-DAMAGED", id="no archive"),
        pytest.param(_zip({"readme.txt": b"hello"}), "STU-008", id="nothing of an area"),
        pytest.param(_zip({"x.exe": b"MZ"}), "GEN-FILE-PROGRAM", id="a program"),
        pytest.param(
            _zip({"big.toml": b"0" * (LARGEST + 1)}, zipfile.ZIP_STORED), "GEN-FILE-SIZE", id="huge"
        ),
    ],
)
def test_a_hostile_archive_is_refused_with_its_reason(content, code):
    with pytest.raises(RulesBroken) as broken:
        read_archive(content, "area.zip")
    assert broken.value.code == code


def _editor(database: Database, draft: UUID, at=NOON) -> list[tuple[UUID, bool]]:
    with database.reader() as session:
        return [(each.person_id, each.edits) for each in studio.pages(session, draft, at)]


def test_the_first_who_opens_a_draft_edits_and_hands_over_when_asked(order, draft, nima, roya):
    uow = order.unit_of_work()
    editing.is_here(uow, draft, actor=nima, at=NOON)
    editing.is_here(uow, draft, actor=roya, at=NOON)
    assert _editor(order, draft) == [(nima.person_id, True), (roya.person_id, False)]

    editing.ask(uow, draft, actor=roya, at=NOON)
    editing.hand_over(uow, draft, roya.person_id, actor=nima, at=NOON)

    assert _editor(order, draft) == [(roya.person_id, True), (nima.person_id, False)]


def test_who_does_not_answer_within_a_minute_is_relieved(order, draft, nima, roya):
    uow = order.unit_of_work()
    editing.is_here(uow, draft, actor=nima, at=NOON)
    with pytest.raises(editing.SomebodyEdits):
        editing.take_over(uow, draft, actor=roya, at=NOON)
    editing.ask(uow, draft, actor=roya, at=NOON)
    with pytest.raises(editing.SomebodyEdits):
        editing.take_over(uow, draft, actor=roya, at=NOON + timedelta(seconds=59))

    editing.take_over(uow, draft, actor=roya, at=NOON + timedelta(seconds=60))

    assert _editor(order, draft)[0] == (roya.person_id, True)


def test_who_has_left_or_is_not_heard_of_edits_no_more(order, draft, nima, roya):
    uow = order.unit_of_work()
    editing.is_here(uow, draft, actor=nima, at=NOON)
    editing.leave(uow, draft, actor=nima)
    editing.is_here(uow, draft, actor=roya, at=NOON)
    assert _editor(order, draft) == [(roya.person_id, True)]

    later = NOON + timedelta(minutes=2)
    editing.is_here(uow, draft, actor=nima, at=later)

    assert _editor(order, draft, later) == [(nima.person_id, True)]


def test_only_who_edits_hands_over_and_only_to_who_is_there(order, draft, nima, roya):
    uow = order.unit_of_work()
    editing.is_here(uow, draft, actor=nima, at=NOON)
    with pytest.raises(editing.SomebodyEdits):
        editing.hand_over(uow, draft, nima.person_id, actor=roya, at=NOON)
    with pytest.raises(DraftNotFound):
        editing.hand_over(uow, draft, uuid4(), actor=nima, at=NOON)
