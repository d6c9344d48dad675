"""Letting go of the credit that a request holds, and of whoever buys for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from engine.sdk import Session, announce, send_to_case
from engine.values import Rial
from engine.values.credit import CreditReleased
from processes.transactions.answers.finding import basis_of
from processes.transactions.records import ENDED, Purchase, PurchaseRequest, RequestState


def release(session: Session, request: PurchaseRequest, amount: Rial, at: datetime) -> None:
    """Give so much of what the request has reserved back to its line."""
    if amount <= Rial.ZERO:
        return
    assert request.credit_year is not None
    assert request.line_code is not None
    request.reserved -= amount
    announce(
        session,
        CreditReleased(
            unit=request.unit,
            basis=basis_of(request),
            at=at,
            year=request.credit_year,
            line=request.line_code,
            amount=amount,
        ),
    )


def call_off(session: Session, request: PurchaseRequest, at: datetime) -> None:
    """End a request: its credit goes back, and who buys for it is told to stop."""
    release(session, request, request.reserved, at)
    request.state = RequestState.CANCELLED
    buying = select(Purchase.instance_id).where(
        Purchase.request_id == request.id, Purchase.state.not_in(ENDED)
    )
    for case in session.scalars(buying):
        send_to_case(session, case, "request_cancelled", {}, key=f"cancel/{request.id}", at=at)
