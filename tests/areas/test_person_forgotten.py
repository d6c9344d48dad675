"""A person who is paid is made anonymous: the accounts go with the person, and proofs hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.commands import keeping, sealing
from engine.jobs.run import run_due
from engine.journal.chain import record
from engine.model.batch import Batch
from engine.model.person import Grant, Person
from engine.queries.proofs import verify
from engine.storage import journal
from engine.storage.actors import by_username
from engine.storage.database import Database
from engine.values import is_national_code
from processes.financial_documents.records import VerifiedPayee
from tests.kit.everything import everything
from tests.kit.sites import NOON

SignedIn = Callable[[str], FlaskClient]
AREA = "/areas/financial_documents"
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
CODE = "1583250689"
ACCOUNTS = ("IR850610000000100200300400", "IR840120000000000123456789")
LATER = NOON + timedelta(days=1)


def test_accounts_of_a_person_are_in_no_proof_in_clear_and_go_with_the_person(
    database: Database, signed_in: SignedIn
):
    for iban in ACCOUNTS:
        typed = {"payee_id": CODE, "name": "بهمن یگانه", "iban": iban}
        assert signed_in("fin_expert").post(f"{AREA}/payees/account", data=typed).status_code == 303
    with database.reader() as session:
        entered = session.scalars(select(VerifiedPayee.id).where(VerifiedPayee.payee_id == CODE))
        ids = entered.all()
    for each in ids:
        assert signed_in("fin_head").post(f"{AREA}/payees/account/{each}").status_code == 303
    before = everything(database, without="bundle")
    assert all(each in before for each in (CODE, *ACCOUNTS))
    sealing.seal(database, KEY, NOON)

    for hashed in _hashed(database):
        assert not any(map(is_national_code, re.findall(r"(?<!\w)\d{10}(?!\w)", hashed)))
        assert not re.search(r"IR\d{24}", hashed)

    batch = _anonymised(database, [CODE, "بهمن یگانه"])  # nobody typed the accounts
    assert (batch.state, batch.failed) == ("done", 0)
    after = everything(database, without="bundle")
    assert [each for each in (CODE, *ACCOUNTS, "بهمن یگانه") if each in after] == []
    sealing.seal(database, KEY, LATER + timedelta(minutes=5))
    with database.snapshot() as session:
        assert verify(session).faults == []
        left = session.scalars(select(VerifiedPayee).where(VerifiedPayee.id.in_(ids))).all()
    assert len({each.iban for each in left}) == len(ACCOUNTS)  # still two accounts of one payee


def _hashed(database: Database) -> list[str]:
    """Return what was hashed of every act that a batch holds."""
    with database.reader() as session:
        acts = [
            record(act, salts).decode()
            for batch in journal.batches(session)
            for act, salts in journal.admin_acts_of(session, batch.number)
        ]
    assert any('"kind":"area_act"' in each for each in acts)
    return acts


def _anonymised(database: Database, texts: list[str]) -> Batch:
    with database.unit_of_work() as uow:
        for username, role in (("keeper.of.records", "RECORDS"), ("who.audits", "AUDITOR")):
            person = Person(username=username, name_fa=username, name_en=username)
            uow.session.add(person)
            uow.session.flush()
            uow.session.add(Grant(person_id=person.id, role=role, unit_code="*"))
        uow.commit()
    with database.reader() as session:
        keeper, auditor = (
            by_username(session, each, NOON) for each in ("keeper.of.records", "who.audits")
        )
    assert keeper is not None
    assert auditor is not None
    uow = database.unit_of_work()
    asked = keeping.ask_anonymise(uow, None, texts, "has asked for it", actor=keeper, at=LATER)
    batch_id = keeping.confirm(uow, asked, "", actor=auditor, at=LATER)
    run_due(database, lambda: LATER)
    with database.reader() as session:
        return session.get_one(Batch, batch_id)
