"""What everybody may ask the site's authority: its list of what is revoked, and one's state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.x509 import ocsp
from flask import Flask
from flask.testing import FlaskClient

from engine.commands import certificates
from engine.commands.admins import CONSOLE
from engine.storage.database import Database
from tests.kit import signing as kit
from tests.kit.sites import NOON, Clock

LIST = "/signing/authority.crl"


@pytest.fixture
def given(app: Flask, site: Database) -> kit.Holder:
    """A certificate of the site's authority."""
    return kit.enrol(site, app.extensions["divan"].vault, "head")


def question(algorithm: str = "sha1", of: int = 1, nonces: int = 0) -> bytes:
    """A question that asks for so many certificates at once, with so many nonces."""
    named = {
        "hash_algorithm": {"algorithm": algorithm},
        "issuer_name_hash": b"n" * 20,
        "issuer_key_hash": b"k" * 20,
        "serial_number": 5,
    }
    asked: dict[str, object] = {"request_list": [{"req_cert": named}] * of}
    if nonces:
        asked["request_extensions"] = [{"extn_id": "nonce", "extn_value": b"\x04\x01a"}] * nonces
    return bytes(asn1.OCSPRequest({"tbs_request": asked}).dump())


@pytest.mark.parametrize(
    "content",
    [b"no question", question("md5"), question(of=2), question(nonces=2)],
    ids=["rubbish", "unknown algorithm", "two at once", "two nonces"],
)
def test_a_question_that_is_not_understood_is_malformed(
    given: kit.Holder, client: FlaskClient, content: bytes
):
    said = client.post("/signing/ocsp", data=content)

    assert said.status_code == 200
    told = ocsp.load_der_ocsp_response(said.data).response_status
    assert told is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_the_list_stands_for_minutes_and_is_signed_anew_when_one_is_revoked(
    given: kit.Holder, site: Database, client: FlaskClient, clock: Clock
):
    clock.at = NOON
    first = client.get(LIST).data
    clock.pass_time(timedelta(minutes=1))
    assert client.get(LIST).data == first

    serial = f"{given.certificate.serial_number:x}"
    certificates.revoke(site.unit_of_work(), serial, "keyCompromise", actor=CONSOLE, at=clock.at)
    second = client.get(LIST).data
    assert [each.serial_number for each in x509.load_der_x509_crl(second)] == [int(serial, 16)]
    clock.pass_time(timedelta(minutes=30))
    assert client.get(LIST).data != second
