"""Tenders as anybody may read them: what was published, and nothing of who bids or asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from engine.sdk import NotFound, Session
from engine.values import end_of_day, normalise
from processes.transactions.records import (
    Category,
    PurchaseRequest,
    Tender,
    TenderDocument,
    TenderQuestion,
    TenderState,
)
from processes.transactions.records.requests import Method

PAGE = 25
#: methods whose notices are called tenders
METHODS = (Method.PUBLIC_TENDER, Method.TWO_STAGE_TENDER, Method.LIMITED_TENDER)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    words: str = ""
    unit: str = ""
    category: Category | None = None
    method: Method | None = None
    before: date | None = None  #: the deadline at the latest
    is_open: bool = True  #: bids are still taken
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page of notices."""

    tenders: Sequence[Tender]
    total: int
    has_more: bool


def notices(session: Session, asked: Asked, at: datetime) -> Found:
    """Return the notices that somebody looks for, the nearest deadline first while bids are taken.

    Every word has to be in the number, the title or the description.
    """
    wanted = [Tender.published_at.is_not(None), *_wanted(asked, at)]
    of_request = Tender.request_id == PurchaseRequest.id
    order = Tender.deadline.asc() if asked.is_open else Tender.published_at.desc()
    rows = session.scalars(
        select(Tender)
        .join(PurchaseRequest, of_request)
        .options(selectinload(Tender.request))
        .where(*wanted)
        .order_by(order, Tender.number)
        .offset((asked.page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    counted = select(func.count(Tender.id)).join(PurchaseRequest, of_request).where(*wanted)
    return Found(rows[:PAGE], session.scalar(counted) or 0, len(rows) > PAGE)


def _wanted(asked: Asked, at: datetime) -> Iterator[ColumnElement[bool]]:
    for word in normalise(asked.words).split():
        columns = (Tender.number, Tender.title, Tender.description)
        yield or_(*(each.icontains(word, autoescape=True) for each in columns))
    if asked.unit:
        yield Tender.unit == asked.unit
    if asked.category is not None:
        yield PurchaseRequest.category == asked.category
    if asked.method is not None:
        yield Tender.method == asked.method
    if asked.before is not None:
        yield Tender.deadline <= end_of_day(asked.before)
    if asked.is_open:
        yield Tender.state == TenderState.PUBLISHED
        yield Tender.deadline >= at


def newest(session: Session, most: int) -> Sequence[Tender]:
    """Return the newest notices, for a feed."""
    return session.scalars(
        select(Tender)
        .options(selectinload(Tender.request))
        .where(Tender.published_at.is_not(None))
        .order_by(Tender.published_at.desc(), Tender.number)
        .limit(most)
    ).all()


def units(session: Session) -> Sequence[str]:
    """Return the units that have called for tenders."""
    asked = select(Tender.unit).where(Tender.published_at.is_not(None))
    return session.scalars(asked.distinct().order_by(Tender.unit)).all()


def notice(session: Session, number: str) -> Tender:
    """Return a tender that was published.

    Raises:
        NotFound: there is none of this number, or not yet.
    """
    found = session.scalars(
        select(Tender).where(Tender.number == number, Tender.published_at.is_not(None))
    ).one_or_none()
    if found is None:
        raise NotFound(f"no notice {number}")
    return found


def documents_of(tender: Tender) -> list[TenderDocument]:
    """Return what was given out: nothing of a change that is not published yet."""
    return [each for each in tender.documents if each.version <= tender.version]


def answered(tender: Tender) -> list[TenderQuestion]:
    """Return the questions that everybody is answered, without who asked."""
    return [each for each in tender.questions if each.answer is not None]


def waiting(tender: Tender, bidder: str | None) -> list[TenderQuestion]:
    """Return what a bidder asked and nobody has answered yet."""
    return [each for each in tender.questions if each.answer is None and each.bidder == bidder]


def takes_questions(tender: Tender, at: datetime) -> bool:
    """Tell whether a bidder may still ask."""
    until = tender.questions_until or tender.deadline
    return tender.state is TenderState.PUBLISHED and until is not None and at <= until
