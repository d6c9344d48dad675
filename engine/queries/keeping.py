"""What the pages about keeping show: rules, what is due, holds, requests, one case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.catalogue.retention import Retention
from engine.errors import CaseNotFound, Forbidden
from engine.model.batch import Batch
from engine.model.instance import instance_table as instance
from engine.model.person import Actor
from engine.model.retention import (
    HOLDS,
    WAITS,
    ErasureRequest,
    LegalHold,
    Tombstone,
)
from engine.storage import personal
from engine.storage import retention as rows
from engine.storage.bundles import Deployed, all_latest, deployed
from engine.storage.due import due, moment_of
from engine.storage.retention import Measure
from engine.values import local_date
from engine.values.likeness import Likeness

READERS: Final = frozenset({"RECORDS", "AUDITOR", "ADMIN"})
MOST_HOLDS: Final = 200
MOST_REQUESTS: Final = 20
NAMED: Final = 20  #: of the cases of a request, so many are named


@dataclass(frozen=True, slots=True)
class KeptProcess:
    """How long the cases of a process are kept, and how many need not be any more."""

    definition: Deployed
    rule: Retention | None
    due: Measure


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case with the hold that lies on it."""

    hold: LegalHold
    title: str
    business_key: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the batch that does it."""

    row: ErasureRequest
    batch: Batch | None


@dataclass(frozen=True, slots=True)
class KeptCase:
    """One case as those see it who keep records."""

    id: UUID
    definition: Deployed
    title: str
    business_key: str | None
    unit: str
    started_at: datetime
    finished_at: datetime | None
    rule: Retention | None
    moment: date | None  #: that the rule counts from, where it names one
    kept_until: date | None
    holds: tuple[LegalHold, ...]  #: the newest first
    stone: Tombstone | None

    @property
    def hold(self) -> LegalHold | None:
        """The hold that lies on it."""
        return next((each for each in self.holds if each.lifted_at is None), None)


@dataclass(frozen=True, slots=True)
class Where:
    """Where a person stands now."""

    found: tuple[personal.Found, ...]
    cases: int
    running: int  #: of these, which have to end first
    held: int  #: …or be let go
    lifted: tuple[HeldCase, ...]  #: holds that lay on them, lifted last first
    documents: tuple[personal.Named, ...]  #: they stay under the rule of their case


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be purged if it were done now."""

    measure: Measure
    first: tuple[tuple[UUID, str, str | None, datetime], ...]  #: id, title, number, ended
    lifted: tuple[HeldCase, ...]  #: holds that lay on them, lifted last first


def may_read(actor: Actor) -> bool:
    """Tell whether the actor keeps records, audits or runs the site."""
    return bool(READERS & actor.roles)


def must_read(actor: Actor) -> None:
    """Refuse everybody else.

    Raises:
        Forbidden: …
    """
    if not may_read(actor):
        raise Forbidden(f"{actor.username} does not keep records")


def processes(session: Session, actor: Actor, at: datetime) -> tuple[KeptProcess, ...]:
    """Return every process with its rule, and what of it is due."""
    must_read(actor)
    found = []
    for each in all_latest(session):
        rule = each.bundle.process(each.process_id).retention
        cases = [] if rule is None else list(due(session, each.process_id, rule, at))
        found.append(KeptProcess(each, rule, rows.measure(session, cases)))
    return tuple(found)


def preview(session: Session, process_id: str, at: datetime) -> Preview:
    """Return what of a process would be purged now."""
    rule = next(
        (
            each.bundle.process(process_id).retention
            for each in all_latest(session)
            if each.process_id == process_id
        ),
        None,
    )
    cases: Sequence[UUID] = [] if rule is None else list(due(session, process_id, rule, at))
    of = instance.c
    named = session.execute(
        select(of.id, of.title, of.business_key, of.finished_at)
        .where(of.id.in_(cases[:NAMED]))
        .order_by(of.finished_at)
    )
    first = tuple((*each,) for each in named)
    return Preview(rows.measure(session, cases), first, _lifted(session, cases))


def _lifted(session: Session, cases: Collection[UUID]) -> tuple[HeldCase, ...]:
    """Return the holds that lay on some cases, those lifted last."""
    found = session.execute(
        select(LegalHold, instance.c.title, instance.c.business_key)
        .join(instance, instance.c.id == LegalHold.instance_id)
        .where(LegalHold.lifted_at.is_not(None))
        .order_by(LegalHold.lifted_at.desc())
    )
    wanted = set(cases)
    chosen = (HeldCase(*each) for each in found if each[0].instance_id in wanted)
    return tuple(islice(chosen, NAMED))


def where(session: Session, like: Likeness) -> Where:
    """Return where a person stands: every table is looked through."""
    cases = personal.cases_with(session, like)
    ends = list(session.scalars(select(instance.c.finished_at).where(instance.c.id.in_(cases))))
    held = set(session.scalars(rows.held()))
    return Where(
        tuple(personal.counted(session, like)),
        len(cases),
        ends.count(None),
        len(held & cases),
        _lifted(session, cases),
        tuple(personal.documents_with(session, like, NAMED)),
    )


def holds(session: Session) -> tuple[HeldCase, ...]:
    """Return the holds that lie on cases, the newest first."""
    found = session.execute(
        select(LegalHold, instance.c.title, instance.c.business_key)
        .join(instance, instance.c.id == LegalHold.instance_id)
        .where(text(HOLDS))
        .order_by(LegalHold.at.desc())
        .limit(MOST_HOLDS)
    )
    return tuple(HeldCase(*each) for each in found)


def hold_on(session: Session, case: UUID) -> LegalHold | None:
    """Return the hold that lies on a case."""
    asked = select(LegalHold).where(LegalHold.instance_id == case, text(HOLDS))
    return session.scalars(asked).one_or_none()


def requests(session: Session) -> tuple[Asked, ...]:
    """Return what waits for a second person, then what was decided last."""
    waiting = session.scalars(
        select(ErasureRequest).where(text(WAITS)).order_by(ErasureRequest.asked_at)
    ).all()
    decided = session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.decided_at.is_not(None))
        .order_by(ErasureRequest.decided_at.desc())
        .limit(MOST_REQUESTS)
    ).all()
    ids = [each.batch_id for each in decided if each.batch_id is not None]
    batches = {each.id: each for each in session.scalars(select(Batch).where(Batch.id.in_(ids)))}
    found = [*waiting, *decided]
    return tuple(
        Asked(each, batches.get(each.batch_id) if each.batch_id else None) for each in found
    )


def one_request(session: Session, request_id: UUID, actor: Actor) -> Asked:
    """Return a request.

    Raises:
        Forbidden: the actor does not read it.
        ErasureNotFound: there is none.
    """
    must_read(actor)
    row = rows.request(session, request_id)
    return Asked(row, session.get(Batch, row.batch_id) if row.batch_id else None)


def case_of_number(session: Session, number: str) -> UUID | None:
    """Return the case of a number or an id; ``None``: there is none, or more than one."""
    try:
        condition = instance.c.id == UUID(number)
    except ValueError:
        condition = instance.c.business_key == number
    found = list(session.scalars(select(instance.c.id).where(condition).limit(2)))
    return found[0] if len(found) == 1 else None


def kept_case(session: Session, case: UUID, actor: Actor) -> KeptCase:
    """Return a case with its rule, its holds and what is left of it.

    Raises:
        Forbidden: the actor does not read it.
        CaseNotFound: there is none.
    """
    must_read(actor)
    row = session.execute(select(instance).where(instance.c.id == case)).one_or_none()
    if row is None:
        raise CaseNotFound(case)
    newest = {each.process_id: each for each in all_latest(session)}
    rule = newest[row.process_id].bundle.process(row.process_id).retention
    moment = None if rule is None else moment_of(session, rule, row.variables)
    until = (
        rule.kept_until(local_date(row.finished_at), moment)
        if rule is not None and row.finished_at is not None
        else None
    )
    laid = session.scalars(
        select(LegalHold).where(LegalHold.instance_id == case).order_by(LegalHold.at.desc())
    )
    return KeptCase(
        case,
        deployed(session, row.definition_id),
        row.title,
        row.business_key,
        row.unit,
        row.started_at,
        row.finished_at,
        rule,
        moment,
        until,
        tuple(laid),
        session.get(Tombstone, case),
    )
