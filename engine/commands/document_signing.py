"""Signing a PDF of a case's file: the signed one becomes its next version (PAdES).

Each signature covers all before it; several people sign one after the other, in whatever order,
and who signed a version that is not the newest any more signs anew (SIG-008).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.commands.documents import Content, must_have_room, to_change, told, version
from engine.commands.retried import retried
from engine.commands.signing import describe, must_be_whole, must_hold, new_row
from engine.commands.signing import told as told_of
from engine.model.document import DocumentVersion
from engine.model.event import EventKind
from engine.model.person import Actor
from engine.settings import DocumentSettings
from engine.signing import Level, errors
from engine.signing.errors import SigningRefused
from engine.signing.results import Verification
from engine.storage import signatures as rows
from engine.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A PDF with one signature more, as it lies in the store."""

    before: str  #: SHA-256 of what was signed, in hexadecimal digits
    content: Content
    verification: Verification  #: of the new signature
    means: str


@retried
def sign(
    uow: UnitOfWork,
    document_id: UUID,
    signed: SignedPdf,
    *,
    actor: Actor,
    at: datetime,
    limits: DocumentSettings,
    required: Level | None = None,
) -> int:
    """Put a signed PDF in its document's place and return the number of that version.

    Raises:
        DocumentNotFound, DocumentWithdrawn, CaseFinished: there is nothing to sign.
        NotInThisCase: it is not the actor's to sign.
        SigningRefused: the signature did not pass, a newer version is there, or the chain of the
            case is broken.
    """
    with uow:
        document, instance, done_for = to_change(uow, document_id, actor)
        newest = uow.session.get_one(DocumentVersion, (document.id, document.newest))
        if newest.sha256 != signed.before:
            raise SigningRefused(errors.SUPERSEDED)
        must_hold(signed.verification, required, actor, None)
        must_be_whole(uow.session, instance.id)
        if rows.has_signed(uow.session, document_id, actor.username):
            raise SigningRefused(errors.ALREADY)
        must_have_room(uow, instance, [signed.content], limits)
        number = document.replace()
        signature = new_row(uow.session, instance.id, actor, signed.content.sha256, at)
        signature.document_id, signature.document_number = document.id, number
        describe(signature, signed.verification, signed.means)
        facts = {
            "name": signed.content.name,
            "sha256": signed.content.sha256,
            "size": signed.content.size,
            **({"for": done_for} if done_for else {}),
            **told_of(signature),
        }
        event = told(instance, EventKind.DOCUMENT_SIGNED, document, facts, actor=actor, at=at)
        uow.session.add_all([version(document, number, signed.content, event), signature])
        uow.cases.save(instance, [event])
        uow.commit()
        return number
