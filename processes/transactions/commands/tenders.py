"""A tender whose bids are sealed is announced to its commission; a failed ceremony starts over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from engine.sdk import (
    Actor,
    Entered,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    new_id,
    retried,
)
from engine.values import local_date
from processes.transactions import parameters, registry
from processes.transactions.commands.seats import must_buy, told
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import (
    SealDealing,
    SealedTender,
    SealingState,
    SealKey,
    SealMember,
    SealRehearsal,
)
from processes.transactions.sealing.dealing import LEAST, MOST


@dataclass(frozen=True, slots=True)
class NewTender:
    """What an officer types."""

    unit: str
    number: str
    title: str
    deadline: datetime | None  #: ``None``: it could not be read
    threshold: int
    members: Sequence[str] = field(default_factory=tuple)  #: user names, the chair's first
    case_id: UUID | None = None
    deputies: Mapping[str, str] = field(default_factory=dict)  #: of members, both by user name


@retried
def announce_tender(uow: UnitOfWork, new: NewTender, *, actor: Actor, at: datetime) -> UUID:
    """Begin the ceremony of a tender; its id is returned.

    Raises:
        NotAtThisDesk: the actor buys nothing for this unit.
        RulesBroken: ``GEN-REQUIRED``, ``TND-051`` the deadline is past, ``TND-052`` the threshold
            or the members are none.
    """
    must_buy(new.unit, actor)
    with uow:
        made = begin_sealing(uow.session, new, actor=actor, at=at)
        uow.commit()
        return made.id


def begin_sealing(session: Session, new: NewTender, *, actor: Actor, at: datetime) -> SealedTender:
    """Begin the ceremony in a transaction that is under way; who may was asked before.

    Raises:
        RulesBroken: as of `announce_tender`.
    """
    read = Entered()
    number, title = read.text("number", new.number), read.text("title", new.title)
    if new.deadline is None or new.deadline <= at:
        read.problems.append(Problem("TND-051", "deadline"))
    members = list(dict.fromkeys(new.members))
    deputies = {each: new.deputies[each] for each in members if each in new.deputies}
    on = local_date(at)
    least = max(LEAST, parameters.opening_threshold(registry.pack_of(new.unit, on), on))
    if not least <= new.threshold <= len(members) <= MOST - len(deputies):
        read.problems.append(Problem("TND-052", "threshold"))
    if read.problems or new.deadline is None:
        raise RulesBroken(read.problems)
    made = SealedTender(
        id=new_id(),
        case_id=new.case_id,
        unit=new.unit,
        number=number,
        title=title,
        threshold=new.threshold,
        deadline=new.deadline,
        state=SealingState.JOINING,
        made_at=at,
        made_by=actor.username,
    )
    made.members = [
        SealMember(tender_id=made.id, position=at_table, username=each)
        for at_table, each in enumerate(members, 1)
    ]
    made.members += [
        SealMember(
            tender_id=made.id, position=at_table, username=deputies[each],
            deputy_of=members.index(each) + 1,
        )
        for at_table, each in enumerate(deputies, len(members) + 1)
    ]  # fmt: skip
    session.add(made)
    facts = {
        "members": members,
        "deputies": deputies,
        "threshold": new.threshold,
        "deadline": str(new.deadline),
    }
    told(session, made, "tender_sealing_begun", facts, actor=actor, at=at)
    return made


@retried
def start_over(
    uow: UnitOfWork, tender_id: UUID, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Forget a ceremony that failed: all members join again, with new keys.

    Raises:
        NotAtThisDesk: the actor buys nothing for this unit.
        WrongState: bids are taken already.
        RulesBroken: ``GEN-REQUIRED`` no reason.
    """
    read = Entered()
    said = read.text("reason", reason)
    if read.problems:
        raise RulesBroken(read.problems)
    with uow:
        found = rows.tender(uow.session, tender_id, to_change=True)
        must_buy(found.unit, actor)
        if found.state not in {SealingState.DEALING, SealingState.REHEARSING}:
            found.must_be(SealingState.DEALING)
        for each in (SealRehearsal, SealKey, SealDealing):
            uow.session.execute(delete(each).where(each.tender_id == found.id))
        for seat in found.members:
            seat.public_key = seat.wrapped = seat.joined_at = None
        found.state = SealingState.JOINING
        told(uow.session, found, "ceremony_started_over", {"reason": said}, actor=actor, at=at)
        uow.commit()
