"""One's own signing certificate: given, renewed, revoked, and what the authority says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from flask import Flask
from flask.testing import FlaskClient

from engine.commands import renewing
from engine.model.person import Person
from engine.signing.authority import PERSON_LASTS
from engine.storage import certificates
from engine.storage.database import Database
from tests.kit import signing as kit
from tests.kit.sites import Clock
from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]
PAGE = "/account/certificate"
GOOD = "گذرواژه‌ای بلند برای امضا"


@pytest.fixture
def head(site: Database, signed_in: Browser) -> FlaskClient:
    """The browser of somebody whose national code is known."""
    uow = site.unit_of_work()
    with uow:
        uow.session.query(Person).filter_by(username="head").one().national_code = kit.CODE
        uow.commit()
    return signed_in("head")


def asked(browser: FlaskClient, new: str = GOOD, again: str | None = None):
    return browser.post(PAGE, data={"new": new, "again": new if again is None else again})


def given(site: Database) -> list[tuple[int, str | None]]:
    """Serial number of each certificate there is, the first first, and why it counts no more."""
    with site.reader() as session:
        owner = session.query(Person).filter_by(username="head").one()
        found = certificates.of_person(session, owner.id)
        return [(int(each.serial, 16), each.reason) for each in reversed(found)]


def test_the_notice_of_one_that_ends_soon_says_the_day_and_leads_to_its_page(
    head: FlaskClient, site: Database
):
    asked(head)
    ahead = timedelta(days=30)
    at = kit.AT + PERSON_LASTS - timedelta(days=10)
    renewing.renew(site, head.application.extensions["divan"].vault, at, ahead)

    page = head.get("/notices").text

    assert "گواهی امضای شما تا ۱۴۰۷/۰۵/۰۳ اعتبار دارد؛ آن را تمدید کنید." in text_of(page)
    link = re.search(r'href="(/notices/[0-9a-f-]{36})"', page)
    assert link is not None
    assert head.get(link[1]).location == PAGE


def authority(browser: FlaskClient) -> x509.Certificate:
    return x509.load_der_x509_certificate(browser.get("/signing/authority.crt").data)


def revoked(browser: FlaskClient) -> x509.CertificateRevocationList:
    found = x509.load_der_x509_crl(browser.get("/signing/authority.crl").data)
    assert found.is_signature_valid(authority(browser).public_key())  # type: ignore[arg-type]
    return found


def said_of(browser: FlaskClient, serial: int, issuer: x509.Certificate | None = None):
    """What the authority answers about one certificate, its signature proved."""
    of = issuer or authority(browser)
    asked = ocsp.OCSPRequestBuilder().add_certificate_by_hash(*_hashes(of), serial, SHA256())
    asked = asked.add_extension(x509.OCSPNonce(b"0123456789abcdef"), critical=False)
    content = asked.build().public_bytes(Encoding.DER)
    answered = browser.post("/signing/ocsp", data=content)
    assert answered.mimetype == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answered.data)


def _hashes(issuer: x509.Certificate) -> tuple[bytes, bytes]:
    built = ocsp.OCSPRequestBuilder().add_certificate(issuer, issuer, SHA256()).build()
    return built.issuer_name_hash, built.issuer_key_hash


def test_a_certificate_is_given_renewed_and_revoked_and_the_authority_says_so_to_everybody(
    site: Database, head: FlaskClient, client: FlaskClient, clock: Clock
):
    assert client.get("/signing/authority.crt").status_code == 404
    assert asked(head).status_code == 303
    clock.pass_time(timedelta(minutes=1))
    assert asked(head).status_code == 303
    (first, why), (second, still) = given(site)
    assert (why, still) == (None, None)  # what the first one signed still counts
    shown = text_of(head.get(PAGE).text)
    assert shown.count("در حال استفاده") == 1
    assert "جایگزین" in shown

    assert revoked(client).get_revoked_certificate_by_serial_number(first) is None
    assert revoked(client).get_revoked_certificate_by_serial_number(second) is None
    good = said_of(client, second)
    assert good.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert said_of(client, first).certificate_status is ocsp.OCSPCertStatus.GOOD
    key = authority(client).public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(good.signature, good.tbs_response_bytes, PKCS1v15(), SHA256())
    nonce = good.extensions.get_extension_for_class(x509.OCSPNonce).value
    assert nonce.nonce == b"0123456789abcdef"

    answered = head.post(f"{PAGE}/{second:x}/revoke", data={"reason": "keyCompromise"})

    assert answered.status_code == 303
    assert given(site)[1] == (second, "keyCompromise")
    entry = revoked(client).get_revoked_certificate_by_serial_number(second)
    assert entry is not None
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.key_compromise


def test_the_authority_says_nothing_of_what_is_not_its_own(
    app: Flask, site: Database, client: FlaskClient
):
    mine = kit.enrol(site, app.extensions["divan"].vault, "head").certificate.serial_number
    other = kit.authority("Unknown").certificate

    assert said_of(client, mine).response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    unauthorised = ocsp.OCSPResponseStatus.UNAUTHORIZED
    assert said_of(client, 1234).response_status is unauthorised
    assert said_of(client, mine, other).response_status is unauthorised
    broken = ocsp.load_der_ocsp_response(client.post("/signing/ocsp", data=b"no question").data)
    assert broken.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


@pytest.mark.parametrize(
    ("new", "again"),
    [(GOOD, "something else"), ("short", "short"), ("head", "head")],
    ids=["differ", "short", "own name"],
)
def test_a_signing_password_that_is_weak_or_typed_wrong_gives_no_certificate(
    site: Database, head: FlaskClient, new: str, again: str
):
    refused = asked(head, new, again)

    assert refused.status_code == 422
    assert re.search(r'id="(new|again)-problem">[^<]+<', refused.text), "beside its field"
    assert given(site) == []


def test_who_has_no_national_code_is_told_so(site: Database, signed_in: Browser):
    refused = asked(signed_in("buyer"))

    assert refused.status_code == 422
    assert "کد ملی شما در سامانه نوشته نشده است" in refused.text


def test_nobody_revokes_the_certificate_of_somebody_else_but_an_administrator(
    app: Flask, site: Database, signed_in: Browser
):
    serial = kit.enrol(site, app.extensions["divan"].vault, "head").certificate.serial_number
    reason = {"reason": "cessationOfOperation"}

    def tried(who: str, number: int = serial, **data: str) -> int:
        return signed_in(who).post(f"{PAGE}/{number:x}/revoke", data=data or reason).status_code

    assert tried("buyer") == 403
    assert tried("head", 1234) == 404
    assert tried("head", reason="no reason") == 422
    assert tried("admin") == 303
    assert tried("head") == 404
