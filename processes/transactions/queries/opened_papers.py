"""Who reads, in the file of a tender's case, what came out of its envelopes.

The file is read by everybody entitled to the case: the whole unit. Opened papers are not for all
of them before the winners are named, and never for somebody with a declared interest (R-TND-05).
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Actor, NotFound, Scan, Session, holds_contents, keeps_back
from processes.transactions.queries import evaluation, sealing
from processes.transactions.queries.quality import reads
from processes.transactions.queries.taking_part import auction_of
from processes.transactions.queries.tenders import tender_of_case_read
from processes.transactions.records import (
    AuctionState,
    BidState,
    Evaluator,
    OpenedFile,
    PricePaper,
    SealedBid,
    SealedTender,
    Tender,
    TenderState,
)
from processes.transactions.sealing.envelope import Kind

holds_contents(PricePaper.sha256)

_NAMED = frozenset(
    {
        AuctionState.NAMED,
        AuctionState.INSTALMENTS,
        AuctionState.PAID,
        AuctionState.HANDED_OVER,
    }
)
_DECIDED = frozenset({TenderState.AWARDED, TenderState.CONTRACTED})


@keeps_back("tender")
def kept_of_tender(session: Session, instance_id: UUID, actor: Actor) -> Collection[str]:
    """Return the hashes of opened files that somebody may not read."""
    found = tender_of_case_read(session, instance_id)
    if found is None or found.sealing is None:
        return ()
    hidden = _infected(session, found.sealing)
    kept = set(Kind) - kinds_read(session, found, found.sealing, actor)
    if not kept:
        return hidden
    files = select(OpenedFile.sha256).join(SealedBid, SealedBid.id == OpenedFile.bid_id)
    papers = select(PricePaper.sha256).join(SealedBid, SealedBid.id == PricePaper.bid_id)
    of_tender = SealedBid.tender_id == found.seal_id, SealedBid.state == BidState.SEALED
    hidden |= set(session.scalars(files.where(*of_tender, OpenedFile.kind.in_(kept))))
    if Kind.PRICE in kept:
        hidden |= set(session.scalars(papers.where(*of_tender)))
    return hidden


def _infected(session: Session, sealed: SealedTender) -> set[str]:
    """Return the hashes of files with a virus: filed before the site had a scanner, or twice."""
    files = select(OpenedFile.sha256).join(SealedBid, SealedBid.id == OpenedFile.bid_id)
    found = files.where(SealedBid.tender_id == sealed.id, OpenedFile.scan == Scan.INFECTED)
    return set(session.scalars(found))


def kinds_read(
    session: Session, tender: Tender, sealed: SealedTender, actor: Actor
) -> frozenset[Kind]:
    """Return the envelopes whose papers somebody reads, as the tender stands.

    The commission and its secretary read all that is open; who scores quality reads no price
    before the scores stand; who checks prices reads them once the session is closed.
    """
    asked = select(Evaluator).where(
        Evaluator.tender_id == tender.id, Evaluator.username == actor.username
    )
    scores = session.scalar(asked)
    seat = next((each for each in sealed.members if each.username == actor.username), None)
    if (seat is not None and seat.conflict) or (scores is not None and scores.conflict):
        return frozenset()
    if tender.state in _DECIDED:
        return frozenset(Kind)
    if sealing.seat_of(sealed, actor) or sealed.unit in actor.units_of(sealing.OFFICER):
        return frozenset(Kind)
    if scores is not None:
        quality = {Kind.GUARANTEE, Kind.TECHNICAL}
        return frozenset(Kind if evaluation.quality_closed(session, tender) else quality)
    if sealing.is_closed(tender) and reads(actor, tender):
        return frozenset({Kind.PRICE})
    return frozenset()


def paper_of(
    session: Session, tender: Tender, bid_id: UUID, place: int, actor: Actor
) -> PricePaper:
    """Return a paper of a bidder's analysis of the price.

    Raises:
        NotFound: there is none, or the actor has declared an interest.
    """
    for bid in evaluation.priced_bids(session, tender):
        found = session.get(PricePaper, (bid_id, place)) if bid.id == bid_id else None
        sealed = evaluation.sealing_of(tender)
        if found is not None and Kind.PRICE in kinds_read(session, tender, sealed, actor):
            return found
    raise NotFound(f"no paper {place} of {bid_id}")


@keeps_back("property_auction")
def kept_of_auction(session: Session, instance_id: UUID, actor: Actor) -> Collection[str]:
    """Return the hashes of opened files of an auction that somebody may not read.

    Before who buys is named only the commission and its secretary read them; who has declared an
    interest never does.
    """
    hidden: set[str] = set()
    query = select(SealedTender).where(SealedTender.case_id == instance_id)
    for sealed in session.scalars(query):
        hidden |= _infected(session, sealed)
        if not _reads_offers(session, sealed, actor):
            files = select(OpenedFile.sha256).join(SealedBid, SealedBid.id == OpenedFile.bid_id)
            hidden |= set(session.scalars(files.where(SealedBid.tender_id == sealed.id)))
    return hidden


def _reads_offers(session: Session, sealed: SealedTender, actor: Actor) -> bool:
    seat = next((each for each in sealed.members if each.username == actor.username), None)
    if seat is not None and seat.conflict:
        return False
    if sealing.seat_of(sealed, actor) or sealed.unit in actor.units_of(sealing.OFFICER):
        return True
    auction = auction_of(session, sealed)
    return auction is None or auction.state in _NAMED
