"""A step of a tender is done again, because a complaint was right."""

from __future__ import annotations

from sqlalchemy import delete, select

from engine.sdk import Session
from processes.transactions.queries.evaluation import prices
from processes.transactions.queries.sealing import bid
from processes.transactions.queries.winners import matter_of_price
from processes.transactions.records import (
    CommissionVote,
    EnvelopeState,
    Evaluation,
    PriceDecision,
    Tender,
)
from processes.transactions.sealing.envelope import Kind


def price_anew(session: Session, found: Tender) -> None:
    """Let prices be worked out and decided anew; what the papers say stays as it was confirmed."""
    kept = session.scalars(select(Evaluation).where(Evaluation.tender_id == found.id)).one()
    kept.worked_out_at = kept.worked_out_by = None
    known = prices(session, found)
    for each in known.values():
        if each.decision is PriceDecision.REJECTED:
            envelope = bid(session, each.bid_id).envelope(Kind.PRICE)
            envelope.state, envelope.reason = EnvelopeState.OPENED, None
        each.corrected = each.standing = each.justify_until = None
        each.justification = each.justified_at = each.justified_by = None
        each.decision = each.decision_reason = each.decided_at = None
    matters = [matter_of_price(each) for each in known]
    session.execute(
        delete(CommissionVote).where(
            CommissionVote.seal_id == found.seal_id, CommissionVote.matter.in_(matters)
        )
    )
