"""The commission decides: of abnormally low prices, and who wins (R-TND-05, R-TND-09).

Every member votes in his own browser, a dissenter with a reason. The last vote decides, in one
transaction: nobody else's click makes a winner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engine.sdk import (
    Actor,
    Content,
    NotFound,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    file_in_case,
    retried,
)
from engine.values import Rial, local_date
from processes.transactions.answers import classes
from processes.transactions.answers.credit import secure
from processes.transactions.commands.ballots import Ballot, cast, counted, voting
from processes.transactions.commands.evaluating import tell
from processes.transactions.commands.seats import seated
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import reversing
from processes.transactions.queries import winners as reading
from processes.transactions.queries.winners import Proposal
from processes.transactions.records import (
    Award,
    AwardState,
    EnvelopeState,
    NotNow,
    OpenedPrice,
    PriceDecision,
    Tender,
)
from processes.transactions.rules.voting import Vote
from processes.transactions.sealing.envelope import Kind


@retried
def vote_on_price(
    uow: UnitOfWork,
    number: str,
    bid_id: UUID,
    ballot: Ballot,
    *,
    actor: Actor,
    at: datetime,
) -> bool | None:
    """Vote on whether an abnormally low price is accepted; every vote says why.

    Returns:
        what was decided; ``None`` while votes are missing.

    Raises:
        NotAtThisDesk: the actor has no seat in the commission.
        NotFound: there is no such price.
        NotNow, WrongState: it need not be decided, or was.
        RulesBroken: ``TND-130`` the bidder still has time to justify it, ``TND-131`` it changed
            while it was looked at, ``TND-033`` no reason, ``TND-009``, ``SOD-010``.
    """
    with uow:
        tender, _, seat = voting(uow.session, number, actor, at)
        price = rows.prices(uow.session, tender).get(bid_id)
        if price is None:
            raise NotFound(f"no price of {bid_id}")
        _must_wait(price, at)
        matter, now_seen = reading.matter_of_price(bid_id), reading.seen_of_price(price)
        facts = cast(uow.session, seat, matter, now_seen, ballot, needs_reason=True, at=at)
        tell(uow.session, tender, "price_voted", facts, actor=actor, at=at)
        counted_now = counted(uow.session, tender, matter, now_seen, at)
        decided = None
        if counted_now is not None:
            votes, decided = counted_now
            facts = _decide(uow.session, tender, price, votes, accepted=decided, at=at)
            tell(uow.session, tender, "price_decided", facts, actor=actor, at=at)
        uow.commit()
        return decided


def _must_wait(price: OpenedPrice, at: datetime) -> None:
    if not price.waits:
        raise NotNow(f"price of {price.bid_id}")
    until = price.justify_until
    if price.justification is None and until is not None and local_date(at) <= until:
        raise RulesBroken([Problem("TND-130", None, {"until": until.isoformat()})])


def _decide(
    session: Session,
    tender: Tender,
    price: OpenedPrice,
    votes: Sequence[Vote],
    *,
    accepted: bool,
    at: datetime,
) -> dict[str, str]:
    price.decision = PriceDecision.ACCEPTED if accepted else PriceDecision.REJECTED
    price.decision_reason = "; ".join(each.reason for each in votes if each.is_for == accepted)
    price.decided_at = at
    if not accepted:
        bids = {each.id: each for each in rows.priced_bids(session, tender)}
        envelope = bids[price.bid_id].envelope(Kind.PRICE)
        envelope.state, envelope.reason = EnvelopeState.REJECTED, price.decision_reason
    return {
        "bid": str(price.bid_id),
        "decision": price.decision.value,
        "reason": price.decision_reason,
    }


@retried
def vote_on_winners(
    uow: UnitOfWork,
    number: str,
    ballot: Ballot,
    *,
    actor: Actor,
    at: datetime,
) -> bool | None:
    """Vote on the winners that the rules propose; the last vote names them, or begins anew.

    A member may change his vote until it is decided. One who is outvoted gives a reason before
    the decision stands.

    Returns:
        whether they are named; ``None`` while a vote or the reason of a dissenter is missing.

    Raises:
        NotAtThisDesk: the actor has no seat in the commission.
        NotNow, WrongState: prices are not checked, a reverse auction is on, or winners are
            named.
        RulesBroken: ``TND-131`` the proposal changed while it was looked at, ``TND-132`` no bid is
            left, ``TND-033`` no reason, ``TND-009``, ``SOD-010``; where the vote names them
            ``BUD-001``, ``BUD-002``, ``FIN-012`` there is no such credit, ``PRC-004`` the price is
            of a higher class.
    """
    with uow:
        tender, found, seat = voting(uow.session, number, actor, at)
        if not rows.prices_checked(uow.session, tender) or rows.winners_named(uow.session, tender):
            raise NotNow(f"winners of {number}")
        if reversing.is_running(uow.session, tender):
            raise NotNow(f"a reverse auction of {number} is on")
        proposed = reading.proposal(uow.session, tender, at)
        if proposed.first is None:
            raise RulesBroken([Problem("TND-132")])
        matter = reading.matter_of_winners(uow.session, tender)
        needs_reason = not ballot.is_for
        facts = cast(
            uow.session, seat, matter, proposed.seen, ballot, needs_reason=needs_reason, at=at
        )
        tell(uow.session, tender, "winners_voted", facts, actor=actor, at=at)
        counted_now = counted(uow.session, tender, matter, proposed.seen, at)
        decided = None
        if counted_now is not None:
            _, decided = counted_now
            if decided:
                _name(uow.session, tender, proposed, actor, at)
            else:
                found.attempt += 1
                tell(uow.session, tender, "winners_refused", {"matter": matter}, actor=actor, at=at)
        uow.commit()
        return decided


@retried
def file_report(
    uow: UnitOfWork, number: str, report: Content, *, actor: Actor, at: datetime
) -> None:
    """Put the printed report of an evaluation into the file of the tender's case.

    Raises:
        NotAtThisDesk: the actor has no seat in the commission.
        NotNow: no winner is named.
    """
    with uow:
        tender = rows.tender_of(uow.session, number)
        if not rows.winners_named(uow.session, tender):
            raise NotNow(f"no winner of {number} is named")
        sealed, _ = seated(uow.session, rows.sealing_of(tender).id, actor)
        if sealed.case_id is not None:
            file_in_case(uow, sealed.case_id, [report], actor=actor, at=at)
            facts = {"report": report.sha256}
            tell(uow.session, tender, "evaluation_reported", facts, actor=actor, at=at)
        uow.commit()


def _name(session: Session, tender: Tender, proposed: Proposal, actor: Actor, at: datetime) -> None:
    assert proposed.first is not None
    _must_be_of_class(tender, proposed.first.price)
    secure(session, tender.request, proposed.first.price, at, actor.username, None)
    round_ = reading.round_of(session, tender)
    facts = {}
    for place, each in enumerate(proposed.named, 1):
        session.add(
            Award(
                tender_id=tender.id,
                rank=place,
                round=round_,
                bid_id=each.bid.id,
                firm_id=each.firm.id,
                price=each.price,
                balanced=proposed.balanced(each),
                score=None if each.score is None else each.score.value,
                state=AwardState.PENDING if place == 1 else AwardState.RESERVE,
                named_at=at,
                named_by=actor.username,
            )
        )
        facts[str(place)] = {"bidder": each.bid.bidder, "price": str(each.price.amount)}
    tell(session, tender, "winners_named", {"round": round_, **facts}, actor=actor, at=at)


def _must_be_of_class(tender: Tender, price: Rial) -> None:
    """Refuse a price above the class that the method was chosen for (R-PRC-03)."""
    limit = classes.limit_of(tender.request)
    if limit is not None and price > limit:
        told = {"price": str(price.amount), "limit": str(limit.amount)}
        raise RulesBroken([Problem("PRC-004", None, told)])
