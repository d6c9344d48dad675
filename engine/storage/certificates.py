"""The site's certificate authority and the certificates it gave, as rows; keys stay sealed."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.person import Person
from engine.model.signature import SigningAuthority, SigningCertificate
from engine.signing.authority import Authority, Revoked, revocation_list
from engine.signing.trust import Bundle, Trust
from engine.signing.wrapped import own_key
from engine.storage.vault import Vault

_KEY: Final = "signing key"


def authorities(session: Session, vault: Vault, address: str = "") -> list[Authority]:
    """Return the site's authorities, the one at work first; none until the first was founded."""
    rows = session.scalars(
        select(SigningAuthority).order_by(
            SigningAuthority.founded_at.desc(), SigningAuthority.id.desc()
        )
    )
    return [
        Authority(
            x509.load_der_x509_certificate(each.certificate),
            _key(base64.b64decode(vault.open(_KEY, each.sealed))),
            address,
        )
        for each in rows
    ]


def at_work(session: Session) -> bytes | None:
    """Return the certificate (DER) of the authority at work, without its key; ``None``: none is."""
    return session.scalar(
        select(SigningAuthority.certificate)
        .order_by(SigningAuthority.founded_at.desc(), SigningAuthority.id.desc())
        .limit(1)
    )


def sealed_key(vault: Vault, key: RSAPrivateKey) -> str:
    """Return an authority's key as it is kept."""
    clear = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return sealed(vault, clear)


def sealed(vault: Vault, content: bytes) -> str:
    """Return bytes as they are kept."""
    return vault.seal(base64.b64encode(content).decode())


def opened(vault: Vault, kept: str) -> bytes:
    """Return bytes that were kept sealed.

    Raises:
        SecretUnreadable: the site's key is another.
    """
    return base64.b64decode(vault.open(_KEY, kept))


def trust(session: Session, vault: Vault, outside: Trust, at: datetime) -> Trust:
    """Return whom signatures may come from: the site's own people too, as far as not revoked.

    Args:
        outside: whom the site's settings name.
    """
    known = authorities(session, vault)
    if not known:
        return outside
    gone = revoked(session)
    own = Bundle(
        tuple(each.certificate.public_bytes(Encoding.DER) for each in known),
        lists=tuple(revocation_list(each, gone, at) for each in known),
    )
    return replace(outside, own=own)


def revoked(session: Session) -> list[Revoked]:
    """Return all that is revoked, the first first."""
    asked = (
        select(SigningCertificate.serial, SigningCertificate.revoked_at, SigningCertificate.reason)
        .where(SigningCertificate.revoked_at.is_not(None))
        .order_by(SigningCertificate.revoked_at)
    )
    return [
        Revoked(int(serial, 16), at, x509.ReasonFlags(reason))
        for serial, at, reason in session.execute(asked)
        if at is not None
    ]


def of_person(session: Session, person_id: UUID) -> Sequence[SigningCertificate]:
    """Return the certificates somebody was given, the newest first."""
    return session.scalars(
        select(SigningCertificate)
        .where(SigningCertificate.person_id == person_id)
        .order_by(SigningCertificate.issued_at.desc(), SigningCertificate.serial)
    ).all()


def owners(session: Session) -> frozenset[str]:
    """Return whoever was ever given a certificate, by user name."""
    return frozenset(
        session.scalars(
            select(Person.username)
            .join(SigningCertificate, SigningCertificate.person_id == Person.id)
            .distinct()
        )
    )


def of_serial(session: Session, serial: str) -> SigningCertificate | None:
    """Return a certificate by its serial number, in hexadecimal digits."""
    return session.get(SigningCertificate, serial)


def in_use(session: Session, person_id: UUID, at: datetime) -> SigningCertificate | None:
    """Return the certificate somebody signs with now; ``None``: there is none that counts."""
    known = of_person(session, person_id)
    return next((each for each in known if each.sealed and at < each.expires_at), None)


def ending(session: Session, before: datetime, limit: int) -> Sequence[SigningCertificate]:
    """Return certificates in use that end before a moment, and whose holders do not know yet."""
    return session.scalars(
        select(SigningCertificate)
        .where(
            SigningCertificate.expires_at < before,
            SigningCertificate.sealed != "",
            SigningCertificate.told_at.is_(None),
        )
        .order_by(SigningCertificate.expires_at, SigningCertificate.serial)
        .limit(limit)
    ).all()


def _key(content: bytes) -> RSAPrivateKey:
    key = own_key(content)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the authority's key is no RSA key")
    return key
