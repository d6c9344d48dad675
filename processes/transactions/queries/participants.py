"""Who takes part in a tender, and the people who act for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select

from engine.sdk import Person, Representation, Session
from engine.values import local_date
from processes.transactions.queries.sealing import BIDDER
from processes.transactions.records import (
    DocumentsTaken,
    Firm,
    SealedBid,
    Tender,
    TenderInvitation,
    TenderQuestion,
)


def taking_part(session: Session, tender: Tender) -> set[str]:
    """Return the legal ids of who takes part in a tender."""
    invited = select(Firm.identifier).join(TenderInvitation, TenderInvitation.firm_id == Firm.id)
    asked = [
        select(SealedBid.bidder).where(SealedBid.tender_id == tender.seal_id),
        select(TenderQuestion.bidder).where(TenderQuestion.tender_id == tender.id),
        select(DocumentsTaken.bidder).where(DocumentsTaken.tender_id == tender.id),
        invited.where(TenderInvitation.tender_id == tender.id),
    ]
    return {each for query in asked for each in session.scalars(query)}


def people_of(session: Session, bidders: Collection[str], at: datetime) -> list[str]:
    """Return who bids for some firms on the day of a moment, by user name."""
    on = local_date(at)
    asked = (
        select(Person.username)
        .join(Representation, Representation.person_id == Person.id)
        .where(
            Representation.role == BIDDER,
            Representation.party.in_(sorted(bidders)),
            or_(Representation.valid_from.is_(None), Representation.valid_from <= on),
            or_(Representation.valid_to.is_(None), Representation.valid_to >= on),
        )
    )
    return sorted(set(session.scalars(asked)))
