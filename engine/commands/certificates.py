"""Certificates of people: given, renewed and revoked by the site's own authority.

The authority is founded with the first certificate. A person chooses the password the key is
wrapped by; nobody else knows it, so a forgotten one means a new certificate.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from engine.commands.retried import retried
from engine.errors import Forbidden, NotFound
from engine.model.admin_event import AdminEventKind
from engine.model.person import Actor, Person
from engine.model.signature import SigningAuthority, SigningCertificate
from engine.signing import errors
from engine.signing.authority import (
    Authority,
    founded,
    is_ending,
    issued,
    new_key,
    renewed,
)
from engine.signing.errors import SigningRefused
from engine.signing.wrapped import wrap
from engine.storage import certificates as rows
from engine.storage.admin_events import tell
from engine.storage.database import UnitOfWork
from engine.storage.vault import Vault
from engine.values import is_national_code

LEAST_PASSWORD: Final = 5  #: characters; the page asks for a strong one, demonstrations do not
AUTHORITY_NAME: Final = "Divan"
#: what people and administrators may say a certificate is revoked for (RFC 5280 §5.3.1)
REASONS: Final = ("keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation")


@retried
def give(
    uow: UnitOfWork, password: str, *, vault: Vault, actor: Actor, at: datetime, address: str = ""
) -> str:
    """Give the actor a certificate, and take the key of the one before; its serial is returned.

    Renewing is the same act: a new key, a new certificate. The one before is not revoked: what
    was signed with it counts as long as it lasts.

    Args:
        password: opens the key, each time something is signed.
        address: of the site, written into the certificate with where its lists are.

    Raises:
        SigningRefused: the actor has no national code to be written into it (R-SIG-05), or the
            password is too short.
    """
    if not actor.national_code or not is_national_code(actor.national_code):
        raise SigningRefused(errors.NO_CODE)
    if len(password) < LEAST_PASSWORD:
        raise SigningRefused(errors.KEY_CLOSED, "too short a password")
    with uow:
        authority = _authority(uow, vault, address, at)
        key = new_key()
        made = issued(
            authority, key, name=actor.name_fa, latin=actor.name_en,
            national_code=actor.national_code, at=at,
        )  # fmt: skip
        serial = f"{made.serial_number:x}"
        for each in rows.of_person(uow.session, actor.person_id):
            each.sealed = ""
        uow.session.add(
            SigningCertificate(
                serial=serial,
                person_id=actor.person_id,
                certificate=made.public_bytes(Encoding.DER),
                sealed=rows.sealed(vault, wrap(key, password, serial)),
                issued_at=at,
                expires_at=made.not_valid_after_utc,
                revoked_at=None,
                revoked_by=None,
                reason=None,
                told_at=None,
            )
        )
        who = actor.username
        kind = AdminEventKind.CERTIFICATE_GIVEN
        tell(uow.session, kind, actor=who, at=at, person=who, serial=serial)
        uow.commit()
        return serial


@retried
def revoke(uow: UnitOfWork, serial: str, reason: str, *, actor: Actor, at: datetime) -> None:
    """Take a certificate out of use for good; its owner may, and an administrator.

    Raises:
        NotFound: there is none in use.
        Forbidden: it is somebody else's.
        ValueError: the reason is none of `REASONS`.
    """
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is no reason of RFC 5280")
    with uow:
        known = uow.session.get(SigningCertificate, serial, with_for_update=True)
        if known is None or known.revoked_at is not None:
            raise NotFound(f"no certificate {serial} in use")
        if known.person_id != actor.person_id and not actor.is_admin:
            raise Forbidden("somebody else's certificate")
        _revoke(known, reason, actor.username, at)
        owner = uow.session.get_one(Person, known.person_id)
        tell(
            uow.session,
            AdminEventKind.CERTIFICATE_REVOKED,
            actor=actor.username,
            at=at,
            person=owner.username,
            serial=serial,
            reason=reason,
        )
        uow.commit()


def _authority(uow: UnitOfWork, vault: Vault, address: str, at: datetime) -> Authority:
    """Return the authority at work: founded where there is none, renewed where it ends too soon."""
    known = rows.authorities(uow.session, vault, address)
    if known:
        return renew_authority(uow, vault, known[0], at) if is_ending(known[0], at) else known[0]
    made = Authority(*founded(AUTHORITY_NAME, at), address)
    _keep(uow, vault, made, at)
    return made


def renew_authority(uow: UnitOfWork, vault: Vault, authority: Authority, at: datetime) -> Authority:
    """Let the authority last as long again, with the key it has; the caller commits."""
    made = renewed(authority, at)
    _keep(uow, vault, made, at)
    serial, kind = f"{made.certificate.serial_number:x}", AdminEventKind.AUTHORITY_RENEWED
    tell(uow.session, kind, actor="", at=at, serial=serial)
    return made


def _keep(uow: UnitOfWork, vault: Vault, authority: Authority, at: datetime) -> None:
    uow.session.add(
        SigningAuthority(
            certificate=authority.certificate.public_bytes(Encoding.DER),
            sealed=rows.sealed_key(vault, authority.key),
            founded_at=at,
        )
    )


def _revoke(known: SigningCertificate, reason: str, by: str, at: datetime) -> None:
    """Let a certificate count no more; what opened with the password is gone with it."""
    known.revoked_at, known.revoked_by = at, by
    known.reason, known.sealed = x509.ReasonFlags(reason).value, ""
