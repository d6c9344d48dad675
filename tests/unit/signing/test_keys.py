"""Keys: under a person's password, in a file, in a token; lists and answers of the authority."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from pkcs11.util.rsa import decode_rsa_private_key

from engine.signing import authority, detached, pens, wrapped
from engine.signing.errors import SigningRefused
from tests.kit import signing as kit

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


def test_a_wrapped_key_opens_with_its_password_for_its_certificate_only():
    mine = kit.key(kit.CODE)
    closed = wrapped.wrap(mine, "of mine", "a1")

    assert wrapped.unwrap(closed, "of mine", "a1").private_numbers() == mine.private_numbers()
    for password, serial in (("of others", "a1"), ("of mine", "a2")):
        with pytest.raises(SigningRefused, match="SIG-014"):
            wrapped.unwrap(closed, password, serial)
    assert mine.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) not in closed


@pytest.mark.parametrize(
    ("content", "password", "code"),
    [
        (b"", "x", "SIG-013"),
        (b"no store at all", "x", "SIG-013"),
        (kit.holder().store("right"), "wrong", "SIG-014"),
        (b"0" * 70_000, "x", "SIG-013"),
    ],
    ids=["nothing", "rubbish", "wrong password", "too large"],
)
def test_a_store_that_does_not_open_is_refused(content: bytes, password: str, code: str):
    with pytest.raises(SigningRefused, match=code):
        pens.pen_of_store(content, password)


def test_the_authority_answers_of_each_certificate():
    good, gone = kit.holder(), kit.holder(kit.OTHER_CODE)
    revoked = gone.revoked(kit.AT - timedelta(hours=1))

    states = []
    for each, state in ((good, None), (gone, revoked)):
        issuer = kit.authority().certificate
        asked = ocsp.OCSPRequestBuilder().add_certificate(each.certificate, issuer, SHA256())
        said = authority.answer(kit.authority(), asked.build(), each.certificate, state, kit.AT)
        states.append(ocsp.load_der_ocsp_response(said).certificate_status)

    assert states == [ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED]
    listed = x509.load_der_x509_crl(authority.revocation_list(kit.authority(), [revoked], kit.AT))
    assert [each.serial_number for each in listed] == [gone.certificate.serial_number]


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A token of SoftHSM2 with somebody's key and certificate; its module is given."""
    module = next((Path(each) for each in MODULES if Path(each).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        assert not os.environ.get("DIVAN_REQUIRE_SOFTHSM"), "softhsm2 is not installed"
        pytest.skip("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("token")
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    made = ["softhsm2-util", "--init-token", "--free", "--label", "mine", "--pin", "1234"]
    subprocess.run([*made, "--so-pin", "5678"], check=True, capture_output=True)
    _fill(module, kit.holder())
    yield module
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def _fill(module: Path, given: kit.Holder) -> None:
    clear = given.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    found = pkcs11.lib(str(module)).get_token(token_label="mine")
    with found.open(rw=True, user_pin="1234") as session:
        named = {pkcs11.Attribute.ID: b"\x01", pkcs11.Attribute.TOKEN: True}
        session.create_object({**decode_rsa_private_key(clear), **named})
        session.create_object(
            {
                **named,
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.SUBJECT: given.certificate.subject.public_bytes(),
                pkcs11.Attribute.VALUE: given.certificate.public_bytes(Encoding.DER),
            }
        )


def test_a_token_signs_with_the_certificate_of_whoever_holds_it(token: Path):
    with pens.pen_of_token(token, "mine", "1234", kit.CODE) as pen:
        signature = detached.sign(b"content", pen, kit.AT)

    said = detached.verify(b"content", signature, kit.trust(), kit.AT)

    assert said.has_passed
    assert said.signer is not None
    assert said.signer.national_code == kit.CODE


@pytest.mark.parametrize(
    ("label", "pin", "national_code", "code"),
    [
        ("mine", "4321", kit.CODE, "SIG-014"),
        ("other", "1234", kit.CODE, "SIG-013"),
        ("mine", "1234", kit.OTHER_CODE, "SIG-015"),
    ],
    ids=["wrong PIN", "no such token", "of somebody else"],
)
def test_a_token_that_does_not_open_is_refused(
    token: Path, label: str, pin: str, national_code: str, code: str
):
    with (
        pytest.raises(SigningRefused, match=code),
        pens.pen_of_token(token, label, pin, national_code) as pen,
    ):
        detached.sign(b"content", pen, kit.AT)
