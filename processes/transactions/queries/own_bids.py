"""A bidder's own side: what a bid needs before it is sealed, and what became of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import Problem, Session
from engine.values import local_date
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.calls import Call, call_numbered
from processes.transactions.queries.complaints import Standing, standing
from processes.transactions.records import (
    DECIDED,
    About,
    AuctionState,
    Award,
    BidState,
    OfferState,
    OpenedPrice,
    PropertyAuction,
    SealedBid,
    SealedTender,
    SealingState,
    Tender,
    TenderComplaint,
    TenderState,
)
from processes.transactions.sealing.envelope import Kind

_COMPLAINED: Final = {
    TenderState.PUBLISHED: About.DOCUMENTS,
    TenderState.OPENING: About.OPENING,
    TenderState.AWARDED: About.AWARD,
}


_NAMED: Final = {
    AuctionState.NAMED,
    AuctionState.INSTALMENTS,
    AuctionState.PAID,
    AuctionState.HANDED_OVER,
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a bidder needs to bid in one tender, or to offer for one property."""

    call: Call
    sealed: SealedTender
    bidder: str
    bids: Sequence[SealedBid]  #: the bidder's own, the newest first
    problems: Sequence[Problem]  #: why this bidder may not bid
    is_open: bool  #: the deadline is ahead

    @property
    def counting(self) -> SealedBid | None:
        """The bid that counts."""
        return next((each for each in self.bids if each.state is BidState.SEALED), None)

    @property
    def may_seal(self) -> bool:
        """Whether a bid may be sent now."""
        return self.is_open and not self.problems


@dataclass(frozen=True, slots=True)
class OwnBid:
    """One tender that somebody bid in."""

    tender: Tender
    bid: SealedBid  #: the newest
    award: Award | None  #: the newest; ``None`` also while it is named and not announced
    price: OpenedPrice | None  #: as it was opened
    is_window_over: bool  #: that of complaints about the award

    @property
    def justify_until(self) -> date | None:
        """Until when the firm justifies an abnormally low price; ``None``: it need not."""
        return self.price.justify_until if self.price and self.price.waits else None

    @property
    def is_lost(self) -> bool:
        """Tell whether another bid was named; nobody knows while it is not announced."""
        return self.award is None and self.tender.state in DECIDED

    @property
    def may_complain(self) -> About | None:
        """About what a complaint is most likely; ``None``: none is taken any more."""
        if self.tender.state is TenderState.AWARDED and self.is_window_over:
            return None
        return _COMPLAINED.get(self.tender.state)


@dataclass(frozen=True, slots=True)
class OwnOffer:
    """One sealed offer for a property of the city."""

    auction: PropertyAuction
    sealed: SealedTender
    bid: SealedBid  #: the newest
    result: OfferState | None  #: ``None``: not known yet


def workspace(session: Session, number: str, bidder: str, at: datetime) -> Workspace:
    """Return what a bid in a tender needs.

    Raises:
        NotFound: there is no such notice, or its key was never made.
    """
    call, sealed = call_numbered(session, number)
    return Workspace(
        call,
        sealed,
        bidder,
        rows.bids_of(session, sealed.id, bidder),
        call.problems(session, bidder, local_date(at)),
        sealed.state is SealingState.READY and at <= sealed.deadline,
    )


def headers(session: Session, found: Workspace) -> dict[str, Mapping[str, Any]]:
    """Return the header of the bidder's next envelope of each kind, as a browser seals to it."""
    made: dict[str, Mapping[str, Any]] = {}
    for kind in Kind:
        header = rows.next_header(session, found.sealed, found.bidder, kind)
        made[kind.value] = {
            "tender": header.tender,
            "bidder": header.bidder,
            "kind": header.kind.value,
            "version": header.version,
            "key": header.key,
        }
    return made


def own_bids(session: Session, bidder: str, at: datetime) -> list[OwnBid]:
    """Return every tender a firm bid in with its newest bid, the latest deadline first."""
    found = session.execute(
        select(Tender, SealedBid)
        .join(SealedBid, SealedBid.tender_id == Tender.seal_id)
        .where(SealedBid.bidder == bidder)
        .order_by(Tender.deadline.desc(), SealedBid.version)
    ).all()
    newest = {tender.id: (tender, bid) for tender, bid in found}
    awards = {
        each.bid_id: each
        for each in session.scalars(
            select(Award)
            .join(Tender, Tender.id == Award.tender_id)
            .where(
                Award.bid_id.in_([bid.id for _, bid in newest.values()]),
                Tender.state != TenderState.OPENING,
            )
            .order_by(Award.round)
        )
    }
    prices = {
        each.bid_id: each
        for each in session.scalars(
            select(OpenedPrice).where(
                OpenedPrice.bid_id.in_([bid.id for _, bid in newest.values()])
            )
        )
    }
    return [
        OwnBid(
            tender,
            bid,
            awards.get(bid.id),
            prices.get(bid.id),
            tender.complaints_until is not None and tender.complaints_until < at,
        )
        for tender, bid in newest.values()
    ]


def own_offers(session: Session, bidder: str) -> list[OwnOffer]:
    """Return every notice of an auction that a bidder sealed an offer for, the newest first."""
    found = session.execute(
        select(PropertyAuction, SealedTender, SealedBid)
        .join(SealedTender, SealedTender.case_id == PropertyAuction.instance_id)
        .join(SealedBid, SealedBid.tender_id == SealedTender.id)
        .where(SealedBid.bidder == bidder)
        .order_by(SealedTender.deadline.desc(), SealedBid.version)
    ).all()
    newest = {sealed.id: (auction, sealed, bid) for auction, sealed, bid in found}
    return [OwnOffer(*each, _result(each[0], each[1], bidder)) for each in newest.values()]


def _result(auction: PropertyAuction, sealed: SealedTender, bidder: str) -> OfferState | None:
    """Return what came of an offer, once the commission has named who buys."""
    if auction.seal_id != sealed.id or auction.state not in _NAMED:
        return None
    mine = (each.state for each in auction.current if each.identifier == bidder)
    return next(mine, None)


def price_to_justify(session: Session, found: Workspace) -> OpenedPrice | None:
    """Return the price of the bid that counts while its justification is waited for."""
    price = session.get(OpenedPrice, found.counting.id) if found.counting else None
    return price if price is not None and price.waits else None


def own_complaints(session: Session, bidder: str, at: datetime) -> list[Standing]:
    """Return the complaints of a firm, the newest first."""
    today = local_date(at)
    filed = select(TenderComplaint).where(TenderComplaint.bidder == bidder)
    known = session.scalars(filed.order_by(TenderComplaint.entered_at.desc()))
    return [standing(session, each, today) for each in known]
