"""The reverse auction as a last round: opened, offers taken, closed (R-TND-17).

The statement that inserts an offer decides whether it is in time and a step below, by the
database's clock, under the lock of the auction's row: between looking and writing is no gap, and
two offers of one moment come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, literal, select
from sqlalchemy.sql.elements import ColumnElement

from engine.sdk import Actor, Database, Entered, Problem, RulesBroken, Session, UnitOfWork, retried
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.commands.bidding import bidder_of, database_clock
from processes.transactions.commands.evaluating import SECRETARY, must_hold, tell, tender_in
from processes.transactions.parameters import reverse_rule
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import reversing
from processes.transactions.queries.winners import proposal
from processes.transactions.records import (
    NotNow,
    ReverseAuction,
    ReverseBidder,
    ReverseEvent,
    ReverseEventKind,
    SealingState,
    Tender,
    TenderState,
)
from processes.transactions.rules.reverse_auction import open_auction

LONGEST: Final = 600  #: minutes that an auction may last


@retried
def open_reverse(uow: UnitOfWork, number: str, minutes: str, *, actor: Actor, at: datetime) -> None:
    """Open a reverse auction among the bidders whose prices stand, at the lowest of them.

    Args:
        minutes: as typed; how long offers are taken if nothing extends it.

    Raises:
        NotAtThisDesk: the actor is not the secretary.
        NotNow, WrongState: prices are not checked, quality weighs on them, winners are named, or
            there is one already.
        RulesBroken: ``GEN-REQUIRED``, ``NUM-001``; ``TND-133`` not between a minute and ten hours;
            ``TND-036`` fewer than two may offer.
    """
    read = Entered()
    lasts = read.quantity("minutes", minutes)
    if not read.problems and not 1 <= lasts <= LONGEST:
        read.problems.append(Problem("TND-133", "minutes", {"most": str(LONGEST)}))
    read.must_be_right()
    with uow:
        tender, _ = tender_in(uow.session, number, SealingState.CLOSED)
        must_hold(tender, actor, *SECRETARY)
        is_there = uow.session.get(ReverseAuction, tender.id) is not None
        if (
            is_there
            or tender.rates_quality
            or not rows.prices_checked(uow.session, tender)
            or rows.winners_named(uow.session, tender)
        ):
            raise NotNow(f"no reverse auction of {number} now")
        known = proposal(uow.session, tender, at).candidates
        on = local_date(at)
        start = min((each.price for each in known.values()), default=Rial.ZERO)
        rule = reverse_rule(registry.pack_of(tender.unit, on), on)
        ends_at = at + timedelta(seconds=int(lasts * 60))
        opened = open_auction(start, known, rule, at, ends_at)
        step = max(start.share(rule.step), Rial(1))
        uow.session.add(
            ReverseAuction(
                tender_id=tender.id, opened_at=at, first_end=ends_at, ends_at=ends_at,
                start=start, step=rule.step.percent,
                last_minutes=int(rule.last.total_seconds()) // 60,
                most_extensions=rule.most_extensions, lowest=start, step_amount=step, last_at=at,
                bidders=[ReverseBidder(bidder=each) for each in sorted(opened.bidders)],
            )
        )  # fmt: skip
        uow.session.flush()
        uow.session.add(
            ReverseEvent(
                tender_id=tender.id, number=1, kind=ReverseEventKind.OPENED, at=at,
                ends_at=ends_at,
            )
        )  # fmt: skip
        facts = {
            "start": str(start.amount),
            "step": str(step.amount),
            "ends_at": ends_at.isoformat(),
            "bidders": sorted(opened.bidders),
        }
        tell(uow.session, tender, "reverse_opened", facts, actor=actor, at=at)
        uow.commit()


@retried
def offer(
    uow: UnitOfWork,
    number: str,
    price: str,
    *,
    actor: Actor,
    at: datetime,
    moment: datetime | None = None,
) -> int:
    """Go down to a price; it binds. The rank is returned, which is all that a bidder is shown.

    Args:
        price: in rials, as typed.
        moment: instead of the database's clock, for those who watch it.

    Raises:
        NotAtThisDesk: the actor bids for nobody.
        NotFound: there is no such auction.
        NotNow: its tender is over.
        RulesBroken: ``MON-001``, ``MON-002``, ``GEN-REQUIRED``; ``TND-005`` it is over, ``TND-037``
            not one of its bidders, ``TND-038`` not a step below: below what is not told.
    """
    read = Entered()
    wanted = read.money("price", price)
    read.must_be_right()
    bidder = bidder_of(actor)
    _must_be_low(uow.database, number, bidder, wanted)
    with uow:
        tender = rows.tender_of(uow.session, number)
        tender.must_be(TenderState.OPENING)  # it may have been cancelled while the round was on
        found = reversing.auction_of(uow.session, tender, to_change=True)
        own = uow.session.get(ReverseBidder, (tender.id, bidder))
        if own is None:
            raise RulesBroken([Problem("TND-037", "price")])
        offered_at = _insert_in_time(uow, found, bidder, wanted, moment)
        if offered_at is None:
            raise RulesBroken([_refusal(uow, found, moment)])
        found.events += 1
        own.best, own.best_event = wanted, found.events
        found.lowest, found.last_at = wanted, offered_at
        facts: dict[str, Any] = {"bidder": bidder, "price": str(wanted.amount)}
        _tell(uow.session, tender, "reverse_offered", facts, offered_at, actor=actor, at=at)
        _extend(uow, tender, found, offered_at, actor=actor, at=at)
        uow.session.flush()
        rank = reversing.rank_of(uow.session, own)
        uow.commit()
        assert rank is not None
        return rank


def _must_be_low(database: Database, number: str, bidder: str, price: Rial) -> None:
    """Refuse what is too high already, without the lock: the lowest price never rises again.

    Who is none of its bidders is refused first, and does not learn by trying where it stands.
    """
    with database.reader() as session:
        tender = rows.tender_of(session, number)
        found = reversing.auction_of(session, tender)
        if session.get(ReverseBidder, (tender.id, bidder)) is None:
            raise RulesBroken([Problem("TND-037", "price")])
        most = found.lowest - found.step_amount
        if found.closed_at is None and price > most:
            raise RulesBroken([_not_low(found)])


def _not_low(found: ReverseAuction) -> Problem:
    return Problem("TND-038", "price", {"step": str(found.step_amount.amount)})


def _insert_in_time(
    uow: UnitOfWork, found: ReverseAuction, bidder: str, price: Rial, moment: datetime | None
) -> datetime | None:
    """Insert an offer if it is in time and a step below; its moment, or nothing."""
    now = database_clock(uow, moment)
    values: dict[str, ColumnElement[Any]] = {
        "tender_id": literal(found.tender_id, ReverseEvent.tender_id.type),
        "number": ReverseAuction.events + 1,
        "kind": literal(ReverseEventKind.OFFERED, ReverseEvent.kind.type),
        "at": now.c.moment,
        "bidder": literal(bidder),
        "price": literal(price, ReverseEvent.price.type),
    }
    in_time = (
        select(*values.values())
        .select_from(now)
        .join(ReverseAuction, ReverseAuction.tender_id == found.tender_id)
        .where(
            now.c.moment < ReverseAuction.ends_at,
            ReverseAuction.closed_at.is_(None),
            ReverseAuction.lowest - ReverseAuction.step_amount
            >= literal(price, ReverseEvent.price.type),
        )
    )
    done = uow.session.execute(
        insert(ReverseEvent)
        .from_select(list(values), in_time, include_defaults=False)
        .returning(ReverseEvent.at)
    )
    at: datetime | None = done.scalar_one_or_none()
    return at


def _refusal(uow: UnitOfWork, found: ReverseAuction, moment: datetime | None) -> Problem:
    """Return why an offer was not inserted: time first."""
    at: datetime = uow.session.execute(select(database_clock(uow, moment).c.moment)).scalar_one()
    if found.closed_at is not None or at >= found.ends_at:
        return Problem("TND-005", "price")
    return _not_low(found)


def _extend(
    uow: UnitOfWork,
    tender: Tender,
    found: ReverseAuction,
    offered_at: datetime,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Move the end where the offer came in the last minutes, as often as the rules allow."""
    minutes = timedelta(minutes=found.last_minutes)
    if offered_at < found.ends_at - minutes or found.extensions >= found.most_extensions:
        return
    found.ends_at += minutes
    found.extensions += 1
    found.events += 1
    uow.session.add(
        ReverseEvent(
            tender_id=found.tender_id, number=found.events, kind=ReverseEventKind.EXTENDED,
            at=offered_at, ends_at=found.ends_at,
        )
    )  # fmt: skip
    facts = {"ends_at": found.ends_at.isoformat()}
    _tell(uow.session, tender, "reverse_extended", facts, offered_at, actor=actor, at=at)


@retried
def close_reverse(
    uow: UnitOfWork,
    number: str,
    *,
    actor: Actor,
    at: datetime,
    moment: datetime | None = None,
) -> None:
    """Keep that an auction is over: its prices stand, and winners may be named.

    Raises:
        NotAtThisDesk: the actor is not the secretary.
        NotFound: there is no such auction.
        NotNow: it is closed already.
        RulesBroken: ``TND-134`` its end has not come.
    """
    with uow:
        tender = rows.tender_of(uow.session, number)
        must_hold(tender, actor, *SECRETARY)
        found = reversing.auction_of(uow.session, tender, to_change=True)
        if found.closed_at is not None:
            raise NotNow(f"the reverse auction of {number} is closed")
        now: datetime = uow.session.execute(
            select(database_clock(uow, moment).c.moment)
        ).scalar_one()
        if now < found.ends_at:
            raise RulesBroken([Problem("TND-134")])
        found.events += 1
        found.closed_at = found.last_at = now
        uow.session.add(
            ReverseEvent(
                tender_id=tender.id, number=found.events, kind=ReverseEventKind.CLOSED, at=now
            )
        )
        _tell(uow.session, tender, "reverse_closed", {}, now, actor=actor, at=at)
        uow.commit()


def _tell(
    session: Session,
    tender: Tender,
    act: str,
    facts: Mapping[str, Any],
    happened: datetime,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Add an event to the journal with the moment by which it was decided."""
    tell(session, tender, act, {**facts, "at": happened.isoformat()}, actor=actor, at=at)
