"""Live rounds as their page shows them: everybody sees the highest offer, nobody whose it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from engine.sdk import Actor, NotFound, Session
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.parameters import auction_rule
from processes.transactions.queries.people import names_of
from processes.transactions.queries.requests import of_units
from processes.transactions.queries.reversing import event_told
from processes.transactions.queries.sealing import BIDDER
from processes.transactions.records import (
    AuctionBidder,
    AuctionEvent,
    AuctionRounds,
    AuctionState,
    PropertyAuction,
    ReverseEventKind,
)
from processes.transactions.rules.auction import deposit
from processes.transactions.rules.live_rounds import Event, Rounds, RoundsOpened, replay


def auction_numbered(session: Session, number: str, *, to_change: bool = False) -> PropertyAuction:
    """Return the auction of a number, held where it is to be changed.

    Raises:
        NotFound: there is none.
    """
    query = select(PropertyAuction).where(PropertyAuction.number == number)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"no auction {number}")
    return found


def rounds_of(
    session: Session, auction: PropertyAuction, *, to_change: bool = False
) -> AuctionRounds | None:
    """Return the rounds for the newest notice; ``None``: they were not opened."""
    lock = True if to_change else None
    return session.get(AuctionRounds, (auction.id, auction.round), with_for_update=lock)


def admitted(session: Session, auction: PropertyAuction) -> Sequence[AuctionBidder]:
    """Return whose deposit for the newest notice is confirmed."""
    query = select(AuctionBidder).where(
        AuctionBidder.auction_id == auction.id, AuctionBidder.round == auction.round
    )
    return session.scalars(query.order_by(AuctionBidder.confirmed_at)).all()


def deposit_due(auction: PropertyAuction, at: datetime) -> Rial:
    """Return what a bidder has to deposit."""
    assert auction.base is not None
    on = local_date(at)
    return deposit(auction.base, auction_rule(registry.pack_of(auction.unit, on), on))


def as_it_stands(found: AuctionRounds, bidders: Collection[str]) -> Rounds:
    """Return where rounds stand, by the row that is kept of them."""
    return Rounds(
        _opened(found, bidders), found.ends_at, found.last_at, found.highest, found.leader,
        found.extensions, is_closed=found.closed_at is not None,
    )  # fmt: skip


def replayed(session: Session, found: AuctionRounds) -> Rounds:
    """Return the rounds that their events make, by the rules alone."""
    bidders = [each.identifier for each in admitted(session, found.auction)]
    return replay(_event(found, each, bidders) for each in events_of(session, found))


def events_of(session: Session, found: AuctionRounds) -> Sequence[AuctionEvent]:
    """Return the events of rounds in their order."""
    kept = select(AuctionEvent).where(
        AuctionEvent.auction_id == found.auction_id, AuctionEvent.round == found.round
    )
    return session.scalars(kept.order_by(AuctionEvent.number)).all()


def _opened(found: AuctionRounds, bidders: Collection[str]) -> RoundsOpened:
    return RoundsOpened(
        found.opened_at, found.first_end, found.base, found.step_amount,
        timedelta(minutes=found.last_minutes), found.most_extensions, frozenset(bidders),
    )  # fmt: skip


def _event(found: AuctionRounds, each: AuctionEvent, bidders: Collection[str]) -> Event:
    if each.kind is ReverseEventKind.OPENED:
        return _opened(found, bidders)
    return event_told(each)


@dataclass(frozen=True, slots=True)
class Told:
    """An offer as those of the unit see it."""

    at: datetime
    name: str
    price: Rial
    typed_by: Mapping[str, str] | None  #: the name of who typed what was called out, by language


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """The rounds of an auction for one person."""

    auction: PropertyAuction
    found: AuctionRounds | None
    stands: Rounds | None
    mine: AuctionBidder | None  #: of the bidder who looks
    bidders: Sequence[AuctionBidder]  #: empty for bidders
    offers: Sequence[Told]  #: the newest first; empty for bidders
    deposit: Rial
    may_admit: bool
    may_open: bool
    may_close: bool
    may_type: bool  #: what is called out in the hall

    @property
    def leads(self) -> bool:
        """Whether the highest offer is that of the bidder who looks."""
        found, mine = self.found, self.mine
        return found is not None and mine is not None and found.leader == mine.identifier

    def is_over(self, at: datetime) -> bool:
        """Tell whether nobody may offer any more."""
        found = self.found
        return found is not None and (found.closed_at is not None or at >= found.ends_at)


def rounds_page(session: Session, actor: Actor, number: str, at: datetime) -> RoundsPage:
    """Return live rounds as those of the unit or one of the bidders may see them.

    Raises:
        NotFound: there is no live auction of this number, or it is not the actor's to see.
    """
    auction = auction_numbered(session, number)
    everybody = admitted(session, auction)
    parties = actor.parties_as(BIDDER)
    mine = next((each for each in everybody if each.identifier in parties), None)
    own = of_units(select(PropertyAuction.id), PropertyAuction.unit, actor)
    is_staff = session.scalar(own.where(PropertyAuction.id == auction.id)) is not None
    if not auction.is_live or auction.base is None or not (is_staff or mine):
        raise NotFound(f"no live rounds of {number}")
    found = rounds_of(session, auction)
    waits = is_staff and auction.state is AuctionState.OPEN
    names = {each.identifier: each.name for each in everybody}
    shown = [] if mine or found is None else events_of(session, found)
    typists = names_of(session, {each.typed_by for each in shown if each.typed_by})
    is_officer = waits and auction.unit in actor.units_of("PROC_OFFICER")
    return RoundsPage(
        auction=auction,
        found=found,
        stands=None if found is None else as_it_stands(found, names),
        mine=mine,
        bidders=[] if mine else everybody,
        offers=[
            Told(
                each.at,
                names.get(each.bidder, each.bidder),
                each.price,
                typists.get(each.typed_by or ""),
            )
            for each in reversed(shown)
            if each.bidder is not None and each.price is not None
        ],
        deposit=deposit_due(auction, at),
        may_admit=waits and found is None and auction.unit in actor.units_of("FIN_EXPERT"),
        may_open=is_officer and found is None,
        may_close=is_officer and found is not None,
        may_type=is_officer and found is not None and found.closed_at is None,
    )


def rounds_for(session: Session, bidder: str) -> Sequence[PropertyAuction]:
    """Return the live auctions to which a bidder is admitted, the newest first."""
    query = (
        select(PropertyAuction)
        .join(AuctionBidder, AuctionBidder.auction_id == PropertyAuction.id)
        .where(
            AuctionBidder.identifier == bidder,
            AuctionBidder.round == PropertyAuction.round,
            PropertyAuction.is_live,
        )
    )
    return session.scalars(query.order_by(PropertyAuction.deadline.desc())).all()
