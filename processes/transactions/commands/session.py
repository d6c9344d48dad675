"""The opening session: roll call, votes on what was opened, and what is given back unopened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from engine.sdk import Actor, Problem, RulesBroken, UnitOfWork, retried
from processes.transactions.commands.seats import (
    must_be_past,
    must_buy,
    must_have_quorum,
    must_sit,
    seated,
    seats_of,
    told,
)
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import EnvelopeState, SealingState
from processes.transactions.rules.voting import Body, Vote, check_votes, decision
from processes.transactions.sealing.envelope import Kind


@retried
def attend(uow: UnitOfWork, tender_id: UUID, conflict: str, *, actor: Actor, at: datetime) -> None:
    """Be present at the session, or declare an interest and take no part (R-TND-05).

    Raises:
        NotAtThisDesk: the actor is no member.
        WrongState: the tender takes bids, or is over.
        RulesBroken: ``TND-008`` the deadline is not past, ``TND-059`` it was declared before.
    """
    with uow:
        found, seat = seated(uow.session, tender_id, actor)
        must_be_past(found, at)
        if found.state is not SealingState.OPENING:
            found.must_be(SealingState.READY)
        if seat.conflict is not None:
            raise RulesBroken([Problem("TND-059")])
        said = conflict.strip()[:1_000]
        seat.is_present, seat.conflict = not said, said or None
        facts = {"position": seat.position, "conflict": said or None}
        told(uow.session, found, "member_present", facts, actor=actor, at=at)
        uow.commit()


@retried
def begin_session(
    uow: UnitOfWork, tender_id: UUID, *, quorum: int, actor: Actor, at: datetime
) -> int:
    """Begin the session and return how many bids lie before it; without any the tender ends.

    Args:
        quorum: voting members who have to be here, as the rule pack has it.

    Raises:
        NotAtThisDesk: the actor is neither a member nor buys for this unit.
        WrongState: it has begun, or the tender takes no bids yet.
        RulesBroken: ``TND-008`` the deadline is not past, ``TND-009`` too few are here.
    """
    with uow:
        found = rows.tender(uow.session, tender_id, to_change=True)
        must_sit(found, actor)
        found.must_be(SealingState.READY)
        must_be_past(found, at)
        must_have_quorum(found, quorum)
        count = len(rows.bids(uow.session, tender_id))
        found.come_to(SealingState.OPENING if count else SealingState.UNSUCCESSFUL)
        here = [each.position for each in found.members if each.is_present]
        facts = {"present": here, "bids": count}
        told(uow.session, found, "session_begun", facts, actor=actor, at=at)
        uow.commit()
        return count


@retried
def decide(
    uow: UnitOfWork,
    bid_id: UUID,
    kind: Kind,
    votes: Sequence[Vote],
    *,
    actor: Actor,
    at: datetime,
) -> bool:
    """Let a bid go on or end here, by the majority of who is here, and tell which.

    Raises:
        NotFound, NotAtThisDesk: there is no such bid, or it is not the actor's to enter.
        WrongState: the envelope is not open, or was decided.
        RulesBroken: ``TND-032`` not every member here has voted once, ``TND-033`` who is outvoted
            says why, ``TND-063`` a bid is rejected without a reason for the bidder (R-TND-06).
    """
    with uow:
        bid = rows.bid(uow.session, bid_id)
        found = rows.tender(uow.session, bid.tender_id, to_change=True)
        must_sit(found, actor)
        found.must_be(SealingState.OPENING)
        envelope = bid.envelope(kind)
        envelope.must_be(EnvelopeState.OPENED)
        problems = check_votes(seats_of(found), votes)
        if problems:
            raise RulesBroken(problems)
        passes = decision(Body(), votes).result
        against = [each.reason.strip() for each in votes if not each.is_for and each.reason.strip()]
        if not passes and not against:
            raise RulesBroken([Problem("TND-063", "votes")])
        envelope.state = EnvelopeState.ACCEPTED if passes else EnvelopeState.REJECTED
        envelope.reason = None if passes else "; ".join(against)
        envelope.votes = {
            each.member: {"for": each.is_for, "reason": each.reason.strip()} for each in votes
        }
        facts = {"bid": str(bid_id), "kind": kind.value, "votes": envelope.votes, "passes": passes}
        told(uow.session, found, "envelope_decided", facts, actor=actor, at=at)
        uow.commit()
        return passes


@retried
def end_session(uow: UnitOfWork, tender_id: UUID, *, actor: Actor, at: datetime) -> int:
    """Close the session; every envelope that is still sealed is given back unopened.

    Returns:
        how many those are.

    Raises:
        NotAtThisDesk: the actor is neither a member nor buys for this unit.
        WrongState: no session is on.
        RulesBroken: ``TND-058`` an envelope that may be opened is closed, or one is undecided.
    """
    with uow:
        found = rows.tender(uow.session, tender_id, to_change=True)
        must_sit(found, actor)
        found.must_be(SealingState.OPENING)
        bids = rows.bids(uow.session, tender_id)
        states = {each.id: rows.states_of(each) for each in bids}
        if any(not _is_over(each) for each in states.values()):
            raise RulesBroken([Problem("TND-058")])
        returned = [
            each for bid in bids for each in bid.envelopes if each.state is EnvelopeState.SEALED
        ]
        for each in returned:
            each.state = EnvelopeState.RETURNED
        found.come_to(SealingState.CLOSED)
        facts = {"returned": [f"{each.bid_id}/{each.kind.value}" for each in returned]}
        told(uow.session, found, "session_ended", facts, actor=actor, at=at)
        uow.commit()
        return len(returned)


def _is_over(states: Mapping[str, str]) -> bool:
    """Tell whether nothing is left to open or to decide of a bid."""
    if EnvelopeState.REJECTED.value in states.values():
        return EnvelopeState.OPENED.value not in states.values()
    return states[Kind.PRICE.value] in {EnvelopeState.OPENED.value, EnvelopeState.ACCEPTED.value}


@retried
def declare_unsuccessful(
    uow: UnitOfWork, tender_id: UUID, reason: str, *, actor: Actor, at: datetime
) -> None:
    """End a tender that cannot be opened: more passphrases are lost than n - k.

    Raises:
        NotAtThisDesk: the actor buys nothing for this unit.
        WrongState: it is over, or takes no bids yet.
        RulesBroken: ``TND-008`` the deadline is not past, ``GEN-REQUIRED`` no reason.
    """
    if not reason.strip():
        raise RulesBroken([Problem("GEN-REQUIRED", "reason")])
    with uow:
        found = rows.tender(uow.session, tender_id, to_change=True)
        must_buy(found.unit, actor)
        must_be_past(found, at)
        found.come_to(SealingState.UNSUCCESSFUL)
        facts = {"reason": reason.strip()[:1_000]}
        told(uow.session, found, "tender_unsuccessful", facts, actor=actor, at=at)
        uow.commit()
