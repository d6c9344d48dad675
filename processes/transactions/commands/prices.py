"""Opened prices: taken from envelopes or papers, corrected, held against what is usual (§3.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from engine.sdk import (
    Actor,
    Content,
    Entered,
    NotFound,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    is_one_of,
    retried,
    working_calendar,
)
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.commands.evaluating import (
    EXPERTS,
    SECRETARY,
    bid_of,
    must_hold,
    tell,
    tender_in,
)
from processes.transactions.parameters import price_rule
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries.prices import corrected_price, seen_of_typed
from processes.transactions.queries.sealing import seat_of
from processes.transactions.records import (
    Evaluation,
    NotNow,
    OpenedPrice,
    PriceLine,
    PricePaper,
    PriceSource,
    SealedBid,
    SealingState,
    Tender,
)
from processes.transactions.rules.abnormal_prices import Standing, price_range, standing
from processes.transactions.sealing.forms import LONGEST_WORDS, PriceSheet, check_price
from processes.transactions.sealing.forms import PriceLine as SheetLine
from processes.transactions.telling_bidders import tell_bidders

#: who looks whether what was typed is what the papers say, beside the tender's commission
CONFIRMERS = ("FIN_EXPERT",)


@retried
def take_prices(
    uow: UnitOfWork,
    number: str,
    stated: Mapping[UUID, PriceSheet],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Take the prices that lay in envelopes as files; what is not taken is typed from the papers.

    Args:
        stated: by bid, what its ``price.json`` says; a bid that has a price already keeps it, and
            one whose lines are not those of the request is left to who reads its papers.

    Returns:
        how many were taken.

    Raises:
        NotAtThisDesk: the actor looks at no prices of this unit.
        NotNow, WrongState: the session is not closed, or the prices are worked out.
    """
    with uow:
        tender, _ = _untouched(uow.session, number)
        must_hold(tender, actor, *EXPERTS)
        known = rows.prices(uow.session, tender)
        taken = {}
        for bid in rows.priced_bids(uow.session, tender):
            each = stated.get(bid.id)
            if bid.id in known or each is None or check_price(each, _quantities(tender)):
                continue
            uow.session.add(_price(bid, tender, each, PriceSource.FILE, actor, at))
            taken[str(bid.id)] = str(each.total.amount)
        if taken:
            tell(uow.session, tender, "prices_taken", {"prices": taken}, actor=actor, at=at)
        uow.commit()
        return len(taken)


@retried
def type_price(
    uow: UnitOfWork,
    number: str,
    bid_id: UUID,
    typed: Mapping[str, str],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Type what the papers of a bid's envelope C say; somebody else confirms it.

    Args:
        typed: ``total``, ``words``, and ``unit_price/<position>`` and ``total/<position>`` of each
            line, or of none for a lump sum.

    Raises:
        NotAtThisDesk: the actor is not the secretary.
        NotFound: no price of such a bid was opened.
        NotNow, WrongState: the session is not closed, or the prices are worked out.
        RulesBroken: ``MON-001``, ``MON-002``, ``GEN-REQUIRED``, each beside its field; ``TND-125``
            the price lay in the envelope as a file, which is not typed over.
    """
    with uow:
        tender, _ = _untouched(uow.session, number)
        must_hold(tender, actor, *SECRETARY)
        bid = _opened(uow.session, tender, bid_id)
        stated = _read(tender, typed)
        before = rows.prices(uow.session, tender).get(bid_id)
        if before is not None:
            if before.source is PriceSource.FILE:
                raise RulesBroken([Problem("TND-125")])
            uow.session.delete(before)
            uow.session.flush()
        uow.session.add(_price(bid, tender, stated, PriceSource.PAPER, actor, at))
        facts = {"bid": str(bid_id), "total": str(stated.total.amount)}
        tell(uow.session, tender, "price_typed", facts, actor=actor, at=at)
        uow.commit()


def _read(tender: Tender, typed: Mapping[str, str]) -> PriceSheet:
    read = Entered()
    total = read.money("total", typed.get("total", ""))
    lines = []
    items = tender.request.items
    fields = [f"{kind}/{each.position}" for each in items for kind in ("unit_price", "total")]
    if any(typed.get(each, "").strip() for each in fields):
        for each in items:
            price, sum_ = (f"{kind}/{each.position}" for kind in ("unit_price", "total"))
            lines.append(
                SheetLine(
                    each.position,
                    read.money(price, typed.get(price, "")),
                    read.money(sum_, typed.get(sum_, "")),
                )
            )
    read.must_be_right()
    return PriceSheet(tuple(lines), total, typed.get("words", "").strip()[:LONGEST_WORDS])


def _quantities(tender: Tender) -> Mapping[int, Decimal]:
    return {each.position: each.quantity for each in tender.request.items}


def _price(
    bid: SealedBid,
    tender: Tender,
    stated: PriceSheet,
    source: PriceSource,
    actor: Actor,
    at: datetime,
) -> OpenedPrice:
    quantities = _quantities(tender)
    return OpenedPrice(
        bid_id=bid.id,
        source=source,
        total=stated.total,
        words=stated.total_in_words,
        taken_by=actor.username,
        taken_at=at,
        lines=[
            PriceLine(
                position=each.position,
                quantity=quantities[each.position],
                unit_price=each.unit_price,
                total=each.total,
            )
            for each in stated.lines
        ],
    )


@retried
def confirm_price(
    uow: UnitOfWork, number: str, bid_id: UUID, seen: str, *, actor: Actor, at: datetime
) -> None:
    """Confirm that what was typed is what the papers say.

    Args:
        seen: the fingerprint of the figures that the actor looked at, of `seen_of_typed`.

    Raises:
        NotAtThisDesk: the actor is neither a financial expert here nor sits in the commission.
        NotFound: nothing was typed for this bid.
        NotNow, WrongState: the session is not closed, or the prices are worked out.
        RulesBroken: ``TND-126`` who typed it does not confirm it, nor from another account;
            ``TND-140`` other figures were typed meanwhile.
    """
    with uow:
        tender, _ = _untouched(uow.session, number)
        if seat_of(rows.sealing_of(tender), actor) is None:
            must_hold(tender, actor, *CONFIRMERS)
        found = _price_of(uow.session, tender, bid_id)
        if is_one_of(uow.session, actor, [found.taken_by]):
            raise RulesBroken([Problem("TND-126")])
        if seen != seen_of_typed(found):
            raise RulesBroken([Problem("TND-140", f"prices/{bid_id}")])
        found.confirmed_by = actor.username
        facts = {"bid": str(bid_id), "total": str(found.total.amount)}
        tell(uow.session, tender, "price_confirmed", facts, actor=actor, at=at)
        uow.commit()


@retried
def work_out(uow: UnitOfWork, number: str, *, actor: Actor, at: datetime) -> None:
    """Correct every price, find the range of usual ones, and ask the low ones to justify theirs.

    Nothing is rejected by it: that is the commission's, with a reason (§3.8).

    Raises:
        NotAtThisDesk: the actor looks at no prices of this unit.
        NotNow, WrongState: the session is not closed, or it was done.
        RulesBroken: ``TND-127`` a price is missing or not confirmed; ``MON-002`` one comes to
            nothing.
    """
    with uow:
        tender, found = _untouched(uow.session, number)
        must_hold(tender, actor, *EXPERTS)
        known = rows.prices(uow.session, tender)
        bids = rows.priced_bids(uow.session, tender)
        problems = [
            Problem("TND-127", f"prices/{each.id}")
            for each in bids
            if each.id not in known or not known[each.id].is_confirmed
        ]
        if problems:
            raise RulesBroken(problems)
        today = local_date(at)
        rule = price_rule(registry.pack_of(tender.unit, today), today)
        for price in known.values():
            price.corrected = corrected_price(price).result.total
            if price.corrected <= Rial.ZERO:
                problems.append(Problem("MON-002", f"prices/{price.bid_id}"))
        if problems:
            raise RulesBroken(problems)
        figures = [each.corrected for each in known.values() if each.corrected is not None]
        usual = price_range(rule, tender.estimate, figures).result
        calendar = working_calendar(uow.session, tender.unit)
        until = calendar.plus_working_days(today, rule.justify_working_days)
        for price in known.values():
            price.standing = standing(usual, price.corrected or Rial.ZERO)
            price.justify_until = until if price.standing is Standing.LOW else None
        low = {each.bid_id for each in known.values() if each.justify_until is not None}
        asked = {each.bidder for each in bids if each.id in low}
        tell_bidders(uow.session, tender, "price_to_justify", at, only=asked, page="bidding")
        found.worked_out_at, found.worked_out_by = at, actor.username
        facts = {
            "low": str(usual.low.amount),
            "high": str(usual.high.amount),
            "prices": {
                str(each.bid_id): [str((each.corrected or Rial.ZERO).amount), _told(each.standing)]
                for each in known.values()
            },
        }
        tell(uow.session, tender, "prices_worked_out", facts, actor=actor, at=at)
        uow.commit()


def _told(found: Standing | None) -> str | None:
    return None if found is None else found.value


@retried
def justify(
    uow: UnitOfWork,
    number: str,
    bid_id: UUID,
    analysis: str,
    *,
    papers: Sequence[Content] = (),
    actor: Actor,
    at: datetime,
) -> None:
    """Take a bidder's analysis of a low price (تجزیه بها), until its day is over.

    The bidder sends it, or the secretary writes it down; the last one counts, with its papers.

    Args:
        papers: they lie in the store; none: those that are there stay.

    Raises:
        NotAtThisDesk: the actor is neither the secretary nor bids for this firm.
        NotFound: there is no such price.
        NotNow: it need not be justified, or was decided of.
        RulesBroken: ``GEN-REQUIRED``, ``GEN-LENGTH``; ``TND-128`` its day is past.
    """
    with uow:
        tender, _ = tender_in(uow.session, number, SealingState.CLOSED)
        if bid_of(uow.session, tender, bid_id).bidder not in actor.parties:
            must_hold(tender, actor, *SECRETARY)
        found = _price_of(uow.session, tender, bid_id)
        if not found.waits:
            raise NotNow(f"price of {bid_id}")
        read = Entered()
        said = read.long_text("analysis", analysis)
        if said is None:
            read.problems.append(Problem("GEN-REQUIRED", "analysis"))
        if found.justify_until is not None and local_date(at) > found.justify_until:
            until = {"until": found.justify_until.isoformat()}
            read.problems.append(Problem("TND-128", "analysis", until))
        read.must_be_right()
        found.justification, found.justified_at, found.justified_by = said, at, actor.username
        if papers:
            found.papers = []
            uow.session.flush()
            found.papers = [
                PricePaper(position=place, name=each.name, size=each.size, sha256=each.sha256)
                for place, each in enumerate(papers, 1)
            ]
        facts = {"bid": str(bid_id), "papers": [each.sha256 for each in found.papers]}
        tell(uow.session, tender, "price_justified", facts, actor=actor, at=at)
        uow.commit()


def _untouched(session: Session, number: str) -> tuple[Tender, Evaluation]:
    tender, found = tender_in(session, number, SealingState.CLOSED)
    if found.worked_out_at is not None:
        raise NotNow(f"the prices of {number} are worked out")
    return tender, found


def _opened(session: Session, tender: Tender, bid_id: UUID) -> SealedBid:
    bid = bid_of(session, tender, bid_id)
    if bid not in rows.priced_bids(session, tender):
        raise NotFound(f"no price of {bid_id} was opened")
    return bid


def _price_of(session: Session, tender: Tender, bid_id: UUID) -> OpenedPrice:
    found = rows.prices(session, tender).get(bid_id)
    if found is None:
        raise NotFound(f"no price of {bid_id} was taken")
    return found
