"""Signed PDFs of cases' files get another archive timestamp before the last one ends (R-SIG-03).

A look at what was signed lately writes down until when each file's timestamps prove it; what ends
soon gets one more, over all that is in the file, as the document's next version. The trail tells of
it, and the case may be long closed. What cannot be renewed is an incident, which ends by itself
once it could. Nothing is read or asked for within a transaction.

What was signed while the site had no timestamp authority (B-B) gets its first timestamp once it has
one: the moment it proves is that one, not the signer's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from engine.commands import rounds
from engine.commands.documents import Content, version
from engine.commands.incidents import open_incident
from engine.commands.retried import retried
from engine.model.archive_stamp import NOT_RENEWED, ArchiveStamp
from engine.model.base import new_id
from engine.model.document import Document, DocumentVersion
from engine.model.event import Event, EventKind
from engine.model.incident import Incident, fingerprint_of
from engine.model.worker import Round
from engine.signing import errors
from engine.signing.errors import SigningRefused
from engine.signing.trust import Trust
from engine.storage import archive_stamps, workers
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.document_store import DocumentStore

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

ROUND: Final = "archive_stamps"
EVERY: Final = timedelta(minutes=10)
AGAIN: Final = timedelta(hours=6)  #: after which what failed is tried once more
SETTLED: Final = timedelta(minutes=10)  #: a signature of before is committed, or never will be
LOOKED_AT: Final = 100  #: signatures of one round
RENEWED: Final = 20  #: documents of one round: a timestamp authority is asked so often


@dataclass(frozen=True, slots=True)
class Means:
    """What a site renews with."""

    store: DocumentStore
    trust: Callable[[Session, datetime], Trust]
    stamper: TimeStamper | None  #: ``None``: the settings name no authority for timestamps
    ahead: timedelta  #: of its end, that a timestamp is renewed


@dataclass(frozen=True, slots=True)
class Archived:
    """What one round did."""

    renewed: int
    failed: int


def renew(database: Database, means: Means, at: datetime) -> Archived:
    """Renew what ends soon, unless another worker just did.

    Called again it does nothing twice: what was renewed lasts longer, or was not taken.
    """
    work = rounds.make(database, ROUND, EVERY, at, lambda uow: _work(uow.session, means, at))
    if work is None:
        return Archived(0, 0)
    with database.reader() as session:
        trust = means.trust(session, at)
        versions = archive_stamps.newest(session, [*work.new, *work.due, *work.bare])
    renewed = failed = 0
    for each in versions:
        done = _renew(database, means, trust, each, at, work)
        renewed, failed = renewed + (done is True), failed + (done is False)
    if work.last is not None:
        _reach(database.unit_of_work(), work.last)
    return Archived(renewed, failed)


@dataclass(frozen=True, slots=True)
class _Work:
    """The documents of one round."""

    new: set[UUID]  #: signed since the last round
    due: set[UUID]  #: whose proof ends soon
    bare: set[UUID]  #: signed without a timestamp, where there is an authority by now
    last: UUID | None  #: of the signatures that were new


def _work(session: Session, means: Means, at: datetime) -> _Work:
    reached = session.get_one(Round, ROUND).reached
    after = UUID(reached) if reached else None
    signed = archive_stamps.signed_after(session, after, at - SETTLED, LOOKED_AT)
    archive_stamps.resolve_gone(session, at)
    due = archive_stamps.due(session, at + means.ahead, at - AGAIN, RENEWED)
    room = RENEWED - len(due) if means.stamper is not None else 0
    bare = archive_stamps.unstamped(session, at - AGAIN, room) if room else []
    last = signed[-1][0] if signed else None
    return _Work({document for _signature, document in signed}, set(due), set(bare), last)


@retried
def _reach(uow: UnitOfWork, last: UUID) -> None:
    """Let the next round go on here: a worker that dies before leaves its round to the next."""
    with uow:
        workers.reach(uow.session, ROUND, str(last))
        uow.commit()


def _renew(
    database: Database,
    means: Means,
    trust: Trust,
    newest: DocumentVersion,
    at: datetime,
    work: _Work,
) -> bool | None:
    """Renew one; ``None``: its proof holds for longer, or it has none and gets none."""
    from engine.signing.ageing import proved_until  # noqa: PLC0415 - loads what few processes need

    uow = database.unit_of_work()
    try:
        content = _read(means.store, newest.sha256)
        ends = proved_until(content, trust)
        is_first = ends is None and newest.document_id in work.bare
        # none: somebody put a file in its place that nobody signed; what was signed since the last
        # round waits for the next, among those that wait the longest
        is_due = newest.document_id in work.due
        if not is_first and (ends is None or ends >= at + means.ahead or not is_due):
            _note(uow, newest.document_id, ends, at)
            return None
        made, until = _stamped(content, means.stamper, trust, at, ends)
        kept = _kept(means.store, newest, made)
        _put(uow, newest, kept, until, at)
    except Exception as broken:  # noqa: BLE001 - whatever one file breaks, the others have their turn
        _fail(uow, newest.document_id, str(broken) or repr(broken), at)
        return False
    return True


def _stamped(
    content: bytes, stamper: TimeStamper | None, trust: Trust, at: datetime, ends: datetime | None
) -> tuple[bytes, datetime]:
    """Return a PDF with one timestamp more, and until when it proves it.

    Raises:
        SigningRefused: there is no authority for timestamps, its new one lasts no longer than the
            one before, or a signature does not pass.
    """
    from engine.signing import ageing, pdf, pdf_checks  # noqa: PLC0415 - as above

    if stamper is None:
        raise SigningRefused(errors.NO_TIMESTAMP, "DIVAN_TIMESTAMP_URL names no authority")
    made = pdf.archived(content, trust, at, stamper)
    until = ageing.proved_until(made, trust)
    if until is None or (ends is not None and until <= ends):
        raise SigningRefused(errors.NO_TIMESTAMP, "the new timestamp lasts no longer")
    refused = [each.code for each in pdf_checks.verify(made, trust, at) if not each.has_passed]
    if refused:
        raise SigningRefused(refused[0] or errors.UNTRUSTED, "a signature in it does not pass")
    return made, until


def _read(store: DocumentStore, sha256: str) -> bytes:
    with store.open(sha256) as file:
        return file.read()


def _kept(store: DocumentStore, newest: DocumentVersion, made: bytes) -> Content:
    with store.receive(len(made)) as incoming:
        incoming.write(made)
        content = Content(newest.name, newest.kind, len(made), incoming.sha256, newest.scanned)
        store.keep(incoming)
    return content


@retried
def _note(uow: UnitOfWork, document_id: UUID, ends: datetime | None, at: datetime) -> None:
    """Write down until when a document is proved; what stood against renewing it is over."""
    with uow:
        known = uow.session.get(ArchiveStamp, document_id)
        if known is not None:
            _close(uow.session, known, at)
        if ends is None and known is not None:
            uow.session.delete(known)
        elif ends is not None and known is None:
            uow.session.add(_stamp(document_id, ends))
        elif ends is not None and known is not None:
            known.ends_at = ends
        uow.commit()


@retried
def _put(
    uow: UnitOfWork, newest: DocumentVersion, content: Content, until: datetime, at: datetime
) -> None:
    """Put the renewed PDF in its document's place, unless another version is there by now."""
    with uow:
        document = uow.session.get_one(Document, newest.document_id)
        instance = uow.cases.one(document.instance_id)
        if document.newest != newest.number or document.withdrawn_at is not None:
            return
        number = document.replace()
        instance.event_count += 1
        facts = {
            "document": str(document.id),
            "number": number,
            "name": content.name,
            "sha256": content.sha256,
            "size": content.size,
            "until": until.isoformat(),
        }
        event = Event(
            instance.id, instance.event_count, at, EventKind.DOCUMENT_STAMPED,
            element_id=document.element_id, facts=facts,
        )  # fmt: skip
        uow.session.add(version(document, number, content, event))
        known = uow.session.get(ArchiveStamp, document.id)
        if known is None:
            uow.session.add(_stamp(document.id, until))
        else:
            _close(uow.session, known, at)
            known.ends_at = until
        uow.cases.save(instance, [event])
        uow.commit()


@retried
def _fail(uow: UnitOfWork, document_id: UUID, cause: str, at: datetime) -> None:
    """Open an incident for a document, unless it has one that is open."""
    with uow:
        known = uow.session.get(ArchiveStamp, document_id)
        if known is None:  # it cannot even be read: it is looked at again like those that are due
            known = _stamp(document_id, at)
            uow.session.add(known)
        known.tried_at = at
        if known.incident_id is None:
            incident = _incident(cause, at)
            open_incident(uow, incident)
            uow.session.flush()
            known.incident_id = incident.id
        uow.commit()


def _incident(cause: str, at: datetime) -> Incident:
    return Incident(
        id=new_id(),
        instance_id=None,  # no case stands still for it
        job_id=None,
        element_id=None,
        code=NOT_RENEWED,
        cause=cause,
        fingerprint=fingerprint_of(NOT_RENEWED, "", cause),
        opened_at=at,
        trace=None,
        resolved_at=None,
    )


def _stamp(document_id: UUID, ends: datetime) -> ArchiveStamp:
    return ArchiveStamp(document_id=document_id, ends_at=ends, tried_at=None, incident_id=None)


def _close(session: Session, known: ArchiveStamp, at: datetime) -> None:
    if known.incident_id is not None:
        session.get_one(Incident, known.incident_id).resolved_at = at
    known.incident_id = known.tried_at = None
