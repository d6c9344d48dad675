"""Cases are kept as long as their rule says, then purged by two people; the journal stays whole."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, func, select, update

from engine.commands import instances, keeping, sealing
from engine.commands.admins import CONSOLE
from engine.errors import NotAtThisDesk, RulesBroken
from engine.jobs.run import run_due
from engine.journal import verifier
from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.model.batch import Batch, batch_item_table
from engine.model.document import Document, DocumentVersion
from engine.model.event import event_table
from engine.model.instance import instance_table, task_table
from engine.model.person import Actor, Grant, Person
from engine.model.retention import CaseHeld, ErasureDecided, NotHeld, OwnErasure, Tombstone
from engine.queries.invariants import broken
from engine.queries.proofs import Proof, exported, verify
from engine.storage.actors import by_username
from engine.storage.database import Database
from engine.values import JalaliDate, local_date
from tests.kit import paying
from tests.kit.everything import everything
from tests.kit.paying import NOON

pytestmark = pytest.mark.both_databases

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
RULED = paying.LANES.replace(
    "[payment]\n", '[payment]\nretention = "financial"\nretention_years = 10\n'
)
#: Jalali: the day after the tenth return of the day the case ended on
DUE = NOON.replace(year=2036) + timedelta(days=2)


def _people(database: Database) -> dict[str, Actor]:
    made = {}
    with database.unit_of_work() as uow:
        for username, role, code in (
            ("pari", "RECORDS", "0084575948"),
            ("nader", "AUDITOR", "0013542419"),
            ("pari2", "AUDITOR", "0084575948"),
        ):
            person = Person(
                username=username, name_fa=username, name_en=username, national_code=code
            )
            uow.session.add(person)
            uow.session.flush()
            uow.session.add(Grant(person_id=person.id, role=role, unit_code="*"))
        uow.commit()
    with database.reader() as session:
        for username in ("pari", "nader", "pari2"):
            actor = by_username(session, username, NOON)
            assert actor is not None
            made[username] = actor
    return made


@pytest.fixture
def site(bare_database: Database) -> tuple[Database, dict[str, Actor]]:
    paying.deploy(bare_database, RULED + paying.CALL)
    return bare_database, _people(bare_database)


def _ended(database: Database, amount: int = 5) -> UUID:
    case = paying.start_with(database, {"amount": amount, "about": "Nastaran Vaziri"})
    instances.cancel(database.unit_of_work(), case, "over", actor=CONSOLE, at=NOON)
    return case


def _seal(database: Database, at: datetime) -> None:
    sealing.seal(database, KEY, at)


def _purged(database: Database, people: dict[str, Actor], at: datetime = DUE) -> Batch:
    uow = database.unit_of_work()
    asked = keeping.ask_purge(uow, "payment", "their time is over", actor=people["pari"], at=at)
    batch_id = keeping.confirm(uow, asked, "seen", actor=people["nader"], at=at)
    run_due(database, lambda: at)
    with database.reader() as session:
        return session.get_one(Batch, batch_id)


def _count(database: Database, table: Any, case: UUID) -> int:
    with database.reader() as session:
        asked = select(func.count()).select_from(table).where(table.c.instance_id == case)
        return session.scalar(asked) or 0


def _proof(database: Database) -> Proof:
    with database.snapshot() as session:
        return verify(session)


def _document(database: Database, case: UUID, sha256: str) -> None:
    with database.unit_of_work() as uow:
        document = Document(instance_id=case)
        uow.session.add(document)
        uow.session.flush()
        version = DocumentVersion(
            document_id=document.id,
            number=1,
            name="nastaran-vaziri.pdf",
            kind="pdf",
            size=7,
            sha256=sha256,
            added_at=NOON,
            added_by="clerk",
            event_seq=1,
            scanned=True,
        )
        uow.session.add(version)
        uow.commit()


def test_what_is_left_of_a_purged_case_is_a_tombstone_and_a_chain_that_is_whole(site):
    database, people = site
    gone, running = _ended(database), paying.start(database, 6)
    _document(database, gone, "ab" * 32)
    _document(database, running, "cd" * 32)
    _seal(database, NOON)

    batch = _purged(database, people)

    assert (batch.state, batch.done, batch.failed) == ("done", 1, 0)
    with database.reader() as session:
        stone = session.get_one(Tombstone, gone)
        row = session.execute(select(instance_table).where(instance_table.c.id == gone)).one()
        documents = list(session.scalars(select(DocumentVersion.sha256)))
        assert broken(session) == ()
    assert (stone.asked_by, stone.confirmed_by, stone.record_class) == (
        "pari",
        "nader",
        "financial",
    )
    assert JalaliDate.of(stone.kept_until) == JalaliDate.of(local_date(NOON)).plus_months(120)
    assert (stone.documents, documents) == ({"ab" * 32: 7}, ["cd" * 32])
    assert (row.variables, row.snapshot, row.started_by, row.state) == ({}, b"", "", "cancelled")
    assert _count(database, event_table, gone) == _count(database, task_table, gone) == 0
    assert _count(database, event_table, running) > 0
    _seal(database, DUE + timedelta(minutes=5))
    proof = _proof(database)
    assert (proof.faults, proof.purged) == ([], 1)


def test_the_verifier_of_an_export_believes_the_hashes_of_a_purged_case(site):
    database, people = site
    _ended(database)
    paying.start(database, 6)
    _seal(database, NOON)
    _purged(database, people)
    with database.snapshot() as session:
        lines = list(exported(session, with_texts=True))

    faults, _, batches = verifier.verify(lines)

    assert (faults, batches) == ([], 1)
    [purged] = [number for number, each in enumerate(lines) if each.startswith('["purged"')]
    kind, case, hashes = json.loads(lines[purged])
    lines[purged] = json.dumps([kind, case, [hashes[0], *hashes]])
    assert verifier.verify(lines)[0]


def test_a_case_that_was_deleted_without_leave_is_found_though_somebody_set_a_stone(site):
    database, people = site
    _ended(database)
    _seal(database, NOON)
    _purged(database, people)
    with database.unit_of_work() as uow:
        kind = AdminEventKind.CASE_PURGED.value
        uow.session.execute(delete(AdminEvent).where(AdminEvent.kind == kind))
        uow.commit()

    assert {each.code for each in _proof(database).faults} == {"JRN-004", "JRN-006"}


def test_until_its_time_is_over_a_case_is_not_due_and_a_running_one_never_is(site):
    database, people = site
    _ended(database)
    paying.start(database, 6)
    day = JalaliDate.of(local_date(NOON)).plus_months(120).gregorian()
    last = NOON.replace(year=day.year, month=day.month, day=day.day)

    with pytest.raises(RulesBroken):
        keeping.ask_purge(
            database.unit_of_work(), "payment", "early", actor=people["pari"], at=last
        )

    assert _purged(database, people, last + timedelta(days=1)).total == 1


def test_a_held_case_stays_until_the_hold_is_lifted_and_both_are_told(site):
    database, people = site
    held, other = _ended(database), _ended(database)
    uow = database.unit_of_work()
    keeping.hold(uow, held, "a court asks for it", actor=people["nader"], at=NOON)
    with pytest.raises(CaseHeld):
        keeping.hold(uow, held, "again", actor=people["nader"], at=NOON)

    assert _purged(database, people).total == 1
    assert _count(database, event_table, other) == 0 < _count(database, event_table, held)

    with pytest.raises(NotAtThisDesk):  # who laid it, or an auditor: not who asks for deletion
        keeping.lift(uow, held, "it is in the way", actor=people["pari"], at=NOON)
    keeping.lift(uow, held, "the court has decided", actor=people["pari2"], at=NOON)
    with pytest.raises(NotHeld):
        keeping.lift(uow, held, "again", actor=people["nader"], at=NOON)
    assert _purged(database, people).done == 1
    with database.reader() as session:
        kinds = list(session.scalars(select(AdminEvent.kind).where(AdminEvent.case_id == held)))
    assert kinds == ["hold_laid", "hold_lifted", "case_purged"]


def test_a_hold_laid_after_the_confirmation_still_keeps_the_case(site):
    database, people = site
    case = _ended(database)
    uow = database.unit_of_work()
    asked = keeping.ask_purge(uow, "payment", "over", actor=people["pari"], at=DUE)
    keeping.confirm(uow, asked, "", actor=people["nader"], at=DUE)
    keeping.hold(uow, case, "a court asks for it", actor=CONSOLE, at=DUE)

    run_due(database, lambda: DUE)

    assert _failures(database) == ["RET-001"]
    assert _count(database, event_table, case) > 0


def _failures(database: Database) -> list[str]:
    with database.reader() as session:
        asked = select(batch_item_table.c.code).where(batch_item_table.c.state == "failed")
        return list(session.scalars(asked))


def test_what_the_journal_has_not_sealed_yet_waits(site):
    database, people = site
    case = _ended(database)
    _seal(database, NOON)
    with database.unit_of_work() as uow:
        more = {"instance_id": case, "seq": 99, "at": NOON, "kind": "reminded", "facts": {}}
        uow.session.execute(event_table.insert().values(more))
        of_it = instance_table.c.id == case
        uow.session.execute(update(instance_table).where(of_it).values(event_count=99))
        uow.commit()

    _purged(database, people)

    assert _failures(database) == ["RET-004"]


def test_who_asks_keeps_records_and_who_confirms_audits_and_is_somebody_else(site):
    database, people = site
    _ended(database)
    uow = database.unit_of_work()
    with pytest.raises(NotAtThisDesk):
        keeping.ask_purge(uow, "payment", "over", actor=people["nader"], at=DUE)
    asked = keeping.ask_purge(uow, "payment", "over", actor=people["pari"], at=DUE)
    with pytest.raises(NotAtThisDesk):
        keeping.confirm(uow, asked, "", actor=people["pari"], at=DUE)
    with pytest.raises(OwnErasure):  # the same person under another account
        keeping.confirm(uow, asked, "", actor=people["pari2"], at=DUE)

    keeping.refuse(uow, asked, "not in this year", actor=people["nader"], at=DUE)

    with pytest.raises(ErasureDecided):
        keeping.confirm(uow, asked, "", actor=people["nader"], at=DUE)


def test_a_process_without_a_rule_is_kept_for_ever(bare_database):
    paying.deploy(bare_database)
    people = _people(bare_database)
    _ended(bare_database)

    with pytest.raises(RulesBroken):
        keeping.ask_purge(
            bare_database.unit_of_work(),
            "payment",
            "over",
            actor=people["pari"],
            at=NOON + timedelta(days=365 * 90),
        )


def test_nothing_of_a_purged_case_is_found_anywhere_in_the_database(site):
    database, people = site
    case = _ended(database)
    _document(database, case, "ab" * 32)
    _seal(database, NOON)
    assert "Nastaran" in everything(database)

    _purged(database, people)

    assert "astaran" not in everything(database)
