"""The credit of a request: reserved, committed by the order, let go when nothing is bought.

Prices are before tax; what is held for one is what will be paid for it (`with_tax`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.sdk import RulesBroken, Session, TaskAnswer, announce, send_to_case
from engine.values import JalaliDate, Rial, local_date
from engine.values.credit import (
    CommitmentSpared,
    CreditCommitted,
    CreditReleased,
    CreditReserved,
    CreditSecured,
)
from engine.values.facts import Fact
from processes.transactions import registry
from processes.transactions.answers.finding import basis_of
from processes.transactions.answers.prequalifying_ends import stop_prequalification
from processes.transactions.answers.tender_ends import stop_tenders
from processes.transactions.answers.winning import leave_unsigned
from processes.transactions.publication.purchases import publish_called_off
from processes.transactions.records import (
    ENDED,
    Purchase,
    PurchaseRequest,
    PurchaseState,
    RequestState,
)


def with_tax(price: Rial, at: datetime) -> Rial:
    """Return what a price costs the budget: with the tax that is paid on top of it.

    Who owes no tax is paid less: the rest is free again when the order is paid, or the contract
    has ended.
    """
    return price + price.share(registry.rate("credit.tax.rate", local_date(at)))


def release(session: Session, request: PurchaseRequest, amount: Rial, at: datetime) -> None:
    """Give so much of what the request has reserved back to its line."""
    if amount <= Rial.ZERO:
        return
    request.reserved -= amount
    announce(session, CreditReleased(**_of_line(request, at), amount=amount))


def call_off(session: Session, request: PurchaseRequest, at: datetime) -> None:
    """End a request: its credit goes back, and who buys for it is told to stop."""
    release(session, request, request.reserved, at)
    request.state = RequestState.CANCELLED
    stop_tenders(session, request, at)
    stop_prequalification(session, request, at)
    publish_called_off(session, request, at)
    buying = select(Purchase).where(Purchase.request_id == request.id, Purchase.state.not_in(ENDED))
    for each in session.scalars(buying):
        each.state, key = PurchaseState.GIVEN_UP, f"cancel/{request.id}"
        leave_unsigned(session, each.instance_id, at)
        send_to_case(session, each.instance_id, "request_cancelled", {}, key=key, at=at)


def commit(
    session: Session,
    request: PurchaseRequest,
    price: Rial,
    at: datetime,
    by: str,
    field: str | None = None,
) -> None:
    """Turn what the order costs, with its tax, into a commitment; the rest goes back to the line.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``FIN-012`` by who keeps the line: the reservation
            has lapsed and there is not so much any more.
    """
    amount = with_tax(price, at)
    _announce(session, CreditCommitted(**_of_line(request, at, by), amount=amount), field)
    request.reserved -= amount
    release(session, request, request.reserved, at)


def spare(session: Session, request: PurchaseRequest, at: datetime, price: Rial | None) -> None:
    """Give back what is committed and owed no more: for so much of the price, or all of it."""
    basis, amount = basis_of(request), None if price is None else with_tax(price, at)
    announce(session, CommitmentSpared(unit=request.unit, basis=basis, at=at, amount=amount))


def secure_offer(answer: TaskAnswer, purchase: Purchase, field: str = "supplier_id") -> None:
    """Let the chosen price be reserved, as `secure`: the order that follows finds its credit."""
    request, chosen = purchase.request, purchase.chosen
    assert chosen is not None
    secure(answer.session, request, chosen.total, answer.at, answer.actor.username, field)


def secure(
    session: Session,
    request: PurchaseRequest,
    price: Rial,
    at: datetime,
    by: str,
    field: str | None,
) -> None:
    """Let so much of this year's credit be reserved for a request that its price can be paid.

    A reservation ends after its days, or with its year (R-BUD-03): what of it has lapsed is
    reserved anew, on the line of its code in the year in which it is bought (R-BUD-06).

    Raises:
        RulesBroken: as `reserve`: more is not awarded than there is credit for (§3.11).
    """
    year = JalaliDate.of(local_date(at)).year
    if request.credit_year != year:
        release(session, request, request.reserved, at)
        request.credit_year = year
    amount = with_tax(price, at)
    request.reserved = max(request.reserved, amount)
    _announce(session, CreditSecured(**_of_line(request, at, by), amount=amount), field)


def reserve(
    session: Session,
    request: PurchaseRequest,
    price: Rial,
    at: datetime,
    by: str,
    field: str | None,
) -> None:
    """Reserve what a price costs on the request's line; a refusal stands beside a field.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``BUD-004``, ``FIN-012`` by who keeps the line.
    """
    request.reserved = with_tax(price, at)
    fact = CreditReserved(**_of_line(request, at, by), amount=request.reserved, of_budget=True)
    _announce(session, fact, field)


def _announce(session: Session, fact: Fact, field: str | None) -> None:
    try:
        announce(session, fact)
    except RulesBroken as refused:
        raise RulesBroken([replace(each, field=field) for each in refused.problems]) from refused


def _of_line(request: PurchaseRequest, at: datetime, by: str | None = None) -> dict[str, Any]:
    """Return what every fact about a request's credit says."""
    return {
        "unit": request.unit,
        "basis": basis_of(request),
        "at": at,
        "by": by,
        "year": request.credit_year,
        "line": request.line_code,
    }
