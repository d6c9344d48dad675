"""The site's own certificate authority: certificates of its people, and which are revoked.

What it vouches for holds within the institution only (`domain.md` §5.1): level L2. Its key is
kept by the site's vault; people's keys are theirs (`engine.signing.wrapped`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from stringprep import in_table_d1, in_table_d2
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

AUTHORITY_LASTS: Final = timedelta(days=3650)
PERSON_LASTS: Final = timedelta(days=730)
LIST_LASTS: Final = timedelta(days=1)  #: until the next list of what is revoked has to be there
AUTHORITY_BITS: Final = 3072
PERSON_BITS: Final = 2048
#: what a certificate has been valid before it was made: clocks of verifiers differ
SLACK: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority at work."""

    certificate: x509.Certificate
    key: RSAPrivateKey
    address: str = ""  #: where its lists and answers are found, ``https://…``; none: nowhere


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate that counts no more."""

    serial: int
    at: datetime
    reason: x509.ReasonFlags


def founded(name: str, at: datetime) -> tuple[x509.Certificate, RSAPrivateKey]:
    """Return a new authority's certificate, signed by itself, and its key."""
    key = generate_private_key(65537, AUTHORITY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name_in_subject(name))])
    return _of_authority(subject, key, at), key


def renewed(authority: Authority, at: datetime) -> Authority:
    """Return the authority for as long again: its name and its key, in a certificate of today.

    With the same key all that it vouched for stays so, and its lists and answers remain its own.
    """
    made = _of_authority(authority.certificate.subject, authority.key, at)
    return replace(authority, certificate=made)


def is_ending(authority: Authority, at: datetime, ahead: timedelta = timedelta()) -> bool:
    """Tell whether a certificate that is given so long from now would outlast its authority."""
    return authority.certificate.not_valid_after_utc < at + ahead + PERSON_LASTS


def issued(
    authority: Authority,
    key: RSAPrivateKey,
    *,
    name: str,
    national_code: str,
    at: datetime,
    latin: str = "",
    lasts: timedelta = PERSON_LASTS,
    for_signing: bool = True,
) -> x509.Certificate:
    """Return a person's certificate; its subject's serial number is the national code (R-SIG-05).

    Args:
        latin: the name in Latin letters, for a subject that may not bear ``name``.
        for_signing: what else it is for is of no use here, and there to be refused in tests.
    """
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name_in_subject(name, latin)),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, national_code),
        ]
    )
    usage = (
        _usage(digital_signature=True, content_commitment=True)
        if for_signing
        else _usage(key_encipherment=True)
    )
    issuer = authority.certificate
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    made = (
        _builder(subject, issuer.subject, key, at, lasts)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(identifier, critical=False)
    )
    if authority.address:
        made = _with_addresses(made, authority.address)
    return made.sign(authority.key, hashes.SHA256())


def name_in_subject(name: str, latin: str = "") -> str:
    """Return a name as a subject may bear it: whoever compares names refuses others.

    Names are compared as RFC 5280 §7.1 prepares them (RFC 4518 §2.5, RFC 3454 §6): one with
    letters from right to left begins and ends with such a letter and has none from left to right.
    A Persian digit is neither, so that ``عضو ۱`` is no name. The Latin one stands in for it;
    without one, what the rule does not take is left out.

    >>> name_in_subject("عضو کمیسیون ۱", "Commission member 1")
    'Commission member 1'
    >>> name_in_subject("شهرداری منطقهٔ ۷")
    'شهرداری منطقه'
    """
    for each in (name, latin):
        if each.strip() and _is_comparable(each):
            return each
    kept = "".join(each for each in name if not in_table_d2(each)).strip()
    while kept and not in_table_d1(kept[-1]):
        kept = kept[:-1]
    while kept and not in_table_d1(kept[0]):
        kept = kept[1:]
    return " ".join(kept.split())


def _is_comparable(name: str) -> bool:
    # loaded where a certificate is made: a start needs it not
    from asn1crypto.x509 import DirectoryString, NameTypeAndValue  # noqa: PLC0415

    value = DirectoryString(name="utf8_string", value=name)
    try:
        return bool(NameTypeAndValue({"type": "common_name", "value": value}).prepped_value)
    except ValueError:
        return False


def new_key() -> RSAPrivateKey:
    """Return a new key of a person."""
    return generate_private_key(65537, PERSON_BITS)


def revocation_list(authority: Authority, revoked: Sequence[Revoked], at: datetime) -> bytes:
    """Return the signed list of what is revoked (RFC 5280 §5), DER."""
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at - SLACK)
        .next_update(at + LIST_LASTS)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
    )
    for each in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(each.serial)
            .revocation_date(each.at)
            .add_extension(x509.CRLReason(each.reason), critical=False)
        )
        made = made.add_revoked_certificate(entry.build())
    return made.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def answer(
    authority: Authority,
    asked: ocsp.OCSPRequest,
    certificate: x509.Certificate | None,
    revoked: Revoked | None,
    at: datetime,
) -> bytes:
    """Return what is known of one certificate (RFC 6960), DER.

    Args:
        certificate: the one that is asked about; ``None``: this authority made no such one.
    """
    if certificate is None:
        unknown = ocsp.OCSPResponseStatus.UNAUTHORIZED
        return ocsp.OCSPResponseBuilder.build_unsuccessful(unknown).public_bytes(Encoding.DER)
    made = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate,
        issuer=authority.certificate,
        algorithm=asked.hash_algorithm,
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=at,
        next_update=at + LIST_LASTS,
        revocation_time=revoked.at if revoked else None,
        revocation_reason=revoked.reason if revoked else None,
    )
    made = made.responder_id(ocsp.OCSPResponderEncoding.HASH, authority.certificate)
    for each in asked.extensions:
        if isinstance(each.value, x509.OCSPNonce):
            made = made.add_extension(each.value, critical=False)
    return made.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _of_authority(subject: x509.Name, key: RSAPrivateKey, at: datetime) -> x509.Certificate:
    usage = _usage(key_cert_sign=True, crl_sign=True, digital_signature=True)
    made = (
        _builder(subject, subject, key, at, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return made.sign(key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, at: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - SLACK)
        .not_valid_after(at + lasts)
    )


def _with_addresses(made: x509.CertificateBuilder, address: str) -> x509.CertificateBuilder:
    lists = x509.UniformResourceIdentifier(f"{address}/signing/authority.crl")
    answers = x509.UniformResourceIdentifier(f"{address}/signing/ocsp")
    return made.add_extension(
        x509.CRLDistributionPoints([x509.DistributionPoint([lists], None, None, None)]),
        critical=False,
    ).add_extension(
        x509.AuthorityInformationAccess(
            [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, answers)]
        ),
        critical=False,
    )


def _usage(**told: bool) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{each: told.get(each, False) for each in every})
