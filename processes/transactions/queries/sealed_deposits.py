"""Deposits that lay in the envelopes of offers for property: each stands for one offer."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from engine.sdk import Problem, Session
from engine.values import normalise
from processes.transactions.queries.taking_part import auction_of
from processes.transactions.receipts import is_free, named
from processes.transactions.records import (
    EnvelopeState,
    PropertyAuction,
    SealedBid,
    SealedEnvelope,
    SealedTender,
)
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.forms import GuaranteeSheet, read_guarantee


def deposit_problems(session: Session, found: SealedTender, bid: SealedBid) -> list[Problem]:
    """Return what stands against the deposit of an opened offer for property.

    ``AUC-006`` it is above the base price, and so could be above the offer · ``AUC-007`` it counts
    already, or lay in another offer's envelope that was opened before and is not rejected.
    Bids of tenders have guarantees, not deposits.
    """
    envelope = bid.envelope(Kind.GUARANTEE)
    deposit = read_guarantee((envelope.sheet or "").encode()).found
    auction = auction_of(session, found)
    if deposit is None or envelope.opened_at is None or auction is None:
        return []
    problems = []
    if deposit.form == "CASH" and auction.base is not None and deposit.amount > auction.base:
        base = {"offer": str(auction.base.amount)}
        problems.append(Problem("AUC-006", "guarantee/amount", base))
    if not is_free(session, auction, named(deposit), bid.bidder) or _sealed_before(
        session, found.unit, deposit, envelope
    ):
        problems.append(Problem("AUC-007", "guarantee/number"))
    return problems


def _sealed_before(
    session: Session, unit: str, deposit: GuaranteeSheet, envelope: SealedEnvelope
) -> bool:
    """Tell whether the same deposit lay in another envelope of an auction of the unit."""
    cases = select(PropertyAuction.instance_id).where(PropertyAuction.unit == unit)
    sheets = (
        select(SealedEnvelope.sheet)
        .join(SealedBid, SealedBid.id == SealedEnvelope.bid_id)
        .join(SealedTender, SealedTender.id == SealedBid.tender_id)
        .where(
            SealedTender.case_id.in_(cases),
            SealedEnvelope.kind == Kind.GUARANTEE,
            SealedEnvelope.bid_id != envelope.bid_id,
            SealedEnvelope.state != EnvelopeState.REJECTED,
            or_(
                SealedEnvelope.opened_at < envelope.opened_at,
                and_(
                    SealedEnvelope.opened_at == envelope.opened_at,
                    SealedEnvelope.bid_id < envelope.bid_id,
                ),
            ),
            SealedEnvelope.sheet.is_not(None),
        )
    )
    others = (read_guarantee((each or "").encode()).found for each in session.scalars(sheets))
    return any(each is not None and _same(each, deposit) for each in others)


def _same(one: GuaranteeSheet, other: GuaranteeSheet) -> bool:
    """Tell whether two sheets are of one deposit, however digits and letters were typed."""
    return normalise(named(one)) == normalise(named(other))
