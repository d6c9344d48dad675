"""Works that are called off from a framework: a contract of statements, not an order (§3.13)."""

from __future__ import annotations

from datetime import datetime

from engine.sdk import Session, announce
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.parameters import performance_guarantee_rate
from processes.transactions.queries.called_off_works import called_off_works
from processes.transactions.records import (
    BillItem,
    Category,
    ContractState,
    Framework,
    Ground,
    PublicContract,
    Purchase,
    PurchaseRequest,
    Quotation,
)
from processes.transactions.telling import tell_shared, works_contracted


def is_of_works(request: PurchaseRequest) -> bool:
    """Tell whether what a request calls off is done by quantities and certified by statements."""
    return request.framework_id is not None and request.category is Category.WORKS


def contract_works(session: Session, purchase: Purchase, chosen: Quotation, at: datetime) -> None:
    """Keep the contract that a call-off of works is, in force from its order on, and tell of it.

    It has the order's number and the prices of the choice, no advance, and lasts to the end of
    the supplier's term. The supplier's guarantees for the framework stand for it, too.
    """
    request, on = purchase.request, local_date(at)
    framework = session.get_one(Framework, request.framework_id)
    own = next(e.contract for e in framework.firms if e.contract.firm_id == chosen.firm_id)
    # the difference of two rounded totals: all call-offs together ask for the rate of their sum
    rate = performance_guarantee_rate(registry.pack_of(request.unit, on), on, is_works=True)
    before = Rial.total(each.price for each in called_off_works(session, own))
    prices = {each.position: each.unit_price for each in chosen.prices}
    made = PublicContract(
        instance_id=purchase.instance_id,
        unit=request.unit,
        number=str(purchase.order_no),
        ground=Ground.CALL_OFF,
        reference=framework.number,
        request_id=request.id,
        firm_id=chosen.firm_id,
        firm=chosen.firm,
        subject=request.subject,
        category=request.category,
        price=chosen.total,
        starts_on=on,
        duration_days=max((own.ends_on - on).days, 1),
        guarantee=(before + chosen.total).share(rate) - before.share(rate),
        state=ContractState.SIGNED,
        drafted_at=at,
        drafted_by=str(purchase.buyer),
        signed_at=at,
        signed_by=purchase.approved_by,
        supplements=[],
        bill=[
            BillItem(
                position=each.position,
                code=each.code,
                description=each.description,
                measure=each.measure,
                quantity=each.quantity,
                unit_price=prices[each.position],
            )
            for each in request.items
        ],
    )
    session.add(made)
    session.flush()
    announce(session, works_contracted(made, at, made.drafted_by, None))
    tell_shared(session, own, at, made.drafted_by)
