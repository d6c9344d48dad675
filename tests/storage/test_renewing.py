"""What ends by the calendar: the authority renewed with its key, holders told once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from sqlalchemy import select

from engine.commands import certificates, renewing
from engine.commands.renewing import EVERY, Renewed
from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.model.notice import Notice, NoticeKind
from engine.model.person import Actor
from engine.signing import detached, pens
from engine.signing.authority import AUTHORITY_LASTS, PERSON_LASTS
from engine.signing.trust import Trust
from engine.signing.wrapped import unwrap
from engine.storage import certificates as rows
from engine.storage.database import Database
from tests.kit import paying
from tests.kit import signing as kit

MONTH = timedelta(days=30)
#: the kit's authority was founded a year before, its holders have theirs for eleven months more
ENDS = kit.AT - timedelta(days=365) + AUTHORITY_LASTS
SOON = ENDS - PERSON_LASTS - timedelta(days=20)

pytestmark = pytest.mark.both_databases


@pytest.fixture
def clerk(bare_database: Database) -> Actor:
    """Somebody with a certificate that ends in 335 days."""
    return kit.clerk(bare_database, paying.VAULT)


def renewed(database: Database, at: datetime) -> Renewed | None:
    return renewing.renew(database, paying.VAULT, at, MONTH)


def test_a_holder_is_told_once_when_the_certificate_ends_soon(
    bare_database: Database, clerk: Actor
):
    due = kit.AT + timedelta(days=335) - MONTH
    told = [
        renewed(bare_database, due - timedelta(days=1)),
        renewed(bare_database, due + EVERY),
        renewed(bare_database, due + EVERY),
        renewed(bare_database, due + 2 * EVERY),
    ]

    with bare_database.reader() as session:
        notices = session.scalars(select(Notice)).all()
    assert told == [Renewed(0, False), Renewed(1, False), None, Renewed(0, False)]
    [notice] = notices
    assert (notice.kind, notice.person_id) == (NoticeKind.CERTIFICATE_ENDS.value, clerk.person_id)
    assert notice.facts["path"] == "/account/certificate"


def test_whoever_has_a_newer_certificate_hears_nothing_of_the_one_before(
    bare_database: Database, clerk: Actor
):
    at = kit.AT + timedelta(days=320)
    certificates.give(
        bare_database.unit_of_work(), "password", vault=paying.VAULT, actor=clerk, at=at
    )
    assert renewed(bare_database, at) == Renewed(0, False)


def test_the_authority_is_renewed_before_what_it_gives_could_outlast_it(
    bare_database: Database, clerk: Actor
):
    signature = detached.sign(b"{}", kit.holder(kit.CODE).pen, kit.AT)

    told = [renewed(bare_database, at) for at in (SOON - MONTH, SOON, SOON + EVERY)]
    assert [each is not None and each.authority for each in told] == [False, True, False]

    certificates.give(
        bare_database.unit_of_work(), "password", vault=paying.VAULT, actor=clerk, at=SOON + EVERY
    )
    with bare_database.reader() as session:
        now, before = rows.authorities(session, paying.VAULT)
        mine = rows.in_use(session, clerk.person_id, SOON + EVERY)
        acts = session.scalars(select(AdminEvent.kind).order_by(AdminEvent.number)).all()
        trust = rows.trust(session, paying.VAULT, Trust(), kit.AT)
    assert now.certificate.not_valid_after_utc == SOON.replace(microsecond=0) + AUTHORITY_LASTS
    assert now.certificate.public_key() == before.certificate.public_key()
    assert mine is not None
    assert mine.expires_at < now.certificate.not_valid_after_utc
    assert acts.count(AdminEventKind.AUTHORITY_RENEWED.value) == 1
    assert detached.verify(b"{}", signature, trust, kit.AT).has_passed


def test_what_is_signed_after_a_renewal_passes_and_a_revoked_one_is_still_found(
    bare_database: Database, clerk: Actor
):
    renewed(bare_database, SOON)
    at = SOON + EVERY
    serial = certificates.give(
        bare_database.unit_of_work(), "password", vault=paying.VAULT, actor=clerk, at=at
    )
    with bare_database.reader() as session:
        given = rows.of_serial(session, serial)
        assert given is not None
        [authority, _before] = rows.authorities(session, paying.VAULT)
    key = unwrap(rows.opened(paying.VAULT, given.sealed), "password", serial)
    pen = pens.pen_of_key(
        key, x509.load_der_x509_certificate(given.certificate), [authority.certificate]
    )
    signature = detached.sign(b"{}", pen, at)

    def said() -> str | None:
        later = at + timedelta(minutes=1)
        with bare_database.reader() as session:
            trust = rows.trust(session, paying.VAULT, Trust(), later)
        return detached.verify(b"{}", signature, trust, later).code

    assert said() is None
    certificates.revoke(bare_database.unit_of_work(), serial, "keyCompromise", actor=clerk, at=at)
    assert said() == "SIG-010"


def test_a_certificate_given_while_no_worker_was_there_renews_the_authority_itself(
    bare_database: Database, clerk: Actor
):
    certificates.give(
        bare_database.unit_of_work(), "password", vault=paying.VAULT, actor=clerk, at=SOON
    )
    with bare_database.reader() as session:
        assert len(rows.authorities(session, paying.VAULT)) == 1
    late = ENDS - timedelta(days=300)
    certificates.give(
        bare_database.unit_of_work(), "password", vault=paying.VAULT, actor=clerk, at=late
    )
    with bare_database.reader() as session:
        now = rows.authorities(session, paying.VAULT)[0]
    assert now.certificate.not_valid_after_utc > late + PERSON_LASTS
