"""Documents handed in with the form that starts a case: kept, then put into the case's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from engine.commands.documents import Content
from engine.commands.follow import Following
from engine.commands.retried import retried
from engine.documents.refusals import refused
from engine.errors import Problem, RulesBroken
from engine.model.base import new_id
from engine.model.document import Document, DocumentVersion
from engine.model.event import EventKind
from engine.model.person import Actor
from engine.model.upload import Upload
from engine.settings import DocumentSettings
from engine.storage import uploads
from engine.storage.database import UnitOfWork

#: the documents an answer names, by the path of the field that asked for them
Named: TypeAlias = Mapping[str, Sequence[UUID]]


@retried
def keep(
    uow: UnitOfWork,
    process_id: str,
    contents: Sequence[Content],
    *,
    field: str,
    actor: Actor,
    at: datetime,
    limits: DocumentSettings,
) -> list[UUID]:
    """Keep documents for a case that the actor is about to start; their ids are returned.

    What no start claims within `uploads.WAITS` is forgotten.

    Raises:
        RulesBroken: as much waits for the actor's cases as one case may hold.
    """
    with uow:
        held = uploads.held_by(uow.session, actor.person_id)
        if held.count + len(contents) > limits.most:
            raise refused("GEN-FILE-MANY", contents[-1].name, limit=str(limits.most))
        if held.size + sum(each.size for each in contents) > limits.case_bytes:
            raise refused("GEN-FILE-CASE", contents[-1].name, limit=str(limits.case_size))
        kept = [_upload(process_id, field, each, actor, at) for each in contents]
        uow.session.add_all(kept)
        uow.commit()
        return [each.id for each in kept]


def claimed(uow: UnitOfWork, process_id: str, named: Named, actor: Actor) -> Sequence[Upload]:
    """Return the documents an answer names, to be put into the file of the case it starts.

    Raises:
        RulesBroken: one waits no more, or never was the actor's for this process.
    """
    ids = {each for some in named.values() for each in some}
    found = uploads.waiting(uow.session, actor.person_id, process_id, ids)
    gone = ids - {each.id for each in found}
    problems = [Problem("GEN-FILE-GONE", field) for field, some in named.items() if gone & {*some}]
    if problems:
        raise RulesBroken(problems)
    return found


def told(following: Following, claimed: Iterable[Upload], actor: Actor) -> list[DocumentVersion]:
    """Tell the new case's trail of its documents; return what is stored once the case is.

    A document keeps the id of its upload, which the answer names.
    """
    versions = []
    for each in claimed:
        facts = {"name": each.name, "sha256": each.sha256, "size": each.size}
        facts |= {"document": str(each.id), "number": 1}
        following.tell(EventKind.DOCUMENT_ADDED, actor=actor.username, facts=facts)
        versions.append(_version(each, following.instance.event_count, actor))
    return versions


def put_into_file(
    uow: UnitOfWork,
    instance_id: UUID,
    claimed: Iterable[Upload],
    versions: Iterable[DocumentVersion],
) -> None:
    """Make the waiting documents those of a case that was just added."""
    for each in claimed:
        document = Document(id=each.id, instance_id=instance_id, field=each.field, newest=1)
        uow.session.add(document)
        uow.session.delete(each)
    uow.session.flush()
    uow.session.add_all(versions)


def _upload(process_id: str, field: str, content: Content, actor: Actor, at: datetime) -> Upload:
    return Upload(
        id=new_id(),
        person_id=actor.person_id,
        process_id=process_id,
        field=field,
        name=content.name,
        kind=content.kind,
        size=content.size,
        sha256=content.sha256,
        scanned=content.scanned,
        at=at,
    )


def _version(upload: Upload, event_seq: int, actor: Actor) -> DocumentVersion:
    return DocumentVersion(
        document_id=upload.id,
        number=1,
        name=upload.name,
        kind=upload.kind,
        size=upload.size,
        sha256=upload.sha256,
        added_at=upload.at,
        added_by=actor.username,
        event_seq=event_seq,
        scanned=upload.scanned,
    )
