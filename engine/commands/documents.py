"""What people do with the documents of a case: hand in, replace, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.commands import rounds
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.documents.refusals import refused
from engine.errors import NotInThisCase, NotTaskHolder, TaskNotFound
from engine.model.base import new_id
from engine.model.document import Document, DocumentVersion
from engine.model.event import Event, EventKind
from engine.model.instance import HumanTask, Instance
from engine.model.person import Actor
from engine.settings import DocumentSettings
from engine.storage import documents, kept, signature_requests, uploads
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.document_store import DocumentStore

LONGEST_REASON: Final = 1_000  #: characters
ROUND: Final = "documents"
EVERY: Final = timedelta(hours=1)  #: between two looks for what is left over


@dataclass(frozen=True, slots=True)
class Content:
    """A file that was examined and lies in the store."""

    name: str
    kind: str
    size: int  #: bytes
    sha256: str
    scanned: bool


@retried
def attach(
    uow: UnitOfWork,
    instance_id: UUID,
    contents: Sequence[Content],
    *,
    actor: Actor,
    at: datetime,
    limits: DocumentSettings,
    task_id: UUID | None = None,
    field: str | None = None,
) -> list[UUID]:
    """Put documents into a case's file; their ids are returned.

    Args:
        task_id: the open step they are handed in with; its holder does so.
        field: of the step's form, when that asked for them.

    Raises:
        CaseNotFound, CaseFinished, TaskNotFound: there is nothing to add to.
        NotInThisCase, NotTaskHolder: it is not the actor's to add to.
        RulesBroken: the file would be larger than the site allows.
    """
    with uow:
        instance = uow.cases.one(instance_id)
        instance.must_run()
        task = _task(instance, task_id, actor)
        done_for = task.held_for if task else _must_take_part(uow, instance, actor)
        must_have_room(uow, instance, contents, limits)
        added = [_document(instance, task, field) for _ in contents]
        _file(uow, instance, added, contents, done_for, actor=actor, at=at)
        uow.commit()
        return [each.id for each in added]


def file_in_case(
    uow: UnitOfWork,
    instance_id: UUID,
    contents: Sequence[Content],
    *,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Put what an area received into a case's file, in the transaction of the area's own command.

    The area decides who may; a case that is over takes it all the same, as it does papers.

    Args:
        actor: ``None``: nobody, a worker does it by the clock.

    Raises:
        CaseNotFound: there is none.
    """
    instance = uow.cases.one(instance_id)
    added = [_document(instance, None, None) for _ in contents]
    _file(uow, instance, added, contents, None, actor=actor, at=at)


def _file(
    uow: UnitOfWork,
    instance: Instance,
    added: Sequence[Document],
    contents: Sequence[Content],
    done_for: str | None,
    *,
    actor: Actor | None,
    at: datetime,
) -> None:
    uow.session.add_all(added)
    uow.session.flush()
    events = []
    for document, each in zip(added, contents, strict=True):
        kind, facts = EventKind.DOCUMENT_ADDED, _said(each, done_for)
        events.append(told(instance, kind, document, facts, actor=actor, at=at))
        uow.session.add(version(document, 1, each, events[-1]))
    uow.cases.save(instance, events)


@retried
def replace(
    uow: UnitOfWork,
    document_id: UUID,
    content: Content,
    *,
    actor: Actor,
    at: datetime,
    limits: DocumentSettings,
) -> int:
    """Put a newer version in a document's place and return its number; the old ones stay.

    Raises:
        DocumentNotFound, DocumentWithdrawn, CaseFinished: there is nothing to replace.
        NotInThisCase: it is not the actor's to change.
        RulesBroken: the file would be larger than the site allows.
    """
    with uow:
        document, instance, done_for = to_change(uow, document_id, actor)
        must_have_room(uow, instance, [content], limits)
        number = document.replace()
        kind, facts = EventKind.DOCUMENT_REPLACED, _said(content, done_for)
        line = told(instance, kind, document, facts, actor=actor, at=at)
        uow.session.add(version(document, number, content, line))
        uow.cases.save(instance, [line])
        uow.commit()
        return number


@retried
def withdraw(
    uow: UnitOfWork, document_id: UUID, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Let a document count no more, and say why; who brought it may, and who has a step.

    Raises:
        DocumentNotFound, DocumentWithdrawn, CaseFinished: there is nothing to withdraw.
        NotInThisCase: it is not the actor's to withdraw.
        RulesBroken: no reason, or too long a one.
    """
    given = must_say(reason, LONGEST_REASON)
    with uow:
        document, instance, done_for = to_change(uow, document_id, actor)
        has_step = any(each.holder == actor.username for each in instance.tasks)
        if not has_step and not documents.is_adder(uow.session, document_id, actor.username):
            raise NotInThisCase(instance.id)
        document.withdraw(actor.username, given, at)
        facts = {"reason": given, "name": _name(uow, document), **_for(done_for)}
        kind = EventKind.DOCUMENT_WITHDRAWN
        line = told(instance, kind, document, facts, actor=actor, at=at)
        uow.cases.save(instance, [line])
        uow.commit()


def sweep(database: Database, store: DocumentStore, at: datetime) -> int:
    """Remove contents whose transaction failed, unless another worker just did; see the store.

    Pages that are open no more, answers nobody signed in time, and documents that no start has
    claimed, are forgotten in the same round; the contents of those go with the next.
    """
    if not rounds.make(database, ROUND, EVERY, at, lambda uow: _forget(uow.session, at)):
        return 0
    with database.reader() as session:
        return store.sweep(lambda hashes: documents.named(session, hashes), at)


def _forget(session: Session, at: datetime) -> bool:
    kept.forget_gone(session, at)
    uploads.forget_unclaimed(session, at)
    signature_requests.forget(session, at)
    return True


def _task(instance: Instance, task_id: UUID | None, actor: Actor) -> HumanTask | None:
    if task_id is None:
        return None
    task = next((each for each in instance.tasks if each.id == task_id), None)
    if task is None:
        raise TaskNotFound(task_id)
    if task.holder != actor.username:
        raise NotTaskHolder(task_id, actor.username)
    return task


def to_change(
    uow: UnitOfWork, document_id: UUID, actor: Actor
) -> tuple[Document, Instance, str | None]:
    """Return a document, its case, and for whom the actor changes it."""
    document = documents.one(uow.session, document_id)
    instance = uow.cases.one(document.instance_id)
    instance.must_run()
    return document, instance, _must_take_part(uow, instance, actor)


def _must_take_part(uow: UnitOfWork, instance: Instance, actor: Actor) -> str | None:
    """Refuse who takes no part in a case; return for whom the actor does, if for somebody."""
    process_id = instance.process_id
    config = uow.deployed(instance.definition_id).bundle.process(process_id)
    steps = documents.desks_and_holders(uow.session, instance.id)
    amount = config.amount_of(instance.variables)
    part = documents.Part(process_id, amount, instance.started_by, instance.party, steps)
    if not part.is_of(actor):
        raise NotInThisCase(instance.id)
    stands = part.stands_of(actor)
    return stands.username if stands else None


def must_have_room(
    uow: UnitOfWork, instance: Instance, contents: Sequence[Content], limits: DocumentSettings
) -> None:
    """Refuse what would make a case's file larger than the site allows.

    Raises:
        RulesBroken: it would.
    """
    held = documents.held_by(uow.session, instance.id)
    if held.count + len(contents) > limits.most:
        raise refused("GEN-FILE-MANY", contents[-1].name, limit=str(limits.most))
    if held.size + sum(each.size for each in contents) > limits.case_bytes:
        raise refused("GEN-FILE-CASE", contents[-1].name, limit=str(limits.case_size))


def _document(instance: Instance, task: HumanTask | None, field: str | None) -> Document:
    return Document(
        id=new_id(),
        instance_id=instance.id,
        task_id=task and task.id,
        element_id=task and task.element_id,
        field=field,
        newest=1,
    )


def version(document: Document, number: int, content: Content, told: Event) -> DocumentVersion:
    """Return a version of a document, as a line of the trail tells of it."""
    return DocumentVersion(
        document_id=document.id,
        number=number,
        name=content.name,
        kind=content.kind,
        size=content.size,
        sha256=content.sha256,
        added_at=told.at,
        added_by=told.actor or "",
        event_seq=told.seq,
        scanned=content.scanned,
    )


def _said(content: Content, done_for: str | None) -> dict[str, Any]:
    said = {"name": content.name, "sha256": content.sha256, "size": content.size}
    return {**said, **_for(done_for)}


def _for(username: str | None) -> dict[str, str]:
    return {"for": username} if username else {}


def told(
    instance: Instance,
    kind: EventKind,
    document: Document,
    facts: Mapping[str, Any],
    *,
    actor: Actor | None,
    at: datetime,
) -> Event:
    """Return the line of the trail; what it says is enough to find the content again."""
    instance.event_count += 1
    return Event(
        instance.id,
        instance.event_count,
        at,
        kind,
        element_id=document.element_id,
        task_id=document.task_id,
        actor=None if actor is None else actor.username,
        facts={"document": str(document.id), "number": document.newest, **facts},
    )


def _name(uow: UnitOfWork, document: Document) -> str:
    version = uow.session.get_one(DocumentVersion, (document.id, document.newest))
    return version.name
