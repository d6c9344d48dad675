"""Signatures, the certificates they are made with, and the authority that issues them.

A signature covers bytes that name the state of the case's chain before it: `number` and
`chain` go on from one to the next, so that none can be left out or put between (R-SIG-06).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, JsonText, new_id


class SigningAuthority(Base):
    """The site's own certificate authority; its key is sealed by the vault."""

    __tablename__ = "signing_authority"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    certificate: Mapped[bytes] = mapped_column(LargeBinary)  #: DER
    sealed: Mapped[str]
    founded_at: Mapped[datetime]


class SigningCertificate(Base):
    """A certificate that the authority gave a person, with the key under the person's password."""

    __tablename__ = "signing_certificate"

    serial: Mapped[str] = mapped_column(primary_key=True)  #: hexadecimal digits
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    certificate: Mapped[bytes] = mapped_column(LargeBinary)  #: DER
    sealed: Mapped[str]  #: the wrapped key, sealed by the vault; empty once replaced or revoked
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    reason: Mapped[str | None]  #: a name of RFC 5280 §5.3.1
    told_at: Mapped[datetime | None]  #: when its holder was told that it ends


class KeptSignature(Base):
    """One signature of one person, of an answer or of a document."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("instance_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"))
    number: Mapped[int]  #: within its case
    task_id: Mapped[UUID | None] = mapped_column(index=True)
    element_id: Mapped[str | None]
    document_id: Mapped[UUID | None] = mapped_column(index=True)
    document_number: Mapped[int | None]  #: of the version that has it
    username: Mapped[str]
    national_code: Mapped[str | None]
    level: Mapped[str]
    method: Mapped[str]  #: what it was made with: ``certificate``, ``file``, ``password`` …
    name: Mapped[str | None]  #: the subject of the certificate
    issuer: Mapped[str | None]
    serial: Mapped[str | None]  #: of the certificate, hexadecimal digits
    certificate: Mapped[bytes | None] = mapped_column(LargeBinary)  #: DER
    algorithm: Mapped[str | None]
    form: Mapped[str | None]  #: ``B-B``, ``B-T``, ``B-LT``
    content: Mapped[bytes | None] = mapped_column(LargeBinary)  #: canonical JSON; may be erased
    content_hash: Mapped[str] = mapped_column(unique=True)
    previous: Mapped[str]  #: where the chain stood before
    chain: Mapped[str]  #: and behind it
    cms: Mapped[bytes | None] = mapped_column(LargeBinary)  #: of a PDF it stands in the file
    signed_at: Mapped[datetime]
    stamped_at: Mapped[datetime | None]  #: as a trusted timestamp says
    result: Mapped[str]  #: of verifying it at once
    voided_at: Mapped[datetime | None]  #: the answer was taken back


class SignatureRequest(Base):
    """Bytes somebody took away to sign elsewhere, and the answer they are of."""

    __tablename__ = "signature_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    task_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[Any] = mapped_column(JsonText)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
