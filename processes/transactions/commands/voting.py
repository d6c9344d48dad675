"""Votes of the members who are here: each gives one, and the last one decides (R-TND-05)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.sdk import Actor, Problem, RulesBroken, Session, UnitOfWork, retried
from processes.transactions.commands.seats import (
    body_of,
    must_be_announced,
    must_be_past,
    must_have_quorum,
    seated,
    seats_of,
    told,
)
from processes.transactions.commands.sittings import end_sitting, pause_for_quality
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.sealed_deposits import deposit_problems
from processes.transactions.queries.taking_part import auction_of
from processes.transactions.receipts import take_sealed
from processes.transactions.records.sealing import (
    EnvelopeState,
    SealedBid,
    SealedTender,
    SealingState,
    SealMember,
)
from processes.transactions.rules.voting import Vote, chair_of, check_votes, decision
from processes.transactions.sealing.envelope import Kind

LONGEST: Final = 1_000  #: characters of a reason


@retried
def vote(
    uow: UnitOfWork,
    bid_id: UUID,
    kind: Kind,
    *,
    is_for: bool,
    reason: str,
    actor: Actor,
    at: datetime,
) -> bool | None:
    """Take a member's vote on an opened envelope; changed until the last one has voted.

    Returns:
        whether the bid goes on or ends here, by the majority of who is here; ``None``: others
        have not voted, or who is outvoted has not said why.

    Raises:
        NotFound, NotAtThisDesk: there is no such bid, or the actor is no member.
        WrongState: the envelope is not open, or was decided.
        RulesBroken: ``TND-063`` a vote against gives no reason for the bidder (R-TND-06);
            ``AUC-006``, ``AUC-007`` a vote for a deposit above the base price, or that counts
            already; ``TND-009``, ``SOD-010`` the member takes no part.
    """
    with uow:
        bid = rows.bid(uow.session, bid_id)
        found, seat = seated(uow.session, bid.tender_id, actor)
        found.must_be(SealingState.OPENING)
        envelope = bid.envelope(kind)
        envelope.must_be(EnvelopeState.OPENED)
        must_take_part(seat)
        said = reason.strip()[:LONGEST]
        if not is_for and not said:
            raise RulesBroken([Problem("TND-063", "reason")])
        of_deposit = kind is Kind.GUARANTEE
        if is_for and of_deposit:
            _must_count(uow.session, found, bid)
        envelope.votes = _with(envelope.votes, seat, is_for=is_for, reason=said)
        facts = {"bid": str(bid_id), "kind": kind.value, "position": seat.position}
        told(
            uow.session, found, "member_voted", {**facts, "for": is_for, "reason": said},
            actor=actor, at=at,
        )  # fmt: skip
        passes = _decision(found, envelope.votes, at)
        if passes is not None:
            if passes and of_deposit:
                _take_deposit(uow.session, found, bid)
            against = [each["reason"] for each in envelope.votes.values() if not each["for"]]
            envelope.state = EnvelopeState.ACCEPTED if passes else EnvelopeState.REJECTED
            envelope.reason = None if passes else "; ".join(dict.fromkeys(against))
            decided = {"bid": str(bid_id), "kind": kind.value, "votes": envelope.votes}
            told(
                uow.session, found, "envelope_decided", {**decided, "passes": passes},
                actor=actor, at=at,
            )  # fmt: skip
            pause_for_quality(uow.session, found, actor=actor, at=at)
        uow.commit()
        return passes


@retried
def vote_to_end(
    uow: UnitOfWork,
    tender_id: UUID,
    *,
    is_for: bool,
    reason: str,
    quorum: int,
    actor: Actor,
    at: datetime,
) -> bool | None:
    """Take a member's vote that the tender cannot be opened: more passphrases are lost than n - k.

    It takes the quorum, as opening does: nobody ends a tender alone.

    Returns:
        whether it is unsuccessful, once all who are here have voted.

    Raises:
        NotAtThisDesk: the actor is no member.
        WrongState: it is over, or takes no bids yet.
        RulesBroken: ``TND-008`` the deadline is not past, ``TND-141``, ``TND-050`` as of
            `begin_session`; ``TND-009``, ``SOD-010``, ``GEN-REQUIRED`` no reason.
    """
    with uow:
        found, seat = seated(uow.session, tender_id, actor)
        if found.state is not SealingState.OPENING:
            found.must_be(SealingState.READY)
        must_be_past(found, at)
        must_be_announced(uow.session, found, at)
        must_take_part(seat)
        must_have_quorum(found, quorum)
        said = reason.strip()[:LONGEST]
        if not said:
            raise RulesBroken([Problem("GEN-REQUIRED", "reason")])
        found.ending = _with(found.ending, seat, is_for=is_for, reason=said)
        facts = {"position": seat.position, "for": is_for, "reason": said}
        told(uow.session, found, "member_voted_to_end", facts, actor=actor, at=at)
        passes = _decision(found, found.ending, at)
        if passes is not None:
            votes, found.ending = found.ending, found.ending if passes else None
            if passes:
                found.come_to(SealingState.UNSUCCESSFUL)
                end_sitting(found, at)
            act = "tender_unsuccessful" if passes else "tender_goes_on"
            told(uow.session, found, act, {"votes": votes}, actor=actor, at=at)
        uow.commit()
        return passes


def _must_count(session: Session, found: SealedTender, bid: SealedBid) -> None:
    """Refuse to let a deposit through that does not count (`deposit_problems`)."""
    if wrong := deposit_problems(session, found, bid):
        raise RulesBroken(wrong)


def _take_deposit(session: Session, found: SealedTender, bid: SealedBid) -> None:
    """Let the deposit of an offer for property count; looked at again, by whoever votes last."""
    auction = auction_of(session, found)
    if auction is not None:
        _must_count(session, found, bid)
        take_sealed(session, auction, bid)


def must_take_part(seat: SealMember) -> None:
    """Refuse who is not here (``TND-009``) or has declared an interest (``SOD-010``)."""
    if not seat.is_present:
        raise RulesBroken([Problem("SOD-010" if seat.conflict else "TND-066")])


def _with(
    votes: Mapping[str, Any] | None, seat: SealMember, *, is_for: bool, reason: str
) -> dict[str, Any]:
    return {**(votes or {}), str(seat.position): {"for": is_for, "reason": reason}}


def _decision(found: SealedTender, votes: Mapping[str, Any], at: datetime) -> bool | None:
    """Return how it is decided, once all who are here have voted and said why."""
    given = [Vote(member, each["for"], each["reason"]) for member, each in votes.items()]
    body, seats = body_of(found.unit, at), seats_of(found)
    if check_votes(seats, given, body.tie):
        return None
    return decision(body, given, chair_of(seats)).result
