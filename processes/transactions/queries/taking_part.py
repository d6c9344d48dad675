"""Who may bid: firms of the register that are not debarred, of a limited tender those invited."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.errors import Problem, RulesBroken
from engine.sdk import Session
from engine.values import JalaliDate
from processes.transactions.records import (
    AuctionState,
    Firm,
    PropertyAuction,
    SealedTender,
    Tender,
    TenderState,
)
from processes.transactions.records.requests import Method


def tender_of(session: Session, sealed: SealedTender) -> Tender | None:
    """Return the tender a sealed one belongs to; ``None``: it stands by itself."""
    return session.scalars(select(Tender).where(Tender.seal_id == sealed.id)).one_or_none()


def auction_of(session: Session, sealed: SealedTender) -> PropertyAuction | None:
    """Return the auction of property of which a notice, new or old, asks for offers sealed so."""
    found = select(PropertyAuction).where(PropertyAuction.instance_id == sealed.case_id)
    return session.scalars(found).one_or_none()


def must_take_part(session: Session, sealed: SealedTender, bidder: str, on: date) -> None:
    """Refuse who may not bid; what was sealed for nothing that is kept here is open to all.

    Raises:
        RulesBroken: the codes of `check_part` and `check_offering`.
    """
    problems: list[Problem] = []
    if (tender := tender_of(session, sealed)) is not None:
        problems = check_part(session, tender, bidder, on)
    elif (auction := auction_of(session, sealed)) is not None:
        problems = check_offering(session, auction, bidder, on)
    if problems:
        raise RulesBroken(problems)


def check_part(session: Session, tender: Tender, bidder: str, on: date) -> list[Problem]:
    """Return why a bidder takes no part (R-TND-15, R-TND-18).

    ``TND-110`` not in the register · ``PRC-006`` debarred · ``TND-111`` not invited ·
    ``TND-050`` the tender takes no bids.

    Args:
        bidder: legal id, or a person's national code.
    """
    firm = session.scalars(select(Firm).where(Firm.identifier == bidder)).one_or_none()
    if firm is None:
        return [Problem("TND-110")]
    problems = [] if tender.state is TenderState.PUBLISHED else [Problem("TND-050")]
    problems += _barred(firm, on)
    if not is_invited(tender, bidder):
        problems.append(Problem("TND-111"))
    return problems


def check_offering(
    session: Session, auction: PropertyAuction, bidder: str, on: date
) -> list[Problem]:
    """Return why a bidder makes no offer for a property; whose notice is out, anybody may.

    ``TND-110`` not in the register · ``PRC-006`` debarred · ``TND-050`` no offers are taken.
    """
    firm = session.scalars(select(Firm).where(Firm.identifier == bidder)).one_or_none()
    if firm is None:
        return [Problem("TND-110")]
    problems = [] if auction.state is AuctionState.OPEN else [Problem("TND-050")]
    return problems + _barred(firm, on)


def _barred(firm: Firm, on: date) -> list[Problem]:
    barred = firm.debarment_on(on)
    if barred is None:
        return []
    until = "-" if barred.until is None else str(JalaliDate.of(barred.until))
    return [Problem("PRC-006", None, {"firm": firm.name, "until": until})]


def is_invited(tender: Tender, bidder: str | None) -> bool:
    """Tell whether the documents of a tender are for a bidder: of a public one for anybody."""
    if tender.method is not Method.LIMITED_TENDER:
        return True
    return any(each.firm.identifier == bidder for each in tender.invitations)
