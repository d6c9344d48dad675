"""Works that are called off from a framework: a contract of statements, not an order (§3.13)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from engine.sdk import Session
from engine.values import Percentage, local_date
from engine.values.contracting import BillLine, WorksContracted
from engine.values.credit import Holder
from engine.values.facts import Basis
from processes.transactions.answers.credit import spare
from processes.transactions.answers.finding import AREA
from processes.transactions.answers.purchases import request_held
from processes.transactions.publication.events import Finished
from processes.transactions.publication.publishing import contract_published, publish
from processes.transactions.records import (
    Category,
    Framework,
    Purchase,
    PurchaseRequest,
    PurchaseState,
    Quotation,
)


def is_of_works(request: PurchaseRequest) -> bool:
    """Tell whether what a request calls off is done by quantities and certified by statements."""
    return request.framework_id is not None and request.category is Category.WORKS


def works_called_off(
    session: Session, purchase: Purchase, chosen: Quotation, at: datetime
) -> WorksContracted:
    """Return what is told of works that were called off: a contract of the order's own number.

    It has the prices of the choice, no advance, and lasts to the end of the supplier's term.
    """
    request, on = purchase.request, local_date(at)
    firms = session.get_one(Framework, request.framework_id).firms
    ends_on = next(e.contract.ends_on for e in firms if e.contract.firm_id == chosen.firm_id)
    prices = {each.position: each.unit_price for each in chosen.prices}
    return WorksContracted(
        unit=request.unit,
        basis=Basis(AREA, "call_off", purchase.id, str(purchase.order_no), purchase.instance_id),
        at=at,
        by=purchase.buyer,
        contract_no=str(purchase.order_no),
        contractor_id=chosen.firm.identifier,
        contractor_name=chosen.firm.name,
        subject=request.subject,
        on=on,
        starts_on=on,
        duration_days=(ends_on - on).days + 1,
        price=chosen.total,
        advance=Percentage.ZERO,
        base_quarter=None,
        bill=tuple(
            BillLine(e.code, e.description, e.measure, e.quantity, prices[e.position])
            for e in request.items
        ),
        credit=Holder(AREA, request.id),
    )


def end_called_off(session: Session, unit: str, number: str, at: datetime) -> None:
    """Give back what is left of the commitment of works called off, and publish their end.

    Nothing happens where there is no such call-off.
    """
    query = (
        select(Purchase)
        .join(PurchaseRequest, PurchaseRequest.id == Purchase.request_id)
        .where(
            PurchaseRequest.unit == unit,
            PurchaseRequest.framework_id.is_not(None),
            Purchase.order_no == number,
            Purchase.state == PurchaseState.ORDERED,
        )
    )
    found = session.scalar(query)
    request = None if found is None else request_held(session, found.request_id)
    if request is None or not is_of_works(request):
        return
    spare(session, request, at, None)
    published = contract_published(session, number)
    if published is not None:
        publish(session, published[0], Finished(at=at, contract_no=number))
