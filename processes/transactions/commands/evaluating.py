"""What commands of an evaluation share: who may, where it stands, what the journal is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.sdk import Actor, NotAtThisDesk, NotFound, Session
from processes.transactions.commands.seats import told
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import sealing
from processes.transactions.records import Evaluation, SealedBid, SealingState, Tender, TenderState

SECRETARY = ("PROC_OFFICER",)
#: who looks at prices before the commission does
EXPERTS = ("FIN_EXPERT", "PROC_OFFICER")


def tender_in(session: Session, number: str, state: SealingState) -> tuple[Tender, Evaluation]:
    """Return a tender that is being opened, held, with its evaluation.

    Raises:
        NotFound: there is none.
        NotNow: the tender is not being opened.
        WrongState: its envelopes are not in that state.
    """
    tender = rows.tender_of(session, number, to_change=True)
    tender.must_be(TenderState.OPENING)
    rows.sealing_of(tender).must_be(state)
    found = session.get(Evaluation, tender.id)
    if found is None:
        found = Evaluation(tender_id=tender.id, attempt=1)
        session.add(found)
    return tender, found


def must_hold(tender: Tender, actor: Actor, *roles: str) -> None:
    """Refuse who holds none of these roles in the unit of the tender."""
    if not any(tender.unit in actor.units_of(role) for role in roles):
        raise NotAtThisDesk(f"{roles[0]}@{tender.unit}")


def bid_of(session: Session, tender: Tender, bid_id: UUID) -> SealedBid:
    """Return a bid of a tender.

    Raises:
        NotFound: it has no such bid.
    """
    found = sealing.bid(session, bid_id)
    if found.tender_id != tender.seal_id:
        raise NotFound(f"no bid {bid_id} in {tender.number}")
    return found


def tell(
    session: Session,
    tender: Tender,
    act: str,
    facts: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Add an act of the evaluation to the journal of its sealing."""
    told(session, rows.sealing_of(tender), act, facts, actor=actor, at=at)
