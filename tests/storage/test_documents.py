"""A case's documents: handed in, replaced, withdrawn, never lost and never left over."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.commands import documents, instances, tasks
from engine.commands.documents import Content
from engine.errors import (
    CaseFinished,
    ContentMissing,
    DocumentNotFound,
    DocumentWithdrawn,
    NotInThisCase,
    NotTaskHolder,
    RulesBroken,
    TaskNotFound,
)
from engine.model.event import event_table
from engine.queries import documents as queries
from engine.settings import DocumentSettings
from engine.storage import documents as rows
from engine.storage.database import Database
from engine.storage.document_store import LEFT_OVER, FolderStore
from tests.storage.conftest import CLERK, HEAD, NOON, OTHER_CLERK, STRANGER, _person

pytestmark = pytest.mark.both_databases

LIMITS = DocumentSettings()
AUDITOR = _person("auditor", "AUDITOR@*")
ADMIN = _person("admin", "ADMIN@*")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "documents")


def stored(store: FolderStore, content: bytes = b"one", name: str = "a.txt") -> Content:
    with store.receive(1_000_000) as incoming:
        incoming.write(content)
        store.keep(incoming)
        return Content(name, "txt", incoming.size, incoming.sha256, scanned=False)


def attached(order: Database, a_case, store: FolderStore) -> tuple[UUID, UUID, UUID]:
    case, task = a_case()
    [document] = documents.attach(
        order.unit_of_work(),
        case,
        [stored(store)],
        actor=CLERK,
        at=NOON,
        limits=LIMITS,
        task_id=task,
        field="sheets",
    )
    return case, task, document


def kinds_told(order: Database, case: UUID) -> list[str]:
    with order.reader() as session:
        asked = select(event_table.c.kind).where(event_table.c.instance_id == case)
        return list(session.scalars(asked.order_by(event_table.c.seq)))


def test_a_document_is_in_the_file_with_its_hash_and_the_line_that_tells_of_it(
    order, a_case, store
):
    case, task, document = attached(order, a_case, store)

    with order.reader() as session:
        [filed] = queries.of_case(session, case, CLERK)
        told = session.execute(
            select(event_table.c.kind, event_table.c.actor, event_table.c.facts).where(
                event_table.c.instance_id == case, event_table.c.facts.contains(str(document))
            )
        ).one()
    assert (filed.id, filed.task_id, filed.element_id, filed.field) == (
        document,
        task,
        "prepare",
        "sheets",
    )
    assert filed.newest.sha256 == hashlib.sha256(b"one").hexdigest() == told.facts["sha256"]
    assert (told.kind, told.actor) == ("document_added", "clerk")
    with store.open(filed.newest.sha256) as file:
        assert file.read() == b"one"


def test_a_newer_version_counts_and_the_older_stays(order, a_case, store):
    case, _, document = attached(order, a_case, store)

    number = documents.replace(
        order.unit_of_work(),
        document,
        stored(store, b"two", "b.txt"),
        actor=OTHER_CLERK,
        at=NOON,
        limits=LIMITS,
    )

    with order.reader() as session:
        [filed] = queries.of_case(session, case, CLERK)
        first = queries.content(session, case, document, 1, CLERK)
    assert number == 2
    assert [each.name for each in filed.versions] == ["b.txt", "a.txt"]
    assert (first.name, first.added_by) == ("a.txt", "clerk")


def test_a_withdrawn_document_stays_with_its_reason_and_changes_no_more(order, a_case, store):
    case, _, document = attached(order, a_case, store)
    uow = order.unit_of_work()

    documents.withdraw(uow, document, " wrong contract ", actor=CLERK, at=NOON)

    with order.reader() as session:
        [filed] = queries.of_case(session, case, CLERK)
        assert queries.content(session, case, document, 1, CLERK).name == "a.txt"
    assert (filed.counts, filed.withdrawn_by, filed.withdrawn_reason) == (
        False,
        "clerk",
        "wrong contract",
    )
    assert kinds_told(order, case)[-1] == "document_withdrawn"
    with pytest.raises(DocumentWithdrawn):
        documents.withdraw(uow, document, "again", actor=CLERK, at=NOON)
    with pytest.raises(DocumentWithdrawn):
        documents.replace(uow, document, stored(store), actor=CLERK, at=NOON, limits=LIMITS)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1_001])
def test_a_withdrawal_says_why(order, a_case, store, reason: str):
    _, _, document = attached(order, a_case, store)

    with pytest.raises(RulesBroken):
        documents.withdraw(order.unit_of_work(), document, reason, actor=CLERK, at=NOON)


@pytest.mark.parametrize("actor", [STRANGER, AUDITOR, ADMIN, HEAD], ids=lambda each: each.username)
def test_who_has_no_part_in_a_case_adds_nothing_to_its_file(order, a_case, store, actor):
    case, _, document = attached(order, a_case, store)
    before = kinds_told(order, case)

    with pytest.raises(NotInThisCase):
        documents.attach(
            order.unit_of_work(), case, [stored(store)], actor=actor, at=NOON, limits=LIMITS
        )
    with pytest.raises(NotInThisCase):
        documents.withdraw(order.unit_of_work(), document, "no", actor=actor, at=NOON)
    assert kinds_told(order, case) == before


def test_only_its_holder_hands_in_with_a_step(order, a_case, store):
    case, task, _ = attached(order, a_case, store)
    uow = order.unit_of_work()

    with pytest.raises(NotTaskHolder):
        documents.attach(
            uow, case, [stored(store)], actor=OTHER_CLERK, at=NOON, limits=LIMITS, task_id=task
        )
    with pytest.raises(TaskNotFound):
        documents.attach(
            uow, case, [stored(store)], actor=CLERK, at=NOON, limits=LIMITS, task_id=uuid4()
        )


def test_a_colleague_without_the_step_withdraws_nothing_of_others(order, a_case, store):
    _, _, document = attached(order, a_case, store)

    with pytest.raises(NotInThisCase):
        documents.withdraw(order.unit_of_work(), document, "no", actor=OTHER_CLERK, at=NOON)


def test_the_file_of_a_case_that_has_ended_changes_no_more(order, a_case, store):
    case, _, document = attached(order, a_case, store)
    uow = order.unit_of_work()
    instances.cancel(uow, case, "over", actor=ADMIN, at=NOON)

    with pytest.raises(CaseFinished):
        documents.attach(uow, case, [stored(store)], actor=CLERK, at=NOON, limits=LIMITS)
    with pytest.raises(CaseFinished):
        documents.withdraw(uow, document, "late", actor=CLERK, at=NOON)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (DocumentSettings(most=1), "GEN-FILE-MANY"),
        (DocumentSettings(case_size=1), "GEN-FILE-CASE"),
    ],
)
def test_a_file_has_room_for_so_much(order, a_case, store, limits, code: str):
    case, _, _ = attached(order, a_case, store)
    large = stored(store, b"x" * 2**20)

    with pytest.raises(RulesBroken) as refused:
        documents.attach(order.unit_of_work(), case, [large], actor=CLERK, at=NOON, limits=limits)
    assert refused.value.code == code


def test_what_others_cases_hold_is_not_found(order, a_case, store):
    case, _, document = attached(order, a_case, store)
    other, _ = a_case()

    with order.reader() as session:
        assert queries.content(session, case, document, 1, HEAD).name == "a.txt"
        for asked in ((case, document, 2, CLERK), (other, document, 1, CLERK),
                      (case, document, 1, STRANGER)):  # fmt: skip
            with pytest.raises(DocumentNotFound):
                queries.content(session, *asked)


def test_a_step_goes_on_while_a_document_comes(order, a_case, store):
    case, task, _ = attached(order, a_case, store)

    tasks.complete(order.unit_of_work(), task, {}, actor=CLERK, at=NOON)
    documents.attach(
        order.unit_of_work(), case, [stored(store)], actor=CLERK, at=NOON, limits=LIMITS
    )

    assert kinds_told(order, case)[-1] == "document_added"


def _aged(store: FolderStore, content: Content) -> None:
    """Have a content be of the day before yesterday."""
    past = (datetime.now(UTC) - 2 * LEFT_OVER).timestamp()
    place = store._place(content.sha256)
    os.utime(place, (past, past))


def test_what_a_failed_transaction_left_over_is_swept_and_nothing_else(order, a_case, store):
    attached(order, a_case, store)
    kept = stored(store)  # equal to what the case has
    fresh, left = stored(store, b"fresh"), stored(store, b"left")
    _aged(store, kept)
    _aged(store, left)
    now = datetime.now(UTC)

    assert documents.sweep(order, store, now) == 1

    assert store.hash_of(kept.sha256) == kept.sha256
    assert store.hash_of(fresh.sha256) == fresh.sha256
    with pytest.raises(ContentMissing):
        store.open(left.sha256)
    assert documents.sweep(order, store, now + timedelta(minutes=1)) == 0  # once an hour


def test_what_is_stored_again_while_it_is_swept_stays(store):
    left = stored(store, b"left")
    _aged(store, left)
    asked: list[object] = []

    def named(hashes) -> set[str]:
        asked.append(hashes)
        if len(asked) == 1:
            stored(store, b"left")  # somebody hands in the same again
        return set()

    assert store.sweep(named, datetime.now(UTC)) == 0
    assert store.hash_of(left.sha256) == left.sha256


def test_what_is_named_after_it_was_asked_for_is_put_back(order, a_case, store):
    left = stored(store, b"left")
    _aged(store, left)
    answers = iter([set(), {left.sha256}])

    assert store.sweep(lambda _: next(answers), datetime.now(UTC)) == 0
    assert store.hash_of(left.sha256) == left.sha256


def test_an_upload_that_broke_off_is_swept_after_a_day(store):
    broken = store.receive(10)
    broken.write(b"half")
    past = time.time() - 2 * LEFT_OVER.total_seconds()
    os.utime(broken.path, (past, past))
    whole = store.receive(10)

    store.sweep(lambda hashes: hashes, datetime.now(UTC))

    assert not broken.path.exists()
    assert whole.path.exists()
    whole.close()
    assert not whole.path.exists()


def test_beyond_its_limit_a_content_takes_no_room(store):
    with store.receive(10) as incoming:
        for _ in range(1_000):
            incoming.write(b"x" * 1_000)
        assert incoming.is_too_large
        assert incoming.path.stat().st_size <= 1_000


def test_rows_name_what_they_hold(order, a_case, store):
    attached(order, a_case, store)
    held = hashlib.sha256(b"one").hexdigest()

    with order.reader() as session:
        assert rows.named(session, [held, "0" * 64]) == {held}
        assert queries.all_hashes(session) == (held,)
