"""Who signs in the demonstration has a certificate, whose key the known password opens."""

from __future__ import annotations

import pytest
from cryptography import x509

from engine.queries.people import by_username
from engine.signing.pens import national_code_of, pen_of_key
from engine.signing.wrapped import unwrap
from engine.storage import certificates
from tests.kit.sites import NOON
from webapp import demo_certificates
from webapp.demo import ACCOUNTS
from webapp.demo_certificates import SIGNERS, give_certificates
from webapp.wiring import Site


def test_signers_get_a_certificate_once_and_the_known_password_opens_its_key(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    some = {each: SIGNERS[each] for each in ("treasurer", "unit_head")}
    monkeypatch.setattr(demo_certificates, "SIGNERS", some)

    for _ in range(2):
        give_certificates(site.database, site.vault, site.settings, NOON)

    for username, code in some.items():
        with site.database.reader() as session:
            actor = by_username(session, username, NOON)
            assert actor is not None
            [known] = certificates.of_person(session, actor.person_id)
        wrapped = certificates.opened(site.vault, known.sealed)
        key = unwrap(wrapped, site.settings.demo_signing_password, known.serial)
        made = x509.load_der_x509_certificate(known.certificate)
        pen = pen_of_key(key, made, [])
        assert key.public_key() == made.public_key()
        assert (national_code_of(pen.signing_cert), actor.national_code) == (code, code)


def test_every_signer_is_a_demo_account_with_a_code_of_its_own():
    assert set(SIGNERS) <= {each.username for each in ACCOUNTS}
    assert len(set(SIGNERS.values())) == len(SIGNERS)
