"""The opening session: roll call, its beginning, and what is given back unopened at its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from engine.sdk import Actor, Problem, RulesBroken, Session, UnitOfWork, retried
from processes.transactions.commands.seats import (
    must_be_announced,
    must_be_past,
    must_have_quorum,
    must_sit,
    seated,
    told,
)
from processes.transactions.commands.sittings import (
    end_sitting,
    forget_part,
    roll_of,
    take_seat,
)
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import (
    EnvelopeState,
    SealedTender,
    SealingState,
    SealMember,
)
from processes.transactions.records.tenders import TenderState
from processes.transactions.sealing.envelope import Kind


@retried
def attend(
    uow: UnitOfWork,
    tender_id: UUID,
    conflict: str,
    *,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Be present at the sitting, or declare an interest and take no part (R-TND-05).

    A deputy takes the seat of a member who is absent or has an interest. Who declares an interest
    in mid-sitting leaves it, with what was given to envelopes that are still open; between the
    session and the naming of winners, too.

    Args:
        reason: why a deputy sits; of a declared interest it is that.

    Raises:
        NotAtThisDesk: the actor is no member.
        WrongState: the tender takes bids, or is over.
        RulesBroken: ``TND-008`` the deadline is not past, ``TND-059`` it was declared before,
            ``TND-062`` the next sitting is held when quality is scored; as of `take_seat`.
    """
    with uow:
        found, seat = seated(uow.session, tender_id, actor)
        must_be_past(found, at)
        _must_meet(uow.session, found)
        if seat.conflict is not None:
            raise RulesBroken([Problem("TND-059")])
        said = conflict.strip()[:1_000]
        sits_for = None if said else take_seat(found, seat, reason)
        if found.state is not SealingState.CLOSED:
            _enter_roll(uow.session, found, seat, sits_for, at, is_out=bool(said))
        seat.is_present, seat.conflict = not said, said or None
        facts = {"position": seat.position, "conflict": said or None, "deputy_because": sits_for}
        told(uow.session, found, "member_present", facts, actor=actor, at=at)
        uow.commit()


def _must_meet(session: Session, found: SealedTender) -> None:
    published = rows.published_as(session, found)
    if published is not None and published.state is TenderState.OPENING:
        if found.state is SealingState.CLOSED:
            return  # winners are voted on still
        if found.sitting is None and rows.waits_for_quality(session, found):
            raise RulesBroken([Problem("TND-062")])
    if found.state is not SealingState.OPENING:
        found.must_be(SealingState.READY)


def _enter_roll(
    session: Session,
    found: SealedTender,
    seat: SealMember,
    sits_for: str | None,
    at: datetime,
    *,
    is_out: bool,
) -> None:
    if not is_out:
        roll_of(found, at).enter(seat.position, at, sits_for)
        return
    if found.sitting is not None:
        found.sitting.leave(seat.position, at)
    forget_part(session, found, seat)


@retried
def begin_session(
    uow: UnitOfWork, tender_id: UUID, *, quorum: int, actor: Actor, at: datetime
) -> int:
    """Begin the session and return how many bids lie before it; without any the tender ends.

    Args:
        quorum: voting members who have to be here, as the rule pack has it.

    Raises:
        NotAtThisDesk: the actor is neither a member nor buys for this unit.
        WrongState: it has begun, or the tender takes no bids yet. A sitting that ended for the
            scores of quality is followed by the next one.
        RulesBroken: ``TND-008`` the deadline is not past, ``TND-141`` the announced hour has not
            come: who bids may be here (§3.5); ``TND-050`` bidding is not closed, or whether so
            few bids are enough is not decided, ``TND-009`` too few are here.
    """
    with uow:
        found = rows.tender(uow.session, tender_id, to_change=True)
        must_sit(found, actor)
        if found.state is SealingState.OPENING and _is_called_again(found):
            return _begin_next(uow, found, quorum, actor=actor, at=at)
        found.must_be(SealingState.READY)
        must_be_past(found, at)
        must_be_announced(uow.session, found, at)
        must_have_quorum(found, quorum)
        count = len(rows.bids(uow.session, tender_id))
        found.come_to(SealingState.OPENING if count else SealingState.UNSUCCESSFUL)
        sitting = roll_of(found, at)
        sitting.begun_at = at
        if not count:
            end_sitting(found, at)
        facts = {"present": sorted(sitting.stayed), "bids": count}
        told(uow.session, found, "session_begun", facts, actor=actor, at=at)
        uow.commit()
        return count


def _is_called_again(found: SealedTender) -> bool:
    """Tell whether the roll of a later sitting is open, and the sitting has not begun."""
    return found.sitting is not None and found.sitting.begun_at is None


def _begin_next(
    uow: UnitOfWork, found: SealedTender, quorum: int, *, actor: Actor, at: datetime
) -> int:
    must_have_quorum(found, quorum)
    sitting = roll_of(found, at)
    sitting.begun_at = at
    facts = {"sitting": sitting.number, "present": sorted(sitting.stayed)}
    told(uow.session, found, "sitting_begun", facts, actor=actor, at=at)
    count = len(rows.bids(uow.session, found.id))
    uow.commit()
    return count


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
        end_sitting(found, at)
        facts = {"returned": [f"{each.bid_id}/{each.kind.value}" for each in returned]}
        told(uow.session, found, "session_ended", facts, actor=actor, at=at)
        uow.commit()
        return len(returned)


def _is_over(states: Mapping[str, str]) -> bool:
    """Tell whether nothing is left to open or to decide of a bid."""
    if EnvelopeState.REJECTED.value in states.values():
        return EnvelopeState.OPENED.value not in states.values()
    return states[Kind.PRICE.value] in {EnvelopeState.OPENED.value, EnvelopeState.ACCEPTED.value}
