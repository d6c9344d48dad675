"""An authority, people with certificates of it, and a timestamp authority: keys made once."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask.testing import FlaskClient
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from engine.model.person import Actor, Person
from engine.model.signature import SigningAuthority, SigningCertificate
from engine.signing import pens
from engine.signing.authority import Authority, Revoked, founded, issued, new_key, revocation_list
from engine.signing.trust import Bundle, Trust
from engine.signing.wrapped import wrap
from engine.storage import certificates
from engine.storage.actors import by_username
from engine.storage.database import Database
from engine.storage.vault import Vault

SIGNING_PASSWORD = "a signing password"
CODE = "0084575948"
OTHER_CODE = "0499370899"
#: the moment of the tests' clock
AT = datetime(2026, 7, 25, 8, 30, tzinfo=UTC)


@cache
def key(_name: str = "") -> RSAPrivateKey:
    """A key of somebody's, the same in every test of a process."""
    return new_key()


@cache
def authority(name: str = "Divan") -> Authority:
    """An authority that was founded a year ago."""
    return Authority(*founded(name, AT - timedelta(days=365)))


@dataclass(frozen=True, eq=False)
class Holder:
    """Somebody with a certificate."""

    certificate: x509.Certificate
    key: RSAPrivateKey
    issuer: Authority

    @property
    def pen(self) -> Signer:
        """What signs with it."""
        return pens.pen_of_key(self.key, self.certificate, [self.issuer.certificate])

    def store(self, password: str) -> bytes:
        """The key and the certificate as a PKCS#12 file."""
        return pkcs12.serialize_key_and_certificates(
            b"mine",
            self.key,
            self.certificate,
            [self.issuer.certificate],
            BestAvailableEncryption(password.encode()),
        )

    def revoked(self, at: datetime) -> Revoked:
        """What the list says of it."""
        return Revoked(self.certificate.serial_number, at, x509.ReasonFlags.key_compromise)


@cache
def holder(
    code: str = CODE,
    *,
    of: Authority | None = None,
    at: datetime = AT - timedelta(days=30),
    lasts: timedelta = timedelta(days=365),
    for_signing: bool = True,
) -> Holder:
    """Somebody with a certificate of an authority."""
    issuer = of or authority()
    mine = key(code)
    made = issued(
        issuer,
        mine,
        name="امضاکننده",
        national_code=code,
        at=at,
        lasts=lasts,
        for_signing=for_signing,
    )
    return Holder(made, mine, issuer)


def trust(
    *revoked: Revoked,
    of: Authority | None = None,
    national: Authority | None = None,
    at: datetime = AT,
) -> Trust:
    """Trust in an authority, and what its list says at a moment."""
    own = _bundle(of or authority(), revoked, at)
    return Trust(
        own=own,
        national=_bundle(national, revoked, at) if national else Bundle(),
        stamping=Bundle((_der(authority("Timestamps").certificate),)),
    )


def _bundle(of: Authority, revoked: tuple[Revoked, ...], at: datetime) -> Bundle:
    return Bundle((_der(of.certificate),), lists=(revocation_list(of, list(revoked), at),))


def pem_of(of: Authority, *revoked: Revoked, at: datetime = AT) -> bytes:
    """An authority's certificate and list, as the site's settings name them."""
    found = x509.load_der_x509_crl(revocation_list(of, list(revoked), at))
    return of.certificate.public_bytes(Encoding.PEM) + found.public_bytes(Encoding.PEM)


@cache
def stamper(at: datetime = AT, lasts: timedelta = timedelta(days=3000)) -> DummyTimeStamper:
    """A timestamp authority whose clock stands; its certificate ends so long after `AT`."""
    issuer, mine = authority("Timestamps"), key("stamps")
    usage = x509.KeyUsage(True, *[False] * 8)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Timestamps 1")]))
        .issuer_name(issuer.certificate.subject)
        .public_key(mine.public_key())
        .serial_number(7)
        .not_valid_before(AT - timedelta(days=300))
        .not_valid_after(AT + lasts)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer.key, hashes.SHA256())
    )
    clear = mine.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        asn1.Certificate.load(_der(made)), asn1_keys.PrivateKeyInfo.load(clear), fixed_dt=at
    )


def enrol(
    database: Database,
    vault: Vault,
    username: str,
    *,
    code: str = CODE,
    given: Holder | None = None,
    password: str = SIGNING_PASSWORD,
) -> Holder:
    """Give a person of a site a national code and a certificate of its authority."""
    given = given or holder(code)
    serial = f"{given.certificate.serial_number:x}"
    uow = database.unit_of_work()
    with uow:
        person = uow.session.query(Person).filter_by(username=username).one()
        person.national_code = code
        if uow.session.query(SigningAuthority).first() is None:
            uow.session.add(
                SigningAuthority(
                    certificate=_der(given.issuer.certificate),
                    sealed=certificates.sealed_key(vault, given.issuer.key),
                    founded_at=AT - timedelta(days=365),
                )
            )
        uow.session.add(
            SigningCertificate(
                serial=serial,
                person_id=person.id,
                certificate=_der(given.certificate),
                sealed=certificates.sealed(vault, _wrapped(given, password)),
                issued_at=given.certificate.not_valid_before_utc,
                expires_at=given.certificate.not_valid_after_utc,
                revoked_at=None,
                revoked_by=None,
                reason=None,
                told_at=None,
            )
        )
        uow.commit()
    return given


def clerk(database: Database, vault: Vault) -> Actor:
    """Add somebody with a certificate of the site's authority, and return who that is at `AT`."""
    with database.unit_of_work() as uow:
        uow.session.add(Person(username="clerk", name_fa="کارمند", name_en="Clerk"))
        uow.commit()
    enrol(database, vault, "clerk")
    with database.reader() as session:
        found = by_username(session, "clerk", AT)
    assert found is not None
    return found


def signed_fields(
    database: Database, browser: FlaskClient, username: str, page: str
) -> dict[str, str]:
    """Return what signs the answer to a step as its page shows it; nothing where none is asked.

    Who has no certificate yet is given one.
    """
    seen = re.search(r'name="_seen" value="([0-9a-f]{64})"', page)
    if seen is None:
        return {}
    with database.reader() as session:
        is_known = username in certificates.owners(session)
    if not is_known:
        vault = browser.application.extensions["divan"].vault
        enrol(database, vault, username, code=code_of(username))
    return {"_seen": seen[1], "password": SIGNING_PASSWORD}


def code_of(username: str) -> str:
    """Return a national code that is written right, another one for each person."""
    nine = f"000{zlib.crc32(username.encode()) % 1_000_000:06}"
    rest = sum(int(digit) * place for digit, place in zip(nine, range(10, 1, -1), strict=True)) % 11
    return nine + str(rest if rest < 2 else 11 - rest)


@cache
def _wrapped(given: Holder, password: str) -> bytes:
    return wrap(given.key, password, f"{given.certificate.serial_number:x}")


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
