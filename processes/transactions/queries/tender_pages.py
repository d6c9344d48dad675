"""Tenders as pages of the staff show them: those of the units one reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from engine.sdk import Actor, NotFound, Session, documents_of, task_table
from engine.values import local_date, normalise
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.ceremony import names_of
from processes.transactions.queries.complaints import Standing, complaints_of, standing
from processes.transactions.queries.requests import of_units
from processes.transactions.queries.tenders import is_live, tender_numbered
from processes.transactions.queries.winners import awards
from processes.transactions.records import (
    Award,
    PublicContract,
    Tender,
    TenderDocument,
    TenderState,
)

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; nothing: all."""

    words: str = ""
    state: TenderState | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open step of a tender's case: whose desk it lies at, and who has it."""

    element_id: str
    name: str  #: as the diagram has it
    desk: str
    holder: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TendersPage:
    """A page of tenders with what each waits for."""

    rows: Sequence[Tender]
    waiting: Mapping[UUID, Sequence[Waiting]]  #: by case
    has_more: bool


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """A document of the case's file that is not published."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TenderPage:
    """One tender with all that its reader may see."""

    tender: Tender
    waiting: Sequence[Waiting]
    bids: int | None  #: that count; ``None``: nobody is told before the deadline
    members: Sequence[Mapping[str, str]]  #: names of the commission by language
    threshold: int | None
    is_officer: bool  #: answers questions, changes documents
    is_member: bool
    takes_bids: bool
    filed: Sequence[FiledDocument]  #: what an amendment may add
    again: str | None  #: number of the tender that repeats this one
    made_by: Mapping[str, Mapping[str, str]]  #: names of who changed it, by user name and language
    winners: Sequence[Award]  #: of the newest round, once it is announced
    contract: str | None  #: number of the contract that was drafted with one of them
    complaints: Sequence[Standing]


def tender_list(session: Session, actor: Actor, asked: Asked) -> TendersPage:
    """Return the tenders asked for: what is under way by its deadline, then the rest, newest first.

    The order is that of work: what has no deadline yet comes before what waits for one.
    """
    query = of_units(select(Tender), Tender.unit, actor)
    wanted = normalise(asked.words)
    if wanted:
        columns = (Tender.number, Tender.title)
        query = query.where(or_(*(each.contains(wanted, autoescape=True) for each in columns)))
    if asked.state:
        query = query.where(Tender.state == asked.state)
    query = query.order_by(is_live().desc(), Tender.made_at.desc(), Tender.number.desc())
    found = session.scalars(query.offset((asked.page - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    shown = found[:PER_PAGE]
    waiting = _waiting(session, [each.instance_id for each in shown])
    return TendersPage(shown, waiting, len(found) > PER_PAGE)


def _waiting(session: Session, cases: Sequence[UUID]) -> Mapping[UUID, Sequence[Waiting]]:
    task = task_table.c
    found: defaultdict[UUID, list[Waiting]] = defaultdict(list)
    query = select(
        task.instance_id, task.element_id, task.name, task.desk, task.holder, task.due_at
    ).where(task.instance_id.in_(cases), task.closed_at.is_(None))
    for case, *told in session.execute(query.order_by(task.created_at, task.id)):
        found[case].append(Waiting(*told))
    return found


def tender_page(session: Session, actor: Actor, number: str, at: datetime) -> TenderPage:
    """Return one tender.

    Raises:
        NotFound: there is none, or it is another unit's.
    """
    found = tender_numbered(session, number, actor=actor)
    sealing = found.sealing
    is_past = found.deadline is not None and at > found.deadline
    seats = [] if sealing is None else sealing.members
    names = names_of(session, [each.username for each in seats])
    is_officer = found.unit in actor.units_of(rows.OFFICER)
    takes_bids = found.state is TenderState.PUBLISHED and not is_past
    repeated = select(Tender.number).where(Tender.earlier_id == found.id)
    return TenderPage(
        tender=found,
        waiting=_waiting(session, [found.instance_id]).get(found.instance_id, ()),
        bids=len(rows.bids(session, sealing.id)) if sealing is not None and is_past else None,
        members=[names.get(each.username, {}) for each in seats],
        threshold=None if sealing is None else sealing.threshold,
        is_officer=is_officer,
        is_member=sealing is not None and rows.seat_of(sealing, actor) is not None,
        takes_bids=takes_bids,
        filed=_unpublished(session, found) if is_officer and takes_bids else (),
        again=session.scalars(repeated.order_by(Tender.made_at.desc())).first(),
        made_by=names_of(session, {each.made_by for each in found.amendments}),
        winners=() if found.state is TenderState.OPENING else awards(session, found),
        contract=_contract(session, found),
        complaints=[
            standing(session, each, local_date(at)) for each in complaints_of(session, found.id)
        ],
    )


def _contract(session: Session, found: Tender) -> str | None:
    """Return the number of the newest contract with a winner of a tender."""
    query = (
        select(PublicContract.number)
        .join(Award, Award.id == PublicContract.award_id)
        .where(Award.tender_id == found.id)
        .order_by(PublicContract.drafted_at.desc())
    )
    return session.scalars(query).first()


def _unpublished(session: Session, found: Tender) -> list[FiledDocument]:
    known = {each.sha256 for each in found.documents}
    filed = documents_of(session, found.instance_id)
    return [
        FiledDocument(key, each.name) for key, each in filed.items() if each.sha256 not in known
    ]


def document_of(session: Session, actor: Actor, number: str, position: int) -> TenderDocument:
    """Return a document of a tender.

    Raises:
        NotFound: there is none, or the tender is another unit's.
    """
    found = tender_numbered(session, number, actor=actor)
    for each in found.documents:
        if each.position == position:
            return each
    raise NotFound(f"{number} has no document {position}")


def tenders_of(session: Session, requests: Sequence[UUID]) -> Mapping[UUID, Tender]:
    """Return the newest tender of each of some requests."""
    query = select(Tender).where(Tender.request_id.in_(requests)).order_by(Tender.made_at)
    return {each.request_id: each for each in session.scalars(query)}
