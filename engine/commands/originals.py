"""What records officers do with paper that documents are scanned from (`domain.md` §5.4).

The paper is taken in, two people find the scan true, and then it is given back, or, once an
auditor allows it, destroyed with a minute. A closed case is no hindrance: that is when it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.commands.documents import told
from engine.commands.entered import Entered
from engine.commands.retried import retried
from engine.errors import DocumentNotFound, NotAtThisDesk, Problem, RulesBroken
from engine.model.document import Document, DocumentVersion
from engine.model.event import EventKind
from engine.model.instance import Instance
from engine.model.original import ALLOWS, CERTIFIERS, KEEPS, Ending, Original, ScanCertificate
from engine.model.person import Actor, desk_of
from engine.storage import documents, people
from engine.storage.database import Session, UnitOfWork
from engine.storage.originals import certificates
from engine.storage.retention import open_hold
from engine.values import integer_from, local_date


@dataclass(frozen=True, slots=True)
class Sides:
    """What a scan says of itself (R-ARC-04)."""

    count: int
    coarsest: int | None  #: dots to an inch of the page with the fewest; ``None``: no pictures
    page: int = 1  #: which that is


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a paper, as it was typed."""

    ending: str
    on: str  #: a day in the Jalali calendar
    minute_no: str


@retried
def take(
    uow: UnitOfWork,
    document_id: UUID,
    received_from: str,
    pages: str,
    *,
    sides: Sides | None,
    least_dpi: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Take in the paper that a document is a scan of.

    Args:
        pages: counted on the paper, as it was typed.
        sides: those of the newest version; ``None``: it is no PDF.
        least_dpi: dots to an inch that a page has to have where it has pictures.

    Raises:
        DocumentNotFound: there is none.
        NotAtThisDesk: the actor keeps no records of this unit.
        RulesBroken: ``GEN-REQUIRED``, ``NUM-001``; ``PPR-001`` the scan has another number of
            pages, ``PPR-002`` it is no PDF, ``PPR-003`` the paper was taken in before,
            ``PPR-013`` a page is too coarse (R-ARC-04).
    """
    entered = Entered()
    giver = entered.text("received_from", received_from)
    counted = entered.value("pages", integer_from, pages, 0)
    with uow:
        document, instance = _opened(uow, document_id, actor, KEEPS)
        if uow.session.get(Original, document_id) is not None:
            entered.problems.append(Problem("PPR-003"))
        if sides is None:
            entered.problems.append(Problem("PPR-002"))
        elif not entered.problems and counted != sides.count:
            entered.problems.append(Problem("PPR-001", "pages", {"count": str(sides.count)}))
        if sides is not None and sides.coarsest is not None and sides.coarsest < least_dpi:
            found = {"page": str(sides.page), "dpi": str(sides.coarsest), "least": str(least_dpi)}
            entered.problems.append(Problem("PPR-013", None, found))
        entered.must_be_right()
        uow.session.add(
            Original(
                document_id=document_id,
                received_by=actor.username,
                received_at=at,
                received_from=giver,
                pages=counted,
            )
        )
        facts = {"pages": counted, "from": giver}
        _tell(uow, instance, document, "taken", facts, actor=actor, at=at)


@retried
def certify(uow: UnitOfWork, document_id: UUID, sha256: str, *, actor: Actor, at: datetime) -> None:
    """Say that the newest version of a document is the paper, whole and legible.

    Whoever let the paper be destroyed had an older version before him: its first certificate
    takes that back.

    Args:
        sha256: of the version that the page showed.

    Raises:
        DocumentNotFound: no paper was taken in for it.
        NotAtThisDesk: the actor keeps no records of this unit.
        RulesBroken: ``PPR-004`` the same person has said so, by account or national code;
            ``PPR-006`` the paper is gone; ``PPR-010`` another version was shown.
    """
    with uow:
        document, instance = _opened(uow, document_id, actor, KEEPS)
        original = _held(uow.session, document_id)
        newest = uow.session.get_one(DocumentVersion, (document.id, document.newest))
        if newest.sha256 != sha256:
            raise RulesBroken([Problem("PPR-010")])
        found = certificates(uow.session, document)
        if any(_is_same(each, actor) for each in found):
            raise RulesBroken([Problem("PPR-004")])
        if not found:
            original.allowed_by = original.allowed_at = None
        uow.session.add(
            ScanCertificate(
                document_id=document_id,
                number=document.newest,
                certifier=actor.username,
                national_code=actor.national_code,
                sha256=sha256,
                at=at,
            )
        )
        _tell(uow, instance, document, "certified", {"sha256": sha256}, actor=actor, at=at)


@retried
def allow(uow: UnitOfWork, document_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let a paper be destroyed whose scan two people found true.

    Raises:
        DocumentNotFound: no paper was taken in for it.
        NotAtThisDesk: the actor is no auditor here.
        RulesBroken: ``PPR-005`` the scan is not certified, ``PPR-006`` the paper is gone,
            ``PPR-008`` it was allowed before, ``PPR-009`` a hold lies on the case, ``PPR-012``
            the auditor took it in or found it true, by account or national code.
    """
    with uow:
        document, instance = _opened(uow, document_id, actor, ALLOWS)
        original = _held(uow.session, document_id)
        _must_be_true(uow.session, document)
        if original.allowed_at is not None:
            raise RulesBroken([Problem("PPR-008")])
        _must_not_be_held(uow.session, instance)
        found = certificates(uow.session, document)
        received_by = people.national_codes(uow.session, [original.received_by])
        is_receiver = original.received_by == actor.username or actor.national_code in received_by
        if is_receiver or any(_is_same(each, actor) for each in found):
            raise RulesBroken([Problem("PPR-012")])
        original.allowed_by, original.allowed_at = actor.username, at
        _tell(uow, instance, document, "allowed", {}, actor=actor, at=at)


@retried
def end(uow: UnitOfWork, document_id: UUID, ended: Ended, *, actor: Actor, at: datetime) -> None:
    """Write down that a paper was destroyed or given back: who, on which day, by which minute.

    Raises:
        DocumentNotFound: no paper was taken in for it.
        NotAtThisDesk: the actor keeps no records of this unit.
        RulesBroken: ``GEN-REQUIRED``, ``GEN-CHOICE``, ``CAL-001``; ``PPR-005`` the scan is not
            certified, ``PPR-006`` the paper is gone, ``PPR-007`` nobody allowed its destruction
            or the day is before that, ``PPR-009`` a hold lies on the case, ``PPR-011`` the day
            is to come or before the paper came.
    """
    entered = Entered()
    minute = entered.text("minute_no", ended.minute_no)
    on = entered.day("ended_on", ended.on)
    ending = entered.choice("ending", Ending, ended.ending, Ending.RETURNED)
    with uow:
        document, instance = _opened(uow, document_id, actor, KEEPS)
        original = _held(uow.session, document_id)
        _must_be_true(uow.session, document)
        if on != date.max and not local_date(original.received_at) <= on <= local_date(at):
            entered.problems.append(Problem("PPR-011", "ended_on"))
        if ending is Ending.DESTROYED:
            _must_not_be_held(uow.session, instance)
            if original.allowed_at is None or on < local_date(original.allowed_at):
                entered.problems.append(Problem("PPR-007", "ending"))
        entered.must_be_right()
        original.ending, original.minute_no, original.ended_on = ending.value, minute, on
        original.ended_by, original.ended_at = actor.username, at
        facts = {"minute": minute, "on": on.isoformat()}
        _tell(uow, instance, document, ending.value, facts, actor=actor, at=at)


def _opened(
    uow: UnitOfWork, document_id: UUID, actor: Actor, role: str
) -> tuple[Document, Instance]:
    document = documents.one(uow.session, document_id)
    instance = uow.cases.one(document.instance_id)
    desk = desk_of(role, instance.unit)
    if not actor.sits_at(desk):
        raise NotAtThisDesk(desk)
    return document, instance


def _held(session: Session, document_id: UUID) -> Original:
    """Return a paper that still lies in the house."""
    original = session.get(Original, document_id)
    if original is None:
        raise DocumentNotFound(document_id)
    if not original.is_there:
        raise RulesBroken([Problem("PPR-006")])
    return original


def _must_be_true(session: Session, document: Document) -> None:
    if len(certificates(session, document)) < CERTIFIERS:
        raise RulesBroken([Problem("PPR-005")])


def _must_not_be_held(session: Session, instance: Instance) -> None:
    if open_hold(session, instance.id) is not None:
        raise RulesBroken([Problem("PPR-009")])


def _is_same(found: ScanCertificate, actor: Actor) -> bool:
    code = actor.national_code
    return found.certifier == actor.username or bool(code and code == found.national_code)


def _tell(
    uow: UnitOfWork,
    instance: Instance,
    document: Document,
    what: str,
    facts: Mapping[str, object],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    newest = uow.session.get_one(DocumentVersion, (document.id, document.newest))
    said = {"what": what, "name": newest.name, **facts}
    event = told(instance, EventKind.ORIGINAL, document, said, actor=actor, at=at)
    uow.cases.save(instance, [event])
    uow.commit()
