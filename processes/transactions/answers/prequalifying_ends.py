"""How a pre-qualification ends without a short list."""

from __future__ import annotations

from datetime import datetime

from engine.sdk import Session, send_to_case
from processes.transactions.queries.prequalifying import live_prequalification
from processes.transactions.records import (
    Prequalification,
    PrequalificationState,
    PurchaseRequest,
)


def end(
    found: Prequalification, state: PrequalificationState, reason: str | None, at: datetime
) -> None:
    """End a pre-qualification without a list."""
    found.come_to(state)
    found.ended_at, found.end_reason = at, reason


def stop_prequalification(session: Session, request: PurchaseRequest, at: datetime) -> None:
    """End the pre-qualification of a request that is cancelled, and tell its case to stop."""
    found = live_prequalification(session, request.id)
    if found is None or found.state is PrequalificationState.LISTED:
        return
    end(found, PrequalificationState.CANCELLED, None, at)
    key = f"cancel/{request.id}"
    send_to_case(session, found.instance_id, "request_cancelled", {}, key=key, at=at)
