"""A person is made anonymous: nothing of the person is found, money and acts stay, proofs hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from engine.commands import batches, instances, keeping, sealing
from engine.commands.admins import CONSOLE
from engine.errors import NotAtThisDesk
from engine.jobs.run import run_due
from engine.model.act import canonical
from engine.model.admin_event import AdminEventKind
from engine.model.batch import Batch, batch_item_table
from engine.model.document import Document, DocumentVersion
from engine.model.event import event_table
from engine.model.instance import instance_table
from engine.model.person import Actor, Grant, Person
from engine.model.retention import AccountOpen
from engine.model.signature import KeptSignature, SignatureRequest
from engine.queries.invariants import broken
from engine.queries.proofs import verify
from engine.storage.actors import by_username
from engine.storage.admin_events import tell
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.everything import everything
from tests.kit.paying import NOON

pytestmark = pytest.mark.both_databases

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PERSONAL = '\n[payment.personal]\napplicant = "name"\naddress = "address"\n'
LATER = NOON + timedelta(days=1)


@pytest.fixture
def site(migrated_database: Database) -> Database:
    """Somebody who left, two who keep and audit, and the process that pays."""
    paying.deploy(migrated_database, paying.LANES + PERSONAL + paying.CALL)
    with migrated_database.unit_of_work() as uow:
        for username, name_fa, name_en, role, code in (
            ("n.vaziri", "نسترن وزیری", "Nastaran Vaziri", "CLERK@D07", "0013542419"),
            ("pari", "پری", "Pari", "RECORDS@*", "0084575948"),
            ("nader", "نادر", "Nader", "AUDITOR@*", None),
        ):
            person = Person(username=username, name_fa=name_fa, name_en=name_en, national_code=code)
            person.email = f"{username}@example.org"
            uow.session.add(person)
            uow.session.flush()
            held, _, unit = role.partition("@")
            uow.session.add(Grant(person_id=person.id, role=held, unit_code=unit))
        kind = AdminEventKind.PERSON_ADDED
        tell(uow.session, kind, actor="admin", at=NOON, person="n.vaziri", why="وزیری، نسترن وزيري")
        uow.commit()
    return migrated_database


def _actor(database: Database, username: str) -> Actor:
    with database.reader() as session:
        found = by_username(session, username, NOON)
    assert found is not None
    return found


def _case(database: Database, *, is_over: bool = True) -> UUID:
    """Start a case by who left, with a task answered and a document in its file."""
    somebody = _actor(database, "n.vaziri")
    values = {"amount": 1_250, "applicant": "Kourosh Deylami", "address": "Koohak 7, Karaj"}
    uow = database.unit_of_work()
    case = instances.start(uow, "payment", values, actor=somebody, at=NOON).instance_id
    with database.unit_of_work() as uow:
        document = Document(instance_id=case)
        uow.session.add(document)
        uow.session.flush()
        version = DocumentVersion(
            document_id=document.id,
            number=1,
            name="نامهٔ نسترن‌وزیری.pdf",
            kind="pdf",
            size=7,
            sha256="ab" * 32,
            added_at=NOON,
            added_by="n.vaziri",
            event_seq=1,
            scanned=True,
        )
        uow.session.add(version)
        uow.commit()
    if is_over:
        reason = "Kourosh Deylami asked Nastaran Vaziri (۰۰۱۳۵۴۲۴۱۹)"
        instances.cancel(database.unit_of_work(), case, reason, actor=CONSOLE, at=NOON)
    return case


def _close(database: Database) -> None:
    with database.unit_of_work() as uow:
        person = uow.session.scalars(select(Person).where(Person.username == "n.vaziri")).one()
        person.disabled = True
        uow.commit()


def _anonymised(database: Database, at: datetime = LATER) -> Batch:
    _close(database)
    uow = database.unit_of_work()
    records, auditor = _actor(database, "pari"), _actor(database, "nader")
    asked = keeping.ask_anonymise(uow, "n.vaziri", [], "has asked for it", actor=records, at=at)
    batch_id = keeping.confirm(uow, asked, "", actor=auditor, at=at)
    run_due(database, lambda: at)
    with database.reader() as session:
        return session.get_one(Batch, batch_id)


def _row(database: Database, case: UUID) -> Any:
    with database.reader() as session:
        asked = select(instance_table).where(instance_table.c.id == case)
        return session.execute(asked).one()


def test_nothing_of_a_person_is_found_and_money_acts_and_proofs_stay(site):
    case = _case(site)
    sealing.seal(site, KEY, NOON)
    before = everything(site, without="bundle")
    sought = ["n.vaziri", "نسترن", "Nastaran", "0013542419", "۰۰۱۳۵۴۲۴۱۹", "Deylami", "Koohak"]
    assert all(each in before for each in sought)

    batch = _anonymised(site)

    assert (batch.state, batch.total, batch.failed) == ("done", 2, 0)
    after = everything(site, without="bundle")
    assert [each for each in sought if each in after] == []
    row = _row(site, case)
    assert row.variables["amount"] == 1_250
    assert row.started_by == row.variables["applicant"] == row.variables["address"]
    with site.reader() as session:
        kinds = list(
            session.scalars(
                select(event_table.c.kind)
                .where(event_table.c.instance_id == case)
                .order_by(event_table.c.seq)
            )
        )
        [document] = session.scalars(select(DocumentVersion))
        assert broken(session) == ()
    assert (kinds[0], kinds[-1]) == ("started", "cancelled")
    assert document.sha256 == "ab" * 32
    sealing.seal(site, KEY, LATER + timedelta(minutes=5))
    with site.snapshot() as session:
        assert verify(session).faults == []


def test_a_running_or_held_case_stays_and_the_account_with_it_until_it_is_tried_again(site):
    running, held = _case(site, is_over=False), _case(site)
    uow = site.unit_of_work()
    keeping.hold(uow, held, "a court asks for it", actor=CONSOLE, at=NOON)

    batch = _anonymised(site)

    assert (batch.done, batch.failed) == (0, 3)
    assert sorted(_codes(site)) == ["RET-001", "RET-003", "RET-008"]
    assert _row(site, running).started_by == "n.vaziri"

    keeping.lift(uow, held, "over", actor=CONSOLE, at=LATER)
    instances.cancel(uow, running, "over", actor=CONSOLE, at=LATER)

    batches.try_again(uow, batch.id, actor=CONSOLE, at=LATER)
    run_due(site, lambda: LATER)

    assert _codes(site) == []
    assert "n.vaziri" not in everything(site, without="bundle")


def _codes(database: Database) -> list[str]:
    with database.reader() as session:
        asked = select(batch_item_table.c.code).where(batch_item_table.c.state == "failed")
        return list(session.scalars(asked))


def test_who_may_still_sign_in_is_not_made_anonymous_and_only_records_ask(site):
    uow = site.unit_of_work()
    with pytest.raises(AccountOpen):
        keeping.ask_anonymise(uow, "n.vaziri", [], "left", actor=_actor(site, "pari"), at=NOON)
    with pytest.raises(NotAtThisDesk):
        keeping.ask_anonymise(uow, "n.vaziri", [], "left", actor=_actor(site, "nader"), at=NOON)


def test_somebody_without_an_account_is_found_by_name_alone(site):
    case = _case(site)
    uow = site.unit_of_work()
    asked = keeping.ask_anonymise(
        uow, None, ["Kourosh Deylami"], "a citizen", actor=_actor(site, "pari"), at=LATER
    )
    keeping.confirm(uow, asked, "", actor=_actor(site, "nader"), at=LATER)
    run_due(site, lambda: LATER)

    text = everything(site, without="bundle")
    assert "Deylami" not in text
    assert "Koohak" not in text  # declared personal, in a case about the citizen
    assert _row(site, case).started_by == "n.vaziri"


def test_an_answer_that_names_the_person_goes_and_the_hash_of_what_was_signed_stays(site):
    case, other = _case(site), _case(site)
    answer = {"note": "Nastaran Vaziri asked", "amount": 5}
    with site.unit_of_work() as uow:
        uow.session.add(_signature(case, f"{0:064x}", answer))
        uow.session.add(_signature(other, f"{1:064x}", {"note": "approved"}))
        waits = SignatureRequest(
            instance_id=case,
            task_id=case,
            person_id=_actor(site, "pari").person_id,
            content=canonical({"answer": answer}).encode(),
            answer=answer,
            asked_at=NOON,
            expires_at=NOON,
        )
        uow.session.add(waits)
        uow.commit()
    sealing.seal(site, KEY, NOON)

    assert _anonymised(site).failed == 0

    assert "Nastaran" not in everything(site, without="bundle")
    with site.reader() as session:
        kept = {each.instance_id: each for each in session.scalars(select(KeptSignature))}
        assert session.scalars(select(SignatureRequest)).all() == []
    assert (kept[case].content, kept[case].content_hash) == (None, f"{0:064x}")
    assert kept[other].content is not None


def _signature(case: UUID, content_hash: str, answer: dict[str, Any]) -> KeptSignature:
    """Return a signature by somebody else, of an answer."""
    return KeptSignature(
        instance_id=case,
        number=1,
        username="pari",
        level="L1",
        method="password",
        content=canonical({"actor": "pari", "answer": answer}).encode(),
        content_hash=content_hash,
        previous="0" * 64,
        chain=content_hash,
        signed_at=NOON,
        result="TOTAL-PASSED",
    )
