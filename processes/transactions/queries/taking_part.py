"""Who may bid: firms of the register that are not debarred, of a limited tender those invited."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.errors import Problem, RulesBroken
from engine.sdk import Session
from engine.values import JalaliDate
from processes.transactions.records import Firm, SealedTender, Tender, TenderState
from processes.transactions.records.requests import Method


def tender_of(session: Session, sealed: SealedTender) -> Tender | None:
    """Return the tender a sealed one belongs to; ``None``: it stands by itself."""
    return session.scalars(select(Tender).where(Tender.seal_id == sealed.id)).one_or_none()


def must_take_part(session: Session, sealed: SealedTender, bidder: str, on: date) -> None:
    """Refuse who may not bid; what was sealed without a tender is open to all.

    Raises:
        RulesBroken: the codes of `check_part`.
    """
    tender = tender_of(session, sealed)
    problems = check_part(session, tender, bidder, on) if tender else []
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
    problems = []
    if tender.state is not TenderState.PUBLISHED:
        problems.append(Problem("TND-050"))
    barred = firm.debarment_on(on)
    if barred is not None:
        until = "-" if barred.until is None else str(JalaliDate.of(barred.until))
        problems.append(Problem("PRC-006", None, {"firm": firm.name, "until": until}))
    if not is_invited(tender, bidder):
        problems.append(Problem("TND-111"))
    return problems


def is_invited(tender: Tender, bidder: str | None) -> bool:
    """Tell whether the documents of a tender are for a bidder: of a public one for anybody."""
    if tender.method is not Method.LIMITED_TENDER:
        return True
    return any(each.firm.identifier == bidder for each in tender.invitations)
