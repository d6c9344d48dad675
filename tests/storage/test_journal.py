"""The journal: what is sealed is proved, and whatever is changed afterwards is found."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, func, select, text, update

from engine.commands import sealing
from engine.commands.sealing import seal
from engine.journal import verifier
from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.model.event import event_table as event
from engine.model.journal import JournalAdmin, JournalBatch, JournalChain, JournalSalt
from engine.queries.proofs import Proof, exported, verify
from engine.storage import journal
from engine.storage.admin_events import tell
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.paying import NOON

pytestmark = pytest.mark.both_databases

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()


@pytest.fixture
def database(bare_database: Database) -> Database:
    """Three cases and two acts of an administrator, sealed in two batches."""
    paying.deploy(bare_database)
    paying.start(bare_database, 1)
    paying.start(bare_database, 2)
    note(bare_database, "kobra")
    assert seal(bare_database, KEY, NOON)
    paying.start(bare_database, 3)
    note(bare_database, "sohrab")
    assert seal(bare_database, KEY, NOON + timedelta(minutes=1))
    return bare_database


def note(database: Database, person: str) -> None:
    with database.unit_of_work() as uow:
        tell(uow.session, AdminEventKind.PERSON_ADDED, actor="admin", at=NOON, person=person)
        uow.commit()


def looked_at(database: Database, **how: Any) -> Proof:
    with database.snapshot() as session:
        return verify(session, **how)


def codes(database: Database, **how: Any) -> set[str]:
    return {each.code for each in looked_at(database, **how).faults}


def do(database: Database, statement: Any) -> None:
    with database.unit_of_work() as uow:
        uow.session.connection().execute(statement)
        uow.commit()


def a_case(database: Database) -> UUID:
    with database.reader() as session:
        asked = select(event.c.instance_id).order_by(event.c.instance_id).limit(1)
        found: UUID = session.scalars(asked).one()
        return found


def statements(database: Database) -> list[bytes]:
    with database.snapshot() as session:
        return [each.statement for each in journal.batches(session)]


def test_what_nobody_touched_is_proved_to_the_last_act(database):
    proof = looked_at(database, keys=frozenset({PUBLIC}), anchored=statements(database))

    with database.reader() as session:
        written = session.scalar(select(func.count()).select_from(event))
    assert proof == Proof(batches=2, acts=written + 2, unsealed=0, faults=[])


def test_a_case_that_goes_on_is_sealed_on_from_where_it_was(database):
    case = a_case(database)
    do(database, _one_more(case))
    assert looked_at(database).unsealed == 1

    assert seal(database, KEY, NOON + timedelta(minutes=2)) == 1

    assert looked_at(database) == replace(looked_at(database), unsealed=0, faults=[])


def _one_more(case: UUID) -> Any:
    last = select(
        event.c.instance_id,
        func.max(event.c.seq) + 1,
        func.max(event.c.at),
        text("'reminded'"),
        text("'{}'"),
    )
    return event.insert().from_select(
        ["instance_id", "seq", "at", "kind", "facts"],
        last.where(event.c.instance_id == case).group_by(event.c.instance_id),
    )


def test_within_a_minute_nothing_is_sealed_twice_and_without_new_acts_there_is_no_batch(database):
    paying.start(database, 4)

    assert seal(database, KEY, NOON + timedelta(seconds=90)) == 0
    assert seal(database, KEY, NOON + timedelta(minutes=5)) > 0
    assert seal(database, KEY, NOON + timedelta(minutes=9)) == 0
    assert looked_at(database).batches == 3


def test_many_acts_are_sealed_in_several_batches(database, monkeypatch):
    monkeypatch.setattr(sealing, "PORTION", 2)
    for amount in range(3):
        paying.start(database, amount)

    assert seal(database, KEY, NOON + timedelta(minutes=5)) > 4

    proof = looked_at(database)
    assert (proof.faults, proof.unsealed) == ([], 0)
    assert proof.batches > 4


OF_THE_FIRST = event.c.seq == 1
EDITS: dict[str, Any] = {
    "who": update(event).where(OF_THE_FIRST).values(actor="somebody"),
    "when": update(event).where(OF_THE_FIRST).values(at=NOON - timedelta(seconds=1)),
    "what": update(event).where(OF_THE_FIRST).values(kind="finished"),
    "facts": update(event).where(OF_THE_FIRST).values(facts={"amount": 9}),
    "the first is gone": delete(event).where(OF_THE_FIRST),
    "all are gone": delete(event),
    "an administrator's": update(AdminEvent).values(person="another"),
    "the case an administrator's is of": update(AdminEvent).values(case_id=UUID(int=1)),
    "an administrator's is gone from the batch": delete(JournalAdmin),
    "a chain": update(JournalChain).values(head=bytes(32)),
    "the chains are gone": delete(JournalChain),
    "a secret": update(JournalChain).values(secret=bytes(16)),
    "leaves": update(JournalBatch).values(cases=b""),
    "leaves that are cut off": update(JournalBatch).values(cases=b"x"),
    "a statement": update(JournalBatch).values(statement=b"{}"),
    "a signature": update(JournalBatch).values(signature=bytes(64)),
    "a batch is gone": delete(JournalBatch).where(JournalBatch.number == 1),
}


def test_what_was_changed_is_found(database):
    for name, edit in EDITS.items():
        with database.unit_of_work() as uow:  # what is changed here is never committed
            if name == "a batch is gone":
                uow.session.connection().execute(delete(JournalAdmin))
            uow.session.connection().execute(edit)
            assert verify(uow.session).faults, name
    assert looked_at(database).faults == []


def test_one_act_that_was_changed_names_its_case_and_no_other(database):
    case = a_case(database)
    do(database, update(event).where(event.c.instance_id == case, OF_THE_FIRST).values(name="x"))

    faults = looked_at(database).faults

    assert [(each.code, each.place) for each in faults] == [
        ("JRN-009", f"case {case}"),
        ("JRN-004", "batch 1"),
    ]


def test_history_written_anew_or_cut_off_is_found_by_the_anchor_alone(database):
    outside = statements(database)
    for table in (JournalAdmin, JournalChain, JournalBatch):
        do(database, delete(table))
    do(database, update(event).values(actor="somebody"))
    seal(database, KEY, NOON + timedelta(hours=1))

    assert codes(database, keys=frozenset({PUBLIC})) == set()
    assert codes(database, anchored=outside) == {"JRN-005"}


def test_a_batch_signed_by_another_key_is_not_trusted(database):
    other = Ed25519PrivateKey.generate()
    paying.start(database, 4)
    seal(database, other, NOON + timedelta(hours=1))

    assert codes(database) == set()
    assert codes(database, keys=frozenset({PUBLIC})) == {"JRN-002"}


def test_what_was_erased_leaves_the_chain_whole_and_the_rest_provable(database):
    case = a_case(database)
    with database.unit_of_work() as uow:
        [acts] = [acts for each, acts in journal.all_acts(uow.session) if each == case]
        journal.erase(uow.session, case, {1}, acts)
        uow.session.connection().execute(
            update(event)
            .where(event.c.instance_id == case, OF_THE_FIRST)
            .values(actor=None, facts={})
        )
        uow.commit()
    do(database, _one_more(case))
    seal(database, KEY, NOON + timedelta(hours=1))

    proof = looked_at(database)
    assert (proof.faults, proof.unsealed) == ([], 0)
    do(
        database,
        update(event).where(event.c.instance_id == case, event.c.seq == 2).values(name="x"),
    )
    assert "JRN-009" in codes(database)
    with database.reader() as session:
        assert session.get(JournalChain, case).secret is None
        assert session.get(JournalSalt, (case, 1)).salt is None


def test_the_anchor_gets_each_batch_once_though_a_line_was_cut_off(database, tmp_path):
    file = tmp_path / "outside" / "anchor"

    assert sealing.anchor(database, file) == 2
    assert sealing.anchor(database, file) == 0
    file.write_bytes(file.read_bytes()[:-30])
    paying.start(database, 4)
    seal(database, KEY, NOON + timedelta(hours=1))
    assert sealing.anchor(database, file) == 2

    lines = file.read_bytes().splitlines()
    assert [sealing.anchored(each) for each in lines] == statements(database)


@pytest.mark.parametrize("with_texts", [False, True])
def test_an_export_is_proved_by_a_program_that_knows_nothing_of_divan(
    database, tmp_path, with_texts
):
    with database.snapshot() as session:
        lines = list(exported(session, with_texts=with_texts))
    file = tmp_path / "journal.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")

    asked = [sys.executable, "-I", verifier.__file__, str(file), PUBLIC.hex()]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "in 2 batches: no fault" in done.stdout
    assert (f'"{paying.CLERK.username}"' in file.read_text("utf-8")) == with_texts


@pytest.mark.only_on("sqlite", why="an export is the same from either")
def test_whatever_is_changed_in_an_export_is_found(database):
    with database.snapshot() as session:
        lines = list(exported(session, with_texts=True))
    assert verifier.verify(lines)[0] == []
    of_chance = Random(7)

    for _ in range(100):
        assert _finds_fault(_tampered(lines, of_chance))
    assert "trusted" in verifier.verify(lines, ["00" * 32])[0][0]


def _finds_fault(lines: list[str]) -> bool:
    try:
        return bool(verifier.verify(lines)[0])
    except (ValueError, LookupError, TypeError):  # no export any more
        return True


def _tampered(lines: list[str], of_chance: Random) -> list[str]:
    """Change a letter, or drop a line; the last is held to the anchor alone."""
    found = list(lines)
    place = of_chance.randrange(len(found) - 1)
    if of_chance.random() < 0.1:
        del found[place]
        return found
    line = found[place]
    signature = json.loads(line)[2] if line.startswith('["batch"') else "-"
    start = line.find(signature)  # of which the last speaks for those before
    letters = [i for i, letter in enumerate(line) if letter.isalnum()]
    at = of_chance.choice([i for i in letters if not start <= i < start + len(signature)])
    found[place] = line[:at] + chr(ord(line[at]) ^ 1) + line[at + 1 :]
    return found
