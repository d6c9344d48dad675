"""What a person proves itself with: read at the sign-in and on the page of its own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.person import Person
from engine.model.sign_in import Identity, Passkey, RecoveryCode, SignIn, Totp


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey as its signature is checked."""

    credential_id: str
    person_id: UUID
    public_key: bytes
    sign_count: int
    title: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has to prove itself with beside a password."""

    sealed: str | None = None  #: the secret of the device, where there is one that counts
    last_step: int = 0
    keys: tuple[Key, ...] = ()
    codes_left: int = 0

    @property
    def are_any(self) -> bool:
        """Tell whether a password alone is not enough."""
        return self.sealed is not None or bool(self.keys)


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    """A browser a person is signed in with."""

    token_hash: str
    created_at: datetime
    seen_at: datetime
    method: str
    address: str | None
    browser: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """What the page of one's own account shows."""

    has_password: bool
    factors: Factors
    browsers: tuple[SignedInBrowser, ...]


def factors(session: Session, person_id: UUID) -> Factors:
    """Return a person's second factors."""
    totp = session.execute(
        select(Totp.sealed, Totp.last_step).where(
            Totp.person_id == person_id, Totp.confirmed_at.is_not(None)
        )
    ).first()
    keys = session.scalars(
        select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.added_at)
    )
    left = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    sealed, last_step = totp or (None, 0)
    found = tuple(_key(each) for each in keys)
    return Factors(sealed, last_step, found, session.scalar(left) or 0)


def begun_totp(session: Session, person_id: UUID) -> str | None:
    """Return the sealed secret of a device that has given no code yet."""
    asked = select(Totp.sealed).where(Totp.person_id == person_id, Totp.confirmed_at.is_(None))
    return session.scalar(asked)


def key(session: Session, credential_id: str) -> Key | None:
    """Return a passkey of somebody who may sign in."""
    found = session.scalar(
        select(Passkey)
        .join(Person, Person.id == Passkey.person_id)
        .where(Passkey.credential_id == credential_id, Person.disabled.is_(False))
    )
    return _key(found) if found else None


def account(session: Session, person_id: UUID, at: datetime, *, idle: timedelta) -> Account:
    """Return what a person may look at and change of its own account."""
    has_password = session.scalar(
        select(Person.password_hash.is_not(None)).where(Person.id == person_id)
    )
    browsers = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at > at, SignIn.seen_at > at - idle)
        .order_by(SignIn.seen_at.desc())
    )
    return Account(bool(has_password), factors(session, person_id), tuple(map(_browser, browsers)))


def proved_at(session: Session, token_hash: str) -> datetime | None:
    """Return when whoever sits at a browser last proved to be its person."""
    return session.scalar(select(SignIn.proved_at).where(SignIn.token_hash == token_hash))


def known_as(session: Session, issuer: str, subject: str) -> UUID | None:
    """Return who somebody is to whom an OpenID provider vouches, unless disabled."""
    return session.scalar(
        select(Identity.person_id)
        .join(Person, Person.id == Identity.person_id)
        .where(Identity.issuer == issuer, Identity.subject == subject, Person.disabled.is_(False))
    )


def is_known_to(session: Session, issuer: str, person_id: UUID) -> bool:
    """Tell whether the provider vouches for this person under some other subject."""
    asked = select(Identity.subject).where(
        Identity.issuer == issuer, Identity.person_id == person_id
    )
    return session.scalar(asked) is not None


def is_vouched_for(session: Session, person_id: UUID) -> bool:
    """Tell whether a provider has said once who this person is."""
    asked = select(Identity.subject).where(Identity.person_id == person_id).limit(1)
    return session.scalar(asked) is not None


def _key(row: Passkey) -> Key:
    return Key(
        row.credential_id,
        row.person_id,
        row.public_key,
        row.sign_count,
        row.title,
        row.added_at,
        row.used_at,
    )


def _browser(row: SignIn) -> SignedInBrowser:
    return SignedInBrowser(
        row.token_hash, row.created_at, row.seen_at, row.method, row.address, row.browser
    )
