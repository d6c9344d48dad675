"""Competition, waivers, complaints, time and publication over the last year (`domain.md` §3.12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from engine.sdk import Actor, Session
from engine.values import local_date
from processes.transactions.queries.requests import of_units
from processes.transactions.records import (
    Award,
    BidState,
    Method,
    PublicContract,
    PublishedContract,
    PublishedProcess,
    PublishedRelease,
    Purchase,
    PurchaseKind,
    PurchaseRequest,
    PurchaseState,
    Quotation,
    SealedBid,
    Tender,
    TenderState,
    Waiver,
)
from processes.transactions.records.complaints import TenderComplaint
from processes.transactions.rules.complaint_windows import Outcome

_YEAR: Final = timedelta(days=365)
_TENTH: Final = Decimal("0.1")
#: what stands for a complaint of which nothing has come yet
OPEN: Final = "OPEN"


@dataclass(frozen=True, slots=True)
class Competed:
    """How many offered where offers were asked for, by method."""

    method: Method
    processes: int
    offers: int
    single: int  #: with one offer only

    @property
    def rate(self) -> Decimal:
        """The share of those with one offer, in percent."""
        return share(self.single, self.processes)


@dataclass(frozen=True, slots=True)
class Took:
    """How long it took from the request to the order, or the contract, by method."""

    method: Method
    orders: int
    days: Decimal  #: mean, to a tenth


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of what happened was published (OCDS coverage)."""

    stage: str  #: ``PLANNED``, ``AWARDED``, ``CONTRACT``
    happened: int
    published: int

    @property
    def rate(self) -> Decimal:
        """The share that was published, in percent."""
        return share(self.published, self.happened)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the report tells beside sums and exceptions."""

    competition: Sequence[Competed]
    waivers: Sequence[Waiver]
    complaints: Mapping[str, int]  #: by outcome, or `OPEN`
    days: Sequence[Took]
    coverage: Sequence[Covered]


def share(part: int, whole: int) -> Decimal:
    """Return a share in percent, to a tenth; of nothing it is nothing.

    >>> share(1, 3), share(0, 0)
    (Decimal('33.3'), Decimal('0'))
    """
    return (Decimal(100 * part) / whole).quantize(_TENTH) if whole else Decimal(0)


def figures(session: Session, actor: Actor, at: datetime) -> Figures:
    """Return the figures of the units that the actor reads."""
    since = at - _YEAR
    ordered = _ordered(session, actor, since)
    signed = _signed(session, actor, since)
    return Figures(
        competition=[*_quoted(ordered), *_tendered(session, actor, since, at)],
        waivers=_waivers(session, actor, since),
        complaints=_complaints(session, actor, local_date(since)),
        days=_days(ordered, signed),
        coverage=_coverage(session, actor, since, ordered, signed),
    )


def _ordered(session: Session, actor: Actor, since: datetime) -> Sequence[Purchase]:
    query = (
        select(Purchase)
        .join(Purchase.request)
        .where(Purchase.state == PurchaseState.ORDERED, Purchase.ordered_at >= since)
        .options(selectinload(Purchase.request), selectinload(Purchase.quotations))
    )
    return session.scalars(of_units(query, PurchaseRequest.unit, actor)).all()


def _signed(session: Session, actor: Actor, since: datetime) -> Sequence[PublicContract]:
    """Return the contracts that tenders came to."""
    query = (
        select(PublicContract)
        .where(PublicContract.signed_at >= since, PublicContract.award_id.is_not(None))
        .options(selectinload(PublicContract.award).selectinload(Award.tender))
        .options(selectinload(PublicContract.request))
    )
    return session.scalars(of_units(query, PublicContract.unit, actor)).all()


def _awarded(session: Session, actor: Actor, since: datetime) -> Sequence[PurchaseRequest]:
    """Return the requests whose tender has announced a winner that stands, or has signed."""
    announced = {TenderState.AWARDED, TenderState.CONTRACTED}
    named = select(Award.tender_id).where(Award.named_at >= since)
    query = (
        select(PurchaseRequest)
        .join(Tender, Tender.request_id == PurchaseRequest.id)
        .where(Tender.id.in_(named), Tender.state.in_(announced))
    )
    return session.scalars(of_units(query, Tender.unit, actor)).all()


def _quoted(ordered: Iterable[Purchase]) -> list[Competed]:
    quoted = [len(each.quotations) for each in ordered if each.kind is PurchaseKind.QUOTATIONS]
    return _competed(Method.QUOTATIONS, quoted)


def _tendered(session: Session, actor: Actor, since: datetime, at: datetime) -> list[Competed]:
    """Count the bids of tenders whose deadline has passed; those of open ones are nobody's yet."""
    bids = (
        select(SealedBid.tender_id, func.count().label("bids"))
        .where(SealedBid.state == BidState.SEALED)
        .group_by(SealedBid.tender_id)
        .subquery()
    )
    query = (
        select(Tender.method, func.coalesce(bids.c.bids, 0))
        .outerjoin(bids, bids.c.tender_id == Tender.seal_id)
        .where(Tender.seal_id.is_not(None), Tender.deadline >= since, Tender.deadline < at)
    )
    by_method: dict[Method, list[int]] = defaultdict(list)
    for method, count in session.execute(of_units(query, Tender.unit, actor)):
        by_method[method].append(count)
    found = (_competed(method, counts) for method, counts in by_method.items())
    return sorted((each for one in found for each in one), key=lambda each: each.method.value)


def _competed(method: Method, offers: Sequence[int]) -> list[Competed]:
    if not offers:
        return []
    return [Competed(method, len(offers), sum(offers), sum(each == 1 for each in offers))]


def _waivers(session: Session, actor: Actor, since: datetime) -> Sequence[Waiver]:
    query = (
        select(Waiver)
        .join(Waiver.purchase)
        .join(Purchase.request)
        .where(Purchase.started_at >= since, Waiver.reason.is_not(None))
        .options(
            selectinload(Waiver.purchase).selectinload(Purchase.request),
            selectinload(Waiver.purchase)
            .selectinload(Purchase.quotations)
            .selectinload(Quotation.firm),
        )
        .order_by(Purchase.started_at.desc())
    )
    return session.scalars(of_units(query, PurchaseRequest.unit, actor)).all()


def _complaints(session: Session, actor: Actor, since: date) -> Mapping[str, int]:
    query = select(TenderComplaint).where(TenderComplaint.received_on >= since)
    counted: Counter[str] = Counter()
    for each in session.scalars(of_units(query, TenderComplaint.unit, actor)):
        is_closed = each.windows.is_closed and each.outcome is not None
        counted[each.outcome.value if is_closed and each.outcome else OPEN] += 1
    known = (OPEN, *(each.value for each in Outcome))
    return {each: counted[each] for each in known if counted[each]}


def _days(ordered: Iterable[Purchase], signed: Iterable[PublicContract]) -> list[Took]:
    """Return how long it took to the order, and with a tender to the contract that is both."""
    spans = [(Method(e.kind.value), e.request.submitted_at, e.ordered_at) for e in ordered]
    spans += [
        (each.award.tender.method, each.request.submitted_at, each.signed_at)
        for each in signed
        if each.award is not None and each.request is not None
    ]
    took: dict[Method, list[int]] = defaultdict(list)
    for method, begun, ended in spans:
        if begun is not None and ended is not None:
            took[method].append((local_date(ended) - local_date(begun)).days)
    return [
        Took(method, len(days), (Decimal(sum(days)) / len(days)).quantize(_TENTH))
        for method, days in sorted(took.items(), key=lambda each: each[0].value)
    ]


def _coverage(
    session: Session,
    actor: Actor,
    since: datetime,
    ordered: Sequence[Purchase],
    signed: Sequence[PublicContract],
) -> list[Covered]:
    query = select(PurchaseRequest).where(
        PurchaseRequest.submitted_at >= since, PurchaseRequest.reserved_by.is_not(None)
    )
    reserved = session.scalars(of_units(query, PurchaseRequest.unit, actor)).all()
    orders = {str(each.order_no) for each in ordered} | {each.number for each in signed}
    chosen = [each.request for each in ordered] + [*_awarded(session, actor, since)]
    contracts = set(
        session.scalars(
            select(PublishedContract.contract_no).where(PublishedContract.contract_no.in_(orders))
        )
    )
    return [
        Covered("PLANNED", len(reserved), _told(session, reserved, "planning")),
        Covered("AWARDED", len(chosen), _told(session, chosen, "award")),
        Covered("CONTRACT", len(orders), len(contracts)),
    ]


def _told(session: Session, requests: Sequence[PurchaseRequest], tag: str) -> int:
    """Count the requests of which a release of this tag was published, in whichever process."""
    wanted: dict[str, UUID] = {str(each.request_no): each.id for each in requests}
    numbers = session.scalars(
        select(PublishedProcess.number)
        .join(PublishedRelease, PublishedRelease.ocid == PublishedProcess.ocid)
        .where(PublishedRelease.tag == tag)
        .distinct()
    )
    found = {wanted.get(each) or wanted.get(each.rpartition("-")[0]) for each in numbers}
    return len(found - {None})
