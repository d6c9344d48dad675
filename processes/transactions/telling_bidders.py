"""Bidders who take part are told what becomes of their tender: on their pages, and by mail.

Those who sent a bid, asked, took the documents while signed in, or are invited; their people hear
it, by letter at an address that was confirmed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine.sdk import Session, tell_of_page
from processes.transactions.queries.participants import people_of, taking_part
from processes.transactions.records import Prequalification, Tender, TenderState
from processes.transactions.texts import AreaTexts

#: how the end of a tender is told
_ENDS = {
    TenderState.CANCELLED: "tender_cancelled",
    TenderState.UNSUCCESSFUL: "tender_unsuccessful",
}


def tell_bidders(
    session: Session,
    tender: Tender,
    what: str,
    at: datetime,
    *,
    only: Collection[str] | None = None,
    page: str = "tender-notices",
) -> None:
    """Tell bidders one thing of their tender; the caller commits.

    Args:
        what: name of the sentence, of ``letters`` in the area's texts.
        only: legal ids; ``None``: everybody who takes part.
        page: where it is read: the notice, or the bidder's own page of the tender (``bidding``).
    """
    bidders = taking_part(session, tender) if only is None else set(only)
    title = f"{tender.title} · {tender.number}"
    _tell(session, bidders, what, f"/{page}/{tender.number}", title, at)


def tell_bidder(
    session: Session, bidder: str, what: str, page: str, title: str, at: datetime
) -> None:
    """Tell a bidder one thing of the own bid in a tender or an auction; the caller commits.

    Args:
        bidder: legal id, or a person's national code.
        what: name of the sentence, of ``letters`` in the area's texts.
    """
    _tell(session, {bidder}, what, page, title, at)


def tell_applicants(
    session: Session,
    found: Prequalification,
    what: str,
    at: datetime,
    *,
    only: Collection[str] | None = None,
) -> None:
    """Tell firms that handed papers in one thing of their pre-qualification; the caller commits.

    Args:
        what: name of the sentence, of ``letters`` in the area's texts.
        only: legal ids; ``None``: every applicant.
    """
    bidders = {each.firm.identifier for each in found.applicants} if only is None else set(only)
    _tell(
        session, bidders, what, f"/prequalifications/{found.number}",
        f"{found.title} · {found.number}", at,
    )  # fmt: skip


def _tell(
    session: Session, bidders: Collection[str], what: str, page: str, title: str, at: datetime
) -> None:
    said = {each: AreaTexts(each).of("letters", what) for each in ("fa", "en")}
    for username in people_of(session, bidders, at):
        tell_of_page(session, username, said, page, title=title, by_mail=True, ends_at="", at=at)


def tell_end(session: Session, tender: Tender, at: datetime) -> None:
    """Tell bidders that a tender has come to nothing; of a draft nobody knows."""
    if tender.published_at is not None:
        tell_bidders(session, tender, _ENDS[tender.state], at)
