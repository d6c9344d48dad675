"""A tender comes to nothing: its record ends, no bid is taken or opened, nobody has won."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from engine.sdk import Session, send_to_case
from processes.transactions.answers.winning import undo_awards
from processes.transactions.publication.contracts import Undone
from processes.transactions.queries.tenders import is_live
from processes.transactions.records import (
    PurchaseRequest,
    SealingState,
    Tender,
    TenderState,
)
from processes.transactions.telling_bidders import tell_end


def end_tender(
    session: Session, found: Tender, state: TenderState, reason: str | None, at: datetime
) -> None:
    """End a tender as unsuccessful or cancelled; what is sealed stays closed for ever.

    Winners who were named are none any more, and what they were to sign is not signed: this is
    published before the end of the tender is.

    Raises:
        NotNow: it is over, or its contract is signed.
    """
    found.come_to(state)
    found.ended_at, found.end_reason = at, reason
    sealing = found.sealing
    if sealing is not None and sealing.state not in {
        SealingState.CLOSED,
        SealingState.UNSUCCESSFUL,
    }:
        sealing.come_to(SealingState.UNSUCCESSFUL)
    undo_awards(session, found.id, reason, at, because=Undone.TENDER_ENDED)
    tell_end(session, found, at)


def stop_tenders(session: Session, request: PurchaseRequest, at: datetime) -> None:
    """End the tender of a request that is cancelled, and tell its case to stop."""
    waiting = select(Tender).where(
        Tender.request_id == request.id, is_live(), Tender.state != TenderState.CONTRACTED
    )
    for each in session.scalars(waiting.with_for_update()):
        end_tender(session, each, TenderState.CANCELLED, None, at)
        key = f"cancel/{request.id}"
        send_to_case(session, each.instance_id, "request_cancelled", {}, key=key, at=at)
