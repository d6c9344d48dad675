"""The proof of one act: verified by a program that knows nothing of Divan; changed, it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from engine.commands.sealing import seal
from engine.journal import act_verifier
from engine.model.admin_event import AdminEventKind
from engine.model.event import event_table as event
from engine.queries.act_proof import proof_of
from engine.storage import journal
from engine.storage.admin_events import tell
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.paying import NOON

pytestmark = pytest.mark.both_databases

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()


@pytest.fixture
def database(bare_database: Database) -> Database:
    """Three cases and an act of an administrator in one batch, a fourth case in the next."""
    paying.deploy(bare_database)
    for amount in (1, 2, 3):
        paying.start(bare_database, amount)
    with bare_database.unit_of_work() as uow:
        tell(uow.session, AdminEventKind.PERSON_ADDED, actor="admin", at=NOON, person="kobra")
        uow.commit()
    assert seal(bare_database, KEY, NOON)
    paying.start(bare_database, 4)
    assert seal(bare_database, KEY, NOON + timedelta(minutes=1))
    return bare_database


def cases(database: Database) -> list[UUID]:
    with database.reader() as session:
        asked = select(event.c.instance_id).distinct().order_by(event.c.instance_id)
        return list(session.scalars(asked))


def proved(database: Database, case: UUID, seq: int | None = None, **how: Any) -> dict[str, Any]:
    with database.snapshot() as session:
        found = proof_of(session, case, seq)
        assert found is not None
        proof: dict[str, Any] = json.loads(found.as_json(**how))
        return proof


def test_every_act_of_every_case_is_proved_by_the_key_of_the_site(database: Database):
    for case in cases(database):
        for seq in range(1, len(proved(database, case)["acts"]) + 1):
            assert act_verifier.verify(proved(database, case, seq), {PUBLIC}) == []


def test_the_texts_of_the_act_alone_are_in_its_proof_unless_all_are_asked_for(database: Database):
    case = cases(database)[0]

    assert [each[3] is not None for each in proved(database, case, 1)["acts"]][:2] == [True, False]
    whole = proved(database, case, all_texts=True)
    assert all(each[3] is not None for each in whole["acts"])
    assert act_verifier.verify(whole, {PUBLIC}) == []


def test_whatever_is_changed_in_a_proof_is_found(database: Database):
    case = cases(database)[1]
    for change in (
        lambda it: it["acts"][0].__setitem__(3, '{"other": 1}'),
        lambda it: it["acts"][0].__setitem__(0, it["acts"][0][0].replace("started", "stopped")),
        lambda it: it["acts"].pop(),
        lambda it: it["path"][0].__setitem__(0, "00" * 32),
        lambda it: it.__setitem__("statement", it["statement"].replace('"cases":3', '"cases":2')),
        lambda it: it.__setitem__("key", "00" * 32),
    ):
        proof = proved(database, case, 1)
        change(proof)
        assert act_verifier.verify(proof, {PUBLIC}) != []


def test_an_act_whose_texts_were_erased_is_still_proved(database: Database):
    case = cases(database)[0]
    with database.unit_of_work() as uow:
        acts = journal.acts_until(uow.session, {case: 10_000})[case]
        journal.erase(uow.session, case, {1}, acts)
        uow.commit()

    proof = proved(database, case, 1)
    assert proof["acts"][0][1:] == [None, None, None]
    assert act_verifier.verify(proof, {PUBLIC}) == []


def test_what_is_not_sealed_has_no_proof(database: Database):
    paying.start(database, 5)
    [new] = set(cases(database)) - {each for each in cases(database) if _is_proved(database, each)}

    with database.snapshot() as session:
        assert proof_of(session, new, 1) is None


def _is_proved(database: Database, case: UUID) -> bool:
    with database.snapshot() as session:
        return proof_of(session, case) is not None


def test_the_program_is_run_alone_on_the_file(database: Database, tmp_path: Path, backend: str):
    case = cases(database)[0]
    (tmp_path / "proof.json").write_text(json.dumps(proved(database, case, 1)), encoding="utf-8")
    program = Path(str(act_verifier.__file__)).read_bytes()
    (tmp_path / "verify.py").write_bytes(program)

    told = subprocess.run(
        [sys.executable, "-I", "verify.py", "proof.json", PUBLIC],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert "no fault" in told.stdout
