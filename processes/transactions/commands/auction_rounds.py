"""Live rounds of an auction of property: opened, offers, closed (R-TND-16).

Offers are decided by the rules of `live_rounds` under the lock of the rounds' row, by the
database's clock read under that lock: two offers of one moment come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import (
    Actor,
    Entered,
    NotAtThisDesk,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    retried,
    tell_act,
)
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.answers.finding import AREA
from processes.transactions.commands.bidding import bidder_of, database_clock
from processes.transactions.commands.reversing import LONGEST
from processes.transactions.parameters import auction_rule, late_offers
from processes.transactions.queries.auction_rounds import (
    admitted,
    as_it_stands,
    auction_numbered,
    rounds_of,
)
from processes.transactions.queries.called_out import read_called_out
from processes.transactions.records import (
    AuctionEvent,
    AuctionRounds,
    AuctionState,
    NotNow,
    PropertyAuction,
    ReverseEventKind,
)
from processes.transactions.rules.auction import smallest_step
from processes.transactions.rules.live_rounds import Event, apply, offer
from processes.transactions.rules.reverse_auction import Closed, Extended, Offered

OFFICER: Final = "PROC_OFFICER"


@retried
def open_rounds(uow: UnitOfWork, number: str, minutes: str, *, actor: Actor, at: datetime) -> None:
    """Open the rounds among those who are admitted, after the deadline of the notice.

    Args:
        minutes: as typed; how long offers are taken if nothing extends it.

    Raises:
        NotFound, NotAtThisDesk, NotNow: as `admit`.
        RulesBroken: ``GEN-REQUIRED``, ``NUM-001``, ``TND-133``; ``AUC-024`` the deadline has not
            passed, ``AUC-025`` nobody is admitted.
    """
    read = Entered()
    lasts = read.quantity("minutes", minutes)
    if not read.problems and not 1 <= lasts <= LONGEST:
        read.problems.append(Problem("TND-133", "minutes", {"most": str(LONGEST)}))
    with uow:
        auction = live_auction(uow.session, number, actor, OFFICER)
        if rounds_of(uow.session, auction) is not None:
            raise NotNow(f"the rounds of {number} were opened")
        assert auction.base is not None
        assert auction.deadline is not None
        if at <= auction.deadline:
            read.problems.append(Problem("AUC-024", "minutes"))
        bidders = sorted(each.identifier for each in admitted(uow.session, auction))
        if not bidders:
            read.problems.append(Problem("AUC-025", "minutes"))
        read.must_be_right()
        ends_at, on = at + timedelta(seconds=int(lasts * 60)), local_date(at)
        pack = registry.pack_of(auction.unit, on)
        last, most = late_offers(pack, on)
        found = AuctionRounds(
            auction_id=auction.id, round=auction.round, opened_at=at, opened_by=actor.username,
            first_end=ends_at, ends_at=ends_at, base=auction.base,
            step_amount=smallest_step(auction.base, auction_rule(pack, on)), last_minutes=last,
            most_extensions=most, last_at=at, events=0, extensions=0,
        )  # fmt: skip
        uow.session.add(found)
        uow.session.flush()
        _keep(uow.session, found, _Kept(ReverseEventKind.OPENED, at, ends_at=ends_at))
        facts = {
            "base": str(found.base.amount),
            "step": str(found.step_amount.amount),
            "ends_at": ends_at.isoformat(),
            "last_minutes": last,
            "most_extensions": most,
            "bidders": bidders,
        }
        tell_of(uow.session, auction, "auction_rounds_opened", facts, actor=actor, at=at)
        uow.commit()


@retried
def offer_price(
    uow: UnitOfWork,
    number: str,
    price: str,
    *,
    actor: Actor,
    at: datetime,
    moment: datetime | None = None,
) -> None:
    """Go up to a price; it binds.

    Args:
        price: in rials, as typed.
        moment: instead of the database's clock, for those who watch it.

    Raises:
        NotAtThisDesk: the actor bids for nobody.
        NotFound: there is no such auction.
        NotNow: the rounds are not open.
        RulesBroken: ``MON-001``, ``GEN-REQUIRED``; the codes of `live_rounds.offer`.
    """
    read = Entered()
    wanted = read.money("price", price)
    read.must_be_right()
    bidder = bidder_of(actor)
    with uow:
        auction = auction_numbered(uow.session, number)
        found = _opened(uow.session, auction)
        _go_up(uow, found, bidder, wanted, _By(actor, at), _clock(uow, moment))
        uow.commit()


@retried
def offer_called_out(
    uow: UnitOfWork,
    number: str,
    typed: Mapping[str, str],
    *,
    actor: Actor,
    at: datetime,
    moment: datetime | None = None,
) -> None:
    """Type in what somebody admitted calls out in the hall; it binds as if typed by the bidder.

    It is decided by the same rules, under the same lock and clock; the journal and the rounds keep
    who typed it.

    Args:
        typed: ``bidder``, an id; ``price`` in rials, as typed.
        moment: instead of the database's clock, for those who watch it.

    Raises:
        NotFound, NotAtThisDesk, NotNow: as `open_rounds`; the rounds are not open.
        RulesBroken: as `offer_price`; ``ID-001``, ``ID-002``.
    """
    bidder, wanted = read_called_out(typed)
    with uow:
        auction = live_auction(uow.session, number, actor, OFFICER)
        found = _opened(uow.session, auction)
        _go_up(uow, found, bidder, wanted, _By(actor, at, types_it=True), _clock(uow, moment))
        uow.commit()


@retried
def close_rounds(
    uow: UnitOfWork, number: str, *, actor: Actor, at: datetime, moment: datetime | None = None
) -> None:
    """Keep that the rounds are over: their offers may be ranked.

    Raises:
        NotFound, NotAtThisDesk: nothing was changed.
        NotNow: they are not open.
        RulesBroken: ``TND-134`` their end has not come.
    """
    with uow:
        auction = live_auction(uow.session, number, actor, OFFICER)
        found = _opened(uow.session, auction)
        now = _clock(uow, moment)
        if found.closed_at is not None:
            raise NotNow(f"the rounds of {number} are closed")
        if now < found.ends_at:
            raise RulesBroken([Problem("TND-134")])
        found.closed_at = found.last_at = now
        _follow(uow.session, found, Closed(now), _By(actor, at))
        uow.commit()


def live_auction(session: Session, number: str, actor: Actor, role: str) -> PropertyAuction:
    """Return an auction by live rounds whose notice is out, held, for who holds a role there."""
    auction = auction_numbered(session, number, to_change=True)
    if auction.unit not in actor.units_of(role):
        raise NotAtThisDesk(f"{role}@{auction.unit}")
    if not auction.is_live or auction.state is not AuctionState.OPEN:
        raise NotNow(f"no live rounds of {number} now")
    return auction


@dataclass(frozen=True, slots=True)
class _By:
    """Who brings an event about, and when by the site's clock."""

    actor: Actor
    at: datetime
    types_it: bool = False  #: for a bidder in the hall


def _go_up(
    uow: UnitOfWork, found: AuctionRounds, bidder: str, price: Rial, by: _By, now: datetime
) -> None:
    """Keep an offer that the rules let stand, and what follows from it.

    Raises:
        RulesBroken: the codes of `live_rounds.offer`.
    """
    names = [each.identifier for each in admitted(uow.session, found.auction)]
    stands = as_it_stands(found, names)
    for each in offer(stands, bidder, price, now):
        stands = apply(stands, each)
        _follow(uow.session, found, each, by)
    found.highest, found.leader, found.last_at = stands.highest, stands.leader, stands.last_at
    found.ends_at, found.extensions = stands.ends_at, stands.extensions


def _opened(session: Session, auction: PropertyAuction) -> AuctionRounds:
    found = rounds_of(session, auction, to_change=True)
    if found is None:
        raise NotNow(f"the rounds of {auction.number} are not open")
    return found


def _clock(uow: UnitOfWork, moment: datetime | None) -> datetime:
    """Return the database's moment, read when the rounds are held."""
    now: datetime = uow.session.execute(select(database_clock(uow, moment).c.moment)).scalar_one()
    return now


@dataclass(frozen=True, slots=True)
class _Kept:
    """An event as its row has it."""

    kind: ReverseEventKind
    at: datetime
    bidder: str | None = None
    price: Rial | None = None
    ends_at: datetime | None = None
    typed_by: str | None = None


def _keep(session: Session, found: AuctionRounds, kept: _Kept) -> None:
    found.events += 1
    session.add(
        AuctionEvent(
            auction_id=found.auction_id, round=found.round, number=found.events, kind=kept.kind,
            at=kept.at, bidder=kept.bidder, price=kept.price, ends_at=kept.ends_at,
            typed_by=kept.typed_by,
        )
    )  # fmt: skip


def _follow(session: Session, found: AuctionRounds, event: Event, by: _By) -> None:
    """Keep an event and tell the journal of it, with the moment by which it was decided."""
    facts: dict[str, Any] = {"at": event.at.isoformat()}
    match event:
        case Offered():
            typed_by = by.actor.username if by.types_it else None
            kept = _Kept(
                ReverseEventKind.OFFERED, event.at, event.bidder, event.price, typed_by=typed_by
            )
            act = "auction_offered"
            facts |= {"bidder": event.bidder, "price": str(event.price.amount)}
            facts |= {"typed_by": typed_by} if typed_by else {}
        case Extended():
            kept = _Kept(ReverseEventKind.EXTENDED, event.at, ends_at=event.ends_at)
            act = "auction_extended"
            facts |= {"ends_at": event.ends_at.isoformat()}
        case _:
            kept, act = _Kept(ReverseEventKind.CLOSED, event.at), "auction_rounds_closed"
    _keep(session, found, kept)
    tell_of(session, found.auction, act, facts, actor=by.actor, at=by.at)


def tell_of(
    session: Session,
    auction: PropertyAuction,
    act: str,
    facts: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Tell the journal of an act in an auction's rounds."""
    said = {"auction": auction.number, "round": auction.round, **facts}
    tell_act(session, AREA, act, said, actor=actor, at=at, case_id=auction.instance_id)
