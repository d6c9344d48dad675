"""Votes of the commission outside its session, each member in his own browser (R-TND-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.sdk import Actor, Problem, RulesBroken, Session
from processes.transactions.commands.evaluating import tender_in
from processes.transactions.commands.seats import body_of, must_have_quorum, seated, seats_of
from processes.transactions.commands.voting import LONGEST, must_take_part
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import winners as reading
from processes.transactions.records import (
    CommissionVote,
    Evaluation,
    SealingState,
    SealMember,
    Tender,
)
from processes.transactions.rules.voting import Body, Vote, chair_of, check_votes, decision


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a member sends."""

    is_for: bool
    reason: str
    seen: str  #: the fingerprint of what he looked at


def voting(
    session: Session, number: str, actor: Actor, at: datetime
) -> tuple[Tender, Evaluation, SealMember]:
    """Return a tender whose session is closed, held, and the seat of a member who votes.

    Raises:
        NotFound, NotNow, WrongState: there is none to vote on.
        NotAtThisDesk: the actor has no seat.
        RulesBroken: ``TND-009`` too few sit, ``TND-066`` the member did not attend,
            ``SOD-010`` he has declared an interest.
    """
    tender, found = tender_in(session, number, SealingState.CLOSED)
    sealed, seat = seated(session, rows.sealing_of(tender).id, actor)
    must_have_quorum(sealed, body(tender, at).quorum)
    must_take_part(seat)
    return tender, found, seat


def body(tender: Tender, at: datetime) -> Body:
    """Return the commission as the pack of the unit has it."""
    return body_of(tender.unit, at)


def cast(
    session: Session,
    seat: SealMember,
    matter: str,
    proposed: str,
    ballot: Ballot,
    *,
    needs_reason: bool,
    at: datetime,
) -> dict[str, Any]:
    """Keep a vote in the place of an earlier one, and return what the journal is told.

    Args:
        proposed: the fingerprint of what is voted on now.

    Raises:
        RulesBroken: ``TND-131`` the member looked at something else, ``TND-033`` no reason.
    """
    reason = ballot.reason.strip()[:LONGEST]
    if needs_reason and not reason:
        raise RulesBroken([Problem("TND-033", "reason")])
    if ballot.seen != proposed:
        raise RulesBroken([Problem("TND-131")])
    place = {"seal_id": seat.tender_id, "matter": matter, "position": seat.position}
    vote = session.get(CommissionVote, place)
    if vote is None:
        vote = CommissionVote(**place)
        session.add(vote)
    vote.is_for, vote.reason, vote.seen, vote.at = ballot.is_for, reason, proposed, at
    session.flush()
    told = {"matter": matter, "position": seat.position}
    return {**told, "for": ballot.is_for, "reason": reason}


def counted(
    session: Session, tender: Tender, matter: str, seen: str, at: datetime
) -> tuple[list[Vote], bool] | None:
    """Return the votes and how they decide, once all who sit have voted and said why.

    A vote of who does not sit any more, having declared an interest, is none.
    """
    seats, commission = seats_of(rows.sealing_of(tender)), body(tender, at)
    sitting = {each.member for each in seats if each.sits is not None}
    votes = reading.as_votes(reading.votes_on(session, tender, matter), seen)
    votes = [each for each in votes if each.member in sitting]
    if check_votes(seats, votes, commission.tie):
        return None
    return votes, decision(commission, votes, chair_of(seats)).result
