"""Sittings of an opening session: who is here at each, members and deputies, and how it ends.

Presence is by sitting: where prices wait for the scores of quality the sitting ends, and the next
one begins with a roll call of its own (R-TND-05).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from engine.sdk import Actor, Problem, RulesBroken, Session
from processes.transactions.commands.seats import told
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import (
    EnvelopeState,
    SealedBid,
    SealedEnvelope,
    SealedTender,
    SealingState,
    SealMember,
    SealRelease,
    SealSitting,
)


def roll_of(found: SealedTender, at: datetime) -> SealSitting:
    """Return the sitting whose roll is open, a new one after one that has ended.

    Who was present before sittings were kept is in its roll; a session that was on then goes on.
    """
    if found.sitting is None:
        is_on = found.state is SealingState.OPENING and not found.sittings
        made = SealSitting(
            tender_id=found.id, number=max(len(found.sittings), len(found.minutes)) + 1,
            begun_at=at if is_on else None, ended_at=None, roll={},
        )  # fmt: skip
        for each in found.members:
            if each.is_present:
                made.enter(each.position, at, None)
        found.sittings.append(made)
    assert found.sitting is not None
    return found.sitting


def end_sitting(found: SealedTender, at: datetime) -> None:
    """End the sitting that is on; the presence of its members stands until the next roll call."""
    sitting = roll_of(found, at)
    sitting.begun_at, sitting.ended_at = sitting.begun_at or at, at


def pause_for_quality(session: Session, found: SealedTender, *, actor: Actor, at: datetime) -> None:
    """End the sitting where nothing but prices is left and those wait: nobody is here any more."""
    session.flush()
    if not rows.waits_for_quality(session, found):
        return
    end_sitting(found, at)
    for each in found.members:
        each.is_present = False
    facts = {"sitting": found.sittings[-1].number, "present": sorted(found.sittings[-1].stayed)}
    told(session, found, "sitting_ended", facts, actor=actor, at=at)


def take_seat(found: SealedTender, seat: SealMember, reason: str) -> str | None:
    """Refuse two people on one seat; return why a deputy takes it, nothing of a member.

    Raises:
        RulesBroken: ``TND-068`` the member, or the deputy, sits already; ``GEN-REQUIRED`` a deputy
            does not say why the member does not sit.
    """
    place = seat.deputy_of or seat.position
    member = next(each for each in found.members if each.position == place)
    sits = rows.sitter_of(found, member)
    if sits is not None and sits is not seat:
        raise RulesBroken([Problem("TND-068")])
    if seat is member:
        return None
    said = member.conflict or reason.strip()[:1_000]
    if not said:
        raise RulesBroken([Problem("GEN-REQUIRED", "reason")])
    return said


def forget_part(session: Session, found: SealedTender, seat: SealMember) -> None:
    """Forget what somebody with an interest gave to what is still open: votes and releases."""
    own = str(seat.position)
    if found.ending:
        found.ending = {at: each for at, each in found.ending.items() if at != own} or None
    of_tender = select(SealedBid.id).where(SealedBid.tender_id == found.id)
    undecided = select(SealedEnvelope).where(
        SealedEnvelope.bid_id.in_(of_tender),
        SealedEnvelope.state.in_([EnvelopeState.OPENED, EnvelopeState.SEALED]),
    )
    for each in session.scalars(undecided):
        if each.votes and own in each.votes:
            each.votes = {at: one for at, one in each.votes.items() if at != own}
        if each.state is EnvelopeState.SEALED:
            session.execute(
                delete(SealRelease).where(
                    SealRelease.bid_id == each.bid_id,
                    SealRelease.kind == each.kind,
                    SealRelease.member == seat.position,
                )
            )
