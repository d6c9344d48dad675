"""Reverse auctions as their pages show them: a bidder sees a rank, never a price of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine.sdk import Actor, NotFound, Session
from engine.values import Percentage, Rial
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries.people import firm_names
from processes.transactions.queries.quality import reads
from processes.transactions.queries.sealing import BIDDER
from processes.transactions.records import (
    AuctionEvent,
    ReverseAuction,
    ReverseBidder,
    ReverseEvent,
    ReverseEventKind,
    Tender,
)
from processes.transactions.rules.reverse_auction import (
    Auction,
    Closed,
    Event,
    Extended,
    Offered,
    Opened,
    ReverseRule,
    replay,
)


def auction_of(session: Session, tender: Tender, *, to_change: bool = False) -> ReverseAuction:
    """Return the reverse auction of a tender.

    Raises:
        NotFound: it has none.
    """
    lock = True if to_change else None
    found = session.get(ReverseAuction, tender.id, with_for_update=lock)
    if found is None:
        raise NotFound(f"{tender.number} has no reverse auction")
    return found


def is_running(session: Session, tender: Tender) -> bool:
    """Tell whether offers are still awaited, or the end was not looked at yet."""
    found = session.get(ReverseAuction, tender.id)
    return found is not None and found.closed_at is None


def best_offers(session: Session, tender: Tender) -> dict[str, Rial]:
    """Return what bidders went down to, by legal id, once the auction is closed."""
    found = session.get(ReverseAuction, tender.id)
    if found is None or found.closed_at is None:
        return {}
    return {each.bidder: each.best for each in found.bidders if each.best is not None}


def rank_of(session: Session, own: ReverseBidder) -> int | None:
    """Return a bidder's place from 1; ``None``: it has not offered."""
    if own.best is None or own.best_event is None:
        return None
    before = (ReverseBidder.best < own.best) | (
        (ReverseBidder.best == own.best) & (ReverseBidder.best_event < own.best_event)
    )
    ahead = select(func.count()).where(ReverseBidder.tender_id == own.tender_id, before)
    return 1 + (session.scalar(ahead) or 0)


def rule_of(found: ReverseAuction) -> ReverseRule:
    """Return the numbers an auction was opened with."""
    minutes = timedelta(minutes=found.last_minutes)
    return ReverseRule(Percentage(found.step), minutes, minutes, found.most_extensions)


def replayed(session: Session, found: ReverseAuction) -> Auction:
    """Return the auction that its events make, by the rules alone."""
    kept = select(ReverseEvent).where(ReverseEvent.tender_id == found.tender_id)
    events = session.scalars(kept.order_by(ReverseEvent.number))
    return replay(_event(found, each) for each in events)


def _event(found: ReverseAuction, each: ReverseEvent) -> Event:
    if each.kind is not ReverseEventKind.OPENED:
        return event_told(each)
    bidders = frozenset(one.bidder for one in found.bidders)
    return Opened(each.at, found.first_end, found.start, rule_of(found), bidders)


def event_told(each: ReverseEvent | AuctionEvent) -> Offered | Extended | Closed:
    """Return what a row tells that came after the opening, downwards or upwards alike."""
    match each.kind:
        case ReverseEventKind.OFFERED:
            assert each.bidder is not None
            assert each.price is not None
            return Offered(each.at, each.bidder, each.price)
        case ReverseEventKind.EXTENDED:
            assert each.ends_at is not None
            return Extended(each.at, each.ends_at)
        case ReverseEventKind.CLOSED:
            return Closed(each.at)
        case _:
            raise ValueError("the opening is told by the auction's own row")


@dataclass(frozen=True, slots=True)
class Place:
    """A bidder in the order of the auction, as the commission sees it."""

    name: str
    best: Rial | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class ReversePage:
    """A reverse auction for one person."""

    tender: Tender
    auction: ReverseAuction | None
    mine: ReverseBidder | None  #: of the bidder who looks
    rank: int | None
    places: Sequence[Place]  #: empty for bidders
    most: Rial | None  #: what the staff sees: the highest price that may be offered
    may_open: bool
    is_staff: bool

    def is_over(self, at: datetime) -> bool:
        """Tell whether nobody may offer any more."""
        found = self.auction
        return found is not None and (found.closed_at is not None or at >= found.ends_at)


def reverse_page(session: Session, actor: Actor, number: str) -> ReversePage:
    """Return a reverse auction as staff or one of its bidders may see it.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    tender = rows.tender_of(session, number)
    found = session.get(ReverseAuction, tender.id)
    parties = actor.parties_as(BIDDER)
    mine = None
    if found is not None:
        mine = next((each for each in found.bidders if each.bidder in parties), None)
    is_staff = reads(actor, tender)
    if not is_staff and mine is None:
        raise NotFound(f"no tender {number}")
    rank = None if mine is None else rank_of(session, mine)
    may_open = (
        is_staff
        and found is None
        and tender.unit in actor.units_of("PROC_OFFICER")
        and not tender.rates_quality
        and rows.prices_checked(session, tender)
        and not rows.winners_named(session, tender)
    )
    places = _places(session, found) if is_staff and mine is None and found is not None else []
    most = found.lowest - found.step_amount if found is not None and places else None
    return ReversePage(tender, found, mine, rank, places, most, may_open, is_staff)


def _places(session: Session, found: ReverseAuction) -> list[Place]:
    names = firm_names(session, [each.bidder for each in found.bidders])
    shown = [
        Place(names.get(each.bidder, each.bidder), each.best, rank_of(session, each))
        for each in found.bidders
    ]
    return sorted(shown, key=lambda each: (each.rank is None, each.rank or 0, each.name))
