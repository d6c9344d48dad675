"""Live rounds of an auction of property: who is admitted, opened, offers, closed (R-TND-16).

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
from engine.values import JalaliDate, Rial, local_date, party_id
from processes.transactions import registry
from processes.transactions.answers.finding import AREA
from processes.transactions.commands.bidding import bidder_of, database_clock
from processes.transactions.commands.reversing import LONGEST
from processes.transactions.parameters import auction_rule, late_offers
from processes.transactions.queries.auction_rounds import (
    admitted,
    as_it_stands,
    auction_numbered,
    deposit_due,
    rounds_of,
)
from processes.transactions.queries.auctions import receipts_had
from processes.transactions.records import (
    AuctionBidder,
    AuctionEvent,
    AuctionRounds,
    AuctionState,
    Firm,
    NotNow,
    PropertyAuction,
    ReverseEventKind,
)
from processes.transactions.rules.auction import smallest_step
from processes.transactions.rules.live_rounds import Event, apply, offer
from processes.transactions.rules.reverse_auction import Closed, Extended, Offered

OFFICER: Final = "PROC_OFFICER"
CASHIER: Final = "FIN_EXPERT"  #: confirms deposits; never who holds the auction


@retried
def admit(
    uow: UnitOfWork, number: str, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Confirm the deposit of somebody of the register, who may then offer in the rounds.

    Raises:
        NotFound, NotAtThisDesk: nothing was changed.
        NotNow: the notice is not out, or the rounds were opened.
        RulesBroken: ``ID-001``, ``ID-002``, ``GEN-REQUIRED``, ``MON-001``; ``TND-110`` not in the
            register, ``PRC-006`` debarred, ``AUC-023`` admitted; ``AUC-001`` a lower deposit,
            ``AUC-006`` one above the base price, ``AUC-007`` a receipt that counts already.
    """
    entered = Entered()
    identifier = entered.value("identifier", party_id, typed.get("identifier", ""), "")
    deposited = entered.money("deposit", typed.get("deposit", ""))
    receipt = entered.text("receipt_no", typed.get("receipt_no", ""))
    with uow:
        auction = _live(uow.session, number, actor, CASHIER)
        if rounds_of(uow.session, auction) is not None:
            raise NotNow(f"the rounds of {number} were opened")
        firm = uow.session.scalars(select(Firm).where(Firm.identifier == identifier)).one_or_none()
        known = {each.identifier for each in admitted(uow.session, auction)}
        if identifier:
            entered.problems += _kept_out(firm, is_known=identifier in known, at=at)
        entered.problems += _deposit_problems(uow.session, auction, deposited, receipt, at)
        entered.must_be_right()
        assert firm is not None
        uow.session.add(
            AuctionBidder(
                auction_id=auction.id, round=auction.round, identifier=identifier, name=firm.name,
                deposit=deposited, receipt_no=receipt, confirmed_at=at,
                confirmed_by=actor.username,
            )
        )  # fmt: skip
        facts = {"bidder": identifier, "deposit": str(deposited.amount)}
        _tell(uow.session, auction, "auction_bidder_admitted", facts, actor=actor, at=at)
        uow.commit()


def _kept_out(firm: Firm | None, *, is_known: bool, at: datetime) -> list[Problem]:
    if firm is None:
        return [Problem("TND-110", "identifier")]
    if is_known:
        return [Problem("AUC-023", "identifier")]
    barred = firm.debarment_on(local_date(at))
    if barred is None:
        return []
    until = "-" if barred.until is None else str(JalaliDate.of(barred.until))
    return [Problem("PRC-006", "identifier", {"firm": firm.name, "until": until})]


def _deposit_problems(
    session: Session, auction: PropertyAuction, deposited: Rial, receipt: str, at: datetime
) -> list[Problem]:
    """Return what is wrong with a deposit, by the rules of the step that ranks the offers."""
    problems, least = [], deposit_due(auction, at)
    assert auction.base is not None
    if Rial.ZERO < deposited < least:
        problems.append(Problem("AUC-001", "deposit", {"least": str(least.amount)}))
    if deposited > auction.base:
        problems.append(Problem("AUC-006", "deposit", {"offer": str(auction.base.amount)}))
    others = (
        select(AuctionBidder.receipt_no)
        .join(PropertyAuction, PropertyAuction.id == AuctionBidder.auction_id)
        .where(PropertyAuction.unit == auction.unit)
    )
    if receipt in receipts_had(session, auction.unit) | set(session.scalars(others)):
        problems.append(Problem("AUC-007", "receipt_no"))
    return problems


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
        auction = _live(uow.session, number, actor, OFFICER)
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
        _tell(uow.session, auction, "auction_rounds_opened", facts, actor=actor, at=at)
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
        names = [each.identifier for each in admitted(uow.session, auction)]
        now = _clock(uow, moment)
        stands = as_it_stands(found, names)
        for each in offer(stands, bidder, wanted, now):
            stands = apply(stands, each)
            _follow(uow.session, found, each, actor=actor, at=at)
        found.highest, found.leader, found.last_at = stands.highest, stands.leader, stands.last_at
        found.ends_at, found.extensions = stands.ends_at, stands.extensions
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
        auction = _live(uow.session, number, actor, OFFICER)
        found = _opened(uow.session, auction)
        now = _clock(uow, moment)
        if found.closed_at is not None:
            raise NotNow(f"the rounds of {number} are closed")
        if now < found.ends_at:
            raise RulesBroken([Problem("TND-134")])
        found.closed_at = found.last_at = now
        _follow(uow.session, found, Closed(now), actor=actor, at=at)
        uow.commit()


def _live(session: Session, number: str, actor: Actor, role: str) -> PropertyAuction:
    """Return an auction by live rounds whose notice is out, held, for who holds a role there."""
    auction = auction_numbered(session, number, to_change=True)
    if auction.unit not in actor.units_of(role):
        raise NotAtThisDesk(f"{role}@{auction.unit}")
    if not auction.is_live or auction.state is not AuctionState.OPEN:
        raise NotNow(f"no live rounds of {number} now")
    return auction


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


def _keep(session: Session, found: AuctionRounds, kept: _Kept) -> None:
    found.events += 1
    session.add(
        AuctionEvent(
            auction_id=found.auction_id, round=found.round, number=found.events, kind=kept.kind,
            at=kept.at, bidder=kept.bidder, price=kept.price, ends_at=kept.ends_at,
        )
    )  # fmt: skip


def _follow(
    session: Session, found: AuctionRounds, event: Event, *, actor: Actor, at: datetime
) -> None:
    """Keep an event and tell the journal of it, with the moment by which it was decided."""
    facts: dict[str, Any] = {"at": event.at.isoformat()}
    match event:
        case Offered():
            kept = _Kept(ReverseEventKind.OFFERED, event.at, event.bidder, event.price)
            act = "auction_offered"
            facts |= {"bidder": event.bidder, "price": str(event.price.amount)}
        case Extended():
            kept = _Kept(ReverseEventKind.EXTENDED, event.at, ends_at=event.ends_at)
            act = "auction_extended"
            facts |= {"ends_at": event.ends_at.isoformat()}
        case _:
            kept, act = _Kept(ReverseEventKind.CLOSED, event.at), "auction_rounds_closed"
    _keep(session, found, kept)
    _tell(session, found.auction, act, facts, actor=actor, at=at)


def _tell(
    session: Session,
    auction: PropertyAuction,
    act: str,
    facts: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    said = {"auction": auction.number, "round": auction.round, **facts}
    tell_act(session, AREA, act, said, actor=actor, at=at, case_id=auction.instance_id)
