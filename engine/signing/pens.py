"""What a person signs with: a key of the site's authority, a file, a token, or elsewhere.

Each gives a signer of pyHanko. A key that came as a file lives as long as the request does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pkcs11
from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from engine.signing.errors import KEY_CLOSED, NO_CERTIFICATE, UNREADABLE, SigningRefused

LARGEST_STORE: Final = 64 * 1024  #: bytes of a PKCS#12 file


def pen_of_key(
    key: RSAPrivateKey, certificate: pyca.Certificate, issuers: list[pyca.Certificate]
) -> Signer:
    """Return what signs with a key of this server."""
    return _KeyInHand(key, certificate, issuers)


class _KeyInHand(Signer):
    """Signs with a key as it was opened; pyHanko's own reads and proves it anew for each."""

    def __init__(
        self, key: RSAPrivateKey, certificate: pyca.Certificate, issuers: list[pyca.Certificate]
    ) -> None:
        known = SimpleCertificateStore.from_certs([_as_asn1(each) for each in issuers])
        super().__init__(signing_cert=_as_asn1(certificate), cert_registry=known, embed_roots=False)
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if digest_algorithm != "sha256":
            raise SigningRefused(UNREADABLE, digest_algorithm)
        room = bytes(self._key.key_size // 8)
        return room if dry_run else self._key.sign(data, PKCS1v15(), SHA256())


def pen_of_store(content: bytes, password: str) -> Signer:
    """Return what signs once with a key that came as a PKCS#12 file; it is kept nowhere.

    Raises:
        SigningRefused: it is no such file, or the password does not open it.
    """
    if not content or len(content) > LARGEST_STORE:
        raise SigningRefused(UNREADABLE)
    if content[0] != 0x30:  # an ASN.1 sequence, which every such file is
        raise SigningRefused(UNREADABLE)
    secret = password.encode()
    try:
        found: SimpleSigner = SimpleSigner.load_pkcs12_data(content, [], passphrase=secret)
    except ValueError:  # it does not tell a wrong password from a broken file
        raise SigningRefused(KEY_CLOSED) from None
    if found.signing_cert is None:
        raise SigningRefused(NO_CERTIFICATE)
    return found


@contextmanager
def pen_of_token(module: Path, token: str, pin: str, national_code: str) -> Iterator[Signer]:
    """Give what signs with a token behind PKCS#11: with the certificate of a person on it.

    Raises:
        SigningRefused: there is no such token, the PIN is wrong, or no certificate of the person.
    """
    try:
        session = open_pkcs11_session(
            str(module), token_criteria=TokenCriteria(label=token), user_pin=pin
        )
    except pkcs11.PinIncorrect:
        raise SigningRefused(KEY_CLOSED) from None
    except (pkcs11.PKCS11Error, OSError, RuntimeError) as broken:
        raise SigningRefused(UNREADABLE, str(broken)) from None
    try:
        identifier, certificate, others = _on_token(session, national_code)
        yield PKCS11Signer(
            pkcs11_session=session, signing_cert=certificate, ca_chain=others, key_id=identifier
        )
    except pkcs11.PKCS11Error as broken:
        raise SigningRefused(UNREADABLE, str(broken)) from None
    finally:
        session.close()


def national_code_of(certificate: x509.Certificate) -> str:
    """Return whose certificate it is: the serial number of its subject."""
    return str(certificate.subject.native.get("serial_number") or "")


def _on_token(
    session: pkcs11.Session, national_code: str
) -> tuple[bytes, x509.Certificate, list[x509.Certificate]]:
    found, others = None, []
    asked = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
    for each in session.get_objects(asked):
        certificate = x509.Certificate.load(each[pkcs11.Attribute.VALUE])
        if national_code_of(certificate) == national_code and not certificate.ca:
            found = bytes(each[pkcs11.Attribute.ID]), certificate
        else:
            others.append(certificate)
    if found is None:
        raise SigningRefused(NO_CERTIFICATE)
    return *found, others


def _as_asn1(certificate: pyca.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
