"""The winner whose turn it is to sign, and until when (R-TND-11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Json, Representation, Session
from engine.values import end_of_day, local_date
from engine.values.later import opening
from processes.transactions import registry
from processes.transactions.publication.contracts import Undone, publish_undone
from processes.transactions.records import (
    TO_SIGN,
    Award,
    AwardState,
    ContractState,
    PublicContract,
    Tender,
)

_BIDDER: Final = "BIDDER"


def winner_of(session: Session, instance_id: UUID) -> Award:
    """Return the award that a case of signing is about, held with its tender.

    The record says which, whatever the case's variables do: the newest one that was told in it.
    """
    told = select(Award.tender_id).where(Award.instance_id == instance_id).limit(1)
    hold(session, session.scalars(told).one())
    query = select(Award).where(Award.instance_id == instance_id).order_by(Award.rank.desc())
    held = query.limit(1).with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).one()


def hold(session: Session, tender_id: UUID) -> Tender:
    """Return a tender, held: before its awards, for who cancels it holds them in this order."""
    return session.get_one(Tender, tender_id, with_for_update=True, populate_existing=True)


def next_winner(session: Session, tender_id: UUID) -> Award | None:
    """Return whose turn it is: the first winner, or after him the next; nobody is left.

    Nor is anybody's turn once as many have signed as the documents say.
    """
    query = select(Award).where(
        Award.tender_id == tender_id, Award.state.in_((*TO_SIGN, AwardState.SIGNED))
    )
    found = session.scalars(query.with_for_update()).all()
    waiting = [each for each in found if each.state is not AwardState.SIGNED]
    if not waiting or len(found) - len(waiting) >= waiting[0].tender.places.signed:
        return None
    return min(waiting, key=lambda each: (-each.round, each.rank))


def let_others_go(session: Session, tender_id: UUID, at: datetime) -> None:
    """End the turn of those who stood in; their guarantees are free to be given back."""
    query = select(Award).where(Award.tender_id == tender_id, Award.state == AwardState.RESERVE)
    for each in session.scalars(query):
        each.state, each.ended_at = AwardState.CANCELLED, at


def contract_of_award(session: Session, award: Award) -> PublicContract | None:
    """Return the contract that is written for a winner."""
    return session.scalar(select(PublicContract).where(PublicContract.award_id == award.id))


def unsigned_of_case(session: Session, instance_id: UUID) -> Sequence[PublicContract]:
    """Return the contracts of a case that wait for signatures, held against other changes."""
    query = select(PublicContract).where(
        PublicContract.instance_id == instance_id, PublicContract.state == ContractState.DRAFT
    )
    return session.scalars(query.with_for_update()).all()


def leave_unsigned(session: Session, instance_id: UUID, at: datetime) -> None:
    """Let no text of a case wait for signatures any more."""
    for each in unsigned_of_case(session, instance_id):
        each.come_to(ContractState.NOT_SIGNED)
        each.ended_at = at


def acts_here(session: Session, party: str) -> bool:
    """Tell whether somebody acts for a bidder on this site."""
    query = select(Representation.id).where(
        Representation.role == _BIDDER, Representation.party == party
    )
    return session.scalar(query.limit(1)) is not None


def valid_until(tender: Tender) -> date:
    """Return the last day on which the bids bind."""
    if tender.valid_until is None:
        assert tender.deadline is not None
        ends = local_date(tender.deadline) + timedelta(days=tender.validity_days or 0)
        tender.valid_until = ends
    return tender.valid_until


def deadlines(tender: Tender) -> dict[str, Json]:
    """Return until when is signed, and from when on an extension is asked for."""
    ends = valid_until(tender)
    warned = ends - timedelta(days=registry.days("contract.validity.warn.days", ends))
    return {
        "valid_until": ends.isoformat(),
        "sign_until": end_of_day(ends).isoformat(),
        "warn_at": opening(warned).isoformat(),
    }


def undo_awards(
    session: Session, tender_id: UUID, reason: str | None, at: datetime, *, because: Undone
) -> None:
    """Take the named winners away who have not signed, with what they were to sign.

    Args:
        reason: the number of the complaint, or why the tender was cancelled; nobody outside sees.
        because: what the public is told; of winners of whom it was told.
    """
    query = select(Award).where(Award.tender_id == tender_id, Award.state.in_(TO_SIGN))
    for each in session.scalars(query.order_by(Award.rank).with_for_update()):
        if each.state is not AwardState.RESERVE:
            publish_undone(session, each, because, at)
        each.state, each.ended_at, each.reason = AwardState.CANCELLED, at, reason
        contract = contract_of_award(session, each)
        if contract is not None:
            contract.come_to(ContractState.NOT_SIGNED)
            contract.ended_at, contract.end_reason = at, reason
