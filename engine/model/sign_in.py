"""How people prove who they are: signed-in browsers, second factors, accounts elsewhere."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id

#: How many recovery codes a person is given at once; each opens the door once.
RECOVERY_CODES: Final = 10


class Method(enum.Enum):
    """By what a person proved who it is."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    DIRECTORY = "directory"  #: the password of the LDAP directory
    PROVIDER = "provider"  #: an OpenID provider said so
    PASSKEY = "passkey"  #: WebAuthn
    TOTP = "totp"  #: a code of RFC 6238
    CERTIFICATE = "certificate"  #: a key signed what was done
    RECOVERY = "recovery"  #: a code kept for the day the device is lost

    @property
    def recorded(self) -> str:
        """What the record of an act calls it: by the names of the standards."""
        return {Method.PROVIDER: "oidc", Method.PASSKEY: "webauthn"}.get(self, self.value)


class SignIn(Base):
    """A signed-in browser; the cookie holds a random token, the row only its hash."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]  #: whatever happens, it ends then
    seen_at: Mapped[datetime]  #: it ends also when nothing came from it for too long
    proved_at: Mapped[datetime]  #: when the person last proved to be there
    method: Mapped[str]
    address: Mapped[str | None]
    browser: Mapped[str | None]  #: what it says it is


class SignInAttempt(Base):
    """A failed sign-in, counted to slow down guessing."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    at: Mapped[datetime]


class Totp(Base):
    """The secret a person's device makes codes of (RFC 6238), sealed by the site's vault."""

    __tablename__ = "totp"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[str]
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  #: by a first right code; before that it counts not
    last_step: Mapped[int] = mapped_column(default=0)  #: of the last code taken: none twice


class Passkey(Base):
    """A key that a person's device or token holds (WebAuthn); ours is the public half."""

    __tablename__ = "passkey"

    credential_id: Mapped[str] = mapped_column(primary_key=True)  #: base64url
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[bytes]  #: COSE
    sign_count: Mapped[int]
    title: Mapped[str]  #: as the person calls it
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code for the day the device is lost, kept as a hash; good for once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class Identity(Base):
    """Who a person is to an OpenID provider: its issuer and its subject, which never change."""

    __tablename__ = "identity"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    added_at: Mapped[datetime]
