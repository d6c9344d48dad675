"""Reads what sealing keeps, for commands and pages."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import object_session

from engine.sdk import Actor, NotFound, Session, holds_contents
from processes.transactions.records.evaluation import Evaluation
from processes.transactions.records.sealing import (
    BidState,
    EnvelopeState,
    OpenedFile,
    SealDealing,
    SealedBid,
    SealedEnvelope,
    SealedTender,
    SealingState,
    SealKey,
    SealMember,
    SealMinutes,
)
from processes.transactions.records.tenders import Tender
from processes.transactions.rules.envelope_order import turn
from processes.transactions.sealing.curve import Point
from processes.transactions.sealing.dealing import Ceremony, TenderKey
from processes.transactions.sealing.envelope import Header, Kind

COMMISSION = "COMMISSION"
OFFICER = "PROC_OFFICER"
BIDDER = "BIDDER"


_BEGUN = {SealingState.OPENING, SealingState.CLOSED}
_DECIDED = {EnvelopeState.ACCEPTED, EnvelopeState.REJECTED}


holds_contents(SealedEnvelope.sha256, OpenedFile.sha256, SealMinutes.sha256)


def tender(
    session: Session, tender_id: UUID, *, to_change: bool = False, to_bid: bool = False
) -> SealedTender:
    """Return a tender.

    Args:
        to_change: others wait until that is done.
        to_bid: bids come beside each other, and who changes the tender waits for them: a session
            begins when every bid that was in time is committed.

    Raises:
        NotFound: there is none.
    """
    lock = True if to_change else {"read": True} if to_bid else None
    found = session.get(SealedTender, tender_id, with_for_update=lock)
    if found is None:
        raise NotFound(f"no sealed tender {tender_id}")
    return found


def seat_of(found: SealedTender, actor: Actor) -> SealMember | None:
    """Return the actor's seat in the commission of a tender, while in the unit's commission."""
    if found.unit not in actor.units_of(COMMISSION):
        return None
    return next((each for each in found.members if each.username == actor.username), None)


def sitter_of(found: SealedTender, seat: SealMember) -> SealMember | None:
    """Return who sits in a seat: the member, the member's deputy, or nobody."""
    if seat.is_present:
        return seat
    return next((e for e in found.members if e.deputy_of == seat.position and e.is_present), None)


def ceremony_of(found: SealedTender) -> Ceremony:
    """Return for what the members deal; all of them have joined."""
    members = {
        each.position: Point.decode(bytes.fromhex(each.public_key or "")) for each in found.members
    }
    return Ceremony(str(found.id), found.threshold, members)


def dealings(session: Session, tender_id: UUID) -> Sequence[SealDealing]:
    """Return all that was dealt."""
    return session.scalars(
        select(SealDealing)
        .where(SealDealing.tender_id == tender_id)
        .order_by(SealDealing.kind, SealDealing.dealer)
    ).all()


def key_as_used(key: SealKey) -> TenderKey:
    """Return a key as openings are held to it."""
    shares = {int(at): Point.decode(bytes.fromhex(each)) for at, each in key.shares.items()}
    return TenderKey(key.kind, Point.decode(bytes.fromhex(key.public)), shares)


def header_of(found: SealedTender, bid: SealedBid, kind: Kind) -> Header:
    """Return what the header of an envelope has to be."""
    return Header(str(found.id), bid.bidder, kind, bid.version, found.key(kind).public)


def next_header(session: Session, found: SealedTender, bidder: str, kind: Kind) -> Header:
    """Return the header of a bidder's next envelope of a kind."""
    known = bids_of(session, found.id, bidder)
    version = known[0].version + 1 if known else 1
    return Header(str(found.id), bidder, kind, version, found.key(kind).public)


def bids(session: Session, tender_id: UUID) -> Sequence[SealedBid]:
    """Return the bids that count, in the order they came."""
    return session.scalars(
        select(SealedBid)
        .where(SealedBid.tender_id == tender_id, SealedBid.state == BidState.SEALED)
        .order_by(SealedBid.submitted_at, SealedBid.id)
    ).all()


def bids_of(session: Session, tender_id: UUID, bidder: str) -> Sequence[SealedBid]:
    """Return every bid of a bidder, the newest first."""
    return session.scalars(
        select(SealedBid)
        .where(SealedBid.tender_id == tender_id, SealedBid.bidder == bidder)
        .order_by(SealedBid.version.desc())
    ).all()


def bid(session: Session, bid_id: UUID) -> SealedBid:
    """Return a bid.

    Raises:
        NotFound: there is none.
    """
    found = session.get(SealedBid, bid_id)
    if found is None:
        raise NotFound(f"no bid {bid_id}")
    return found


def states_of(found: SealedBid) -> dict[str, str]:
    """Return the state of each envelope by its kind."""
    return {each.kind.value: each.state.value for each in found.envelopes}


def numbered(session: Session, number: str) -> SealedTender:
    """Return the tender of a number.

    Raises:
        NotFound: there is none.
    """
    found = session.scalars(select(SealedTender).where(SealedTender.number == number)).one_or_none()
    if found is None:
        raise NotFound(f"no sealed tender {number}")
    return found


def published_as(session: Session, found: SealedTender) -> Tender | None:
    """Return the tender whose bids are sealed so, where its documents are kept here."""
    return session.scalars(select(Tender).where(Tender.seal_id == found.id)).one_or_none()


def prices_wait(session: Session, found: SealedTender) -> bool:
    """Tell whether prices stay closed because quality is to be scored first (R-TND-08)."""
    published = published_as(session, found)
    if published is None or not published.rates_quality:
        return False
    evaluation = session.get(Evaluation, published.id)
    return evaluation is None or evaluation.quality_closed_at is None


def minutes_due(found: SealedTender) -> bool:
    """Tell whether a sitting has ended whose minutes are not made yet."""
    if found.state in {SealingState.CLOSED, SealingState.UNSUCCESSFUL}:
        return not any(each.is_last for each in found.minutes)
    return any(each.ended_at and each.number > len(found.minutes) for each in found.sittings)


def waits_for_quality(session: Session, found: SealedTender) -> bool:
    """Tell whether nothing but prices is left to be opened, and those stay closed yet."""
    if found.state is not SealingState.OPENING:
        return False
    now = turn([states_of(each) for each in bids(session, found.id)])
    return now is not None and now.kind == Kind.PRICE.value and prices_wait(session, found)


def is_ready(tender: Tender) -> bool:
    """Tell whether the key is made and rehearsed, so that bids may be asked for."""
    return tender.sealing is not None and tender.sealing.state is SealingState.READY


def technical_decided(tender: Tender) -> bool:
    """Tell whether the commission has decided every guarantee and every technical envelope."""
    session, found = object_session(tender), tender.sealing
    if session is None or found is None or found.state not in _BEGUN:
        return False
    return all(is_technically_decided(each) for each in bids(session, found.id))


def is_technically_decided(found: SealedBid) -> bool:
    """Tell whether a bid's A and B are decided; after a rejection B is not opened."""
    states = {each.kind: each.state for each in found.envelopes}
    first, second = states[Kind.GUARANTEE], states[Kind.TECHNICAL]
    return first is EnvelopeState.REJECTED or second in _DECIDED


def is_closed(tender: Tender) -> bool:
    """Tell whether the session is over."""
    return tender.sealing is not None and tender.sealing.state is SealingState.CLOSED
