"""Certificates of people: a new one takes the key of the one before, and undoes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands import certificates
from engine.model.person import Actor
from engine.signing import detached
from engine.signing.trust import Trust
from engine.storage import certificates as rows
from engine.storage.database import Database
from tests.kit import paying
from tests.kit import signing as kit

LATER = kit.AT + timedelta(days=10)


@pytest.fixture
def somebody(bare_database: Database) -> Actor:
    """Somebody with a certificate that is thirty days old."""
    return kit.clerk(bare_database, paying.VAULT)


def _renewed(database: Database, actor: Actor) -> str:
    uow = database.unit_of_work()
    return certificates.give(uow, "another password", vault=paying.VAULT, actor=actor, at=LATER)


def _serial(given: kit.Holder) -> str:
    return f"{given.certificate.serial_number:x}"


def test_what_was_signed_before_a_renewal_still_passes(bare_database: Database, somebody: Actor):
    signature = detached.sign(b"{}", kit.holder(kit.CODE).pen, kit.AT)
    serial = _renewed(bare_database, somebody)

    with bare_database.reader() as session:
        trust = rows.trust(session, paying.VAULT, Trust(), LATER)
        gone = rows.revoked(session)
        in_use = rows.in_use(session, somebody.person_id, LATER)
        before = rows.of_serial(session, _serial(kit.holder(kit.CODE)))

    assert detached.verify(b"{}", signature, trust, LATER).has_passed
    assert gone == []
    assert in_use is not None
    assert in_use.serial == serial
    assert before is not None
    assert (before.sealed, before.revoked_at) == ("", None)


def test_whose_newest_certificate_is_revoked_signs_with_none_of_those_before(
    bare_database: Database, somebody: Actor
):
    serial = _renewed(bare_database, somebody)
    uow = bare_database.unit_of_work()
    certificates.revoke(uow, serial, "keyCompromise", actor=somebody, at=LATER)

    with bare_database.reader() as session:
        assert rows.in_use(session, somebody.person_id, LATER) is None
        assert [each.serial for each in rows.revoked(session)] == [int(serial, 16)]


def test_a_certificate_that_was_replaced_is_revoked_where_somebody_had_its_key(
    bare_database: Database, somebody: Actor
):
    _renewed(bare_database, somebody)
    uow = bare_database.unit_of_work()
    serial = _serial(kit.holder(kit.CODE))
    certificates.revoke(uow, serial, "keyCompromise", actor=somebody, at=LATER)

    with bare_database.reader() as session:
        assert [each.serial for each in rows.revoked(session)] == [int(serial, 16)]
        assert rows.in_use(session, somebody.person_id, LATER) is not None
