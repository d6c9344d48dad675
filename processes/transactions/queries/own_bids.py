"""A bidder's own side: what a bid needs before it is sealed, and what became of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine.sdk import NotFound, Problem, Session
from engine.values import local_date
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.notices import notice
from processes.transactions.queries.taking_part import check_part
from processes.transactions.records import (
    Award,
    BidState,
    SealedBid,
    SealedTender,
    SealingState,
    Tender,
    TenderState,
)
from processes.transactions.rules.guarantees import Required
from processes.transactions.sealing.envelope import Kind


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a bidder needs to bid in one tender."""

    tender: Tender
    sealed: SealedTender
    bidder: str
    bids: Sequence[SealedBid]  #: the bidder's own, the newest first
    problems: Sequence[Problem]  #: why this bidder may not bid
    is_open: bool  #: the deadline is ahead
    required: Required

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


def workspace(session: Session, number: str, bidder: str, at: datetime) -> Workspace:
    """Return what a bid in a tender needs.

    Raises:
        NotFound: there is no such notice, or its key was never made.
    """
    tender = notice(session, number)
    sealed = tender.sealing
    if sealed is None or not sealed.keys:
        raise NotFound(f"no key of {number}")
    until = local_date(sealed.deadline) + timedelta(days=tender.validity_days or 0)
    return Workspace(
        tender,
        sealed,
        bidder,
        rows.bids_of(session, sealed.id, bidder),
        check_part(session, tender, bidder, local_date(at)),
        sealed.state is SealingState.READY and at <= sealed.deadline,
        Required(tender.guarantee, until, tender.unit, tender.number),
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


def own_bids(session: Session, bidder: str) -> list[OwnBid]:
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
    return [OwnBid(tender, bid, awards.get(bid.id)) for tender, bid in newest.values()]
