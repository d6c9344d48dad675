"""The service tasks of a purchase: splitting among orders, the order, another class."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import (
    Answers,
    Json,
    Problem,
    Records,
    announce,
    next_number,
    record_task,
    send_to_case,
)
from engine.values import JalaliDate, local_date
from engine.values.purchasing import OrderedLine, PurchaseOrdered
from engine.values.splitting import split_sum
from processes.transactions.answers import classes
from processes.transactions.answers.credit import commit
from processes.transactions.answers.finding import basis_of, told
from processes.transactions.answers.purchases import (
    ordered_of_firm,
    purchase_held,
    purchase_of,
)
from processes.transactions.answers.sampling import follow_by_itself
from processes.transactions.answers.waivers import report_due
from processes.transactions.answers.works_called_off import contract_works, is_of_works
from processes.transactions.publication.purchases import publish_class_exceeded, publish_order
from processes.transactions.records import (
    Category,
    Framework,
    Purchase,
    PurchaseKind,
    PurchaseState,
    Quotation,
    RequestState,
)


@record_task("look_for_splitting", replaced=True)
def look_for_splitting(records: Records, _: Answers) -> Mapping[str, Json]:
    """Look for orders to the supplier that together cross the limit of the class (R-DEL-04)."""
    purchase = purchase_of(records.session, records.instance_id)
    chosen, limit = purchase.chosen, classes.limit_of(purchase.request)
    assert chosen is not None
    total = split_sum(
        chosen.total, ordered_of_firm(records.session, purchase, chosen, records.at), limit
    )
    purchase.split_sum = total
    warnings = []
    if total is not None and limit is not None:
        params = {"sum": str(total.amount), "limit": str(limit.amount)}
        warnings.append(Problem("DEL-005", None, params))
    return {"split_found": total is not None, "warnings": told(warnings)}


@record_task("place_order")
def place_order(records: Records, _: Answers) -> Mapping[str, Json]:
    """Order what was chosen: its credit is committed, and who keeps orders hears of it.

    Works called off from a framework are a contract, of which who keeps statements hears.

    Raises:
        RulesBroken: ``PRC-001``, the request was cancelled meanwhile.
    """
    session = records.session
    purchase = purchase_held(session, records.instance_id)
    request, chosen = purchase.request, purchase.chosen
    assert chosen is not None
    year = JalaliDate.of(local_date(records.at)).year
    number = next_number(session, f"purchase/{request.unit}/{year}")
    purchase.order_no = f"{request.unit}-{year}-P-{number:04d}"
    purchase.ordered_at, purchase.state = records.at, PurchaseState.ORDERED
    request.state = RequestState.ORDERED
    commit(session, request, chosen.total, records.at, purchase.buyer)
    if is_of_works(request):
        contract_works(session, purchase, chosen, records.at)
    else:
        announce(session, _order(records, purchase, chosen))
    publish_order(session, purchase, records.at)
    if purchase.kind is PurchaseKind.DIRECT:
        follow_by_itself(session, request.unit, records.at)
    told_request: dict[str, Json] = {"order_no": purchase.order_no, "ordered": chosen.total.amount}
    key = f"ordered/{purchase.id}"
    send_to_case(session, request.instance_id, "order_placed", told_request, key=key, at=records.at)
    return {"order_no": purchase.order_no, **report_due(session, purchase, records.at)}


def _order(records: Records, purchase: Purchase, chosen: Quotation) -> PurchaseOrdered:
    request = purchase.request
    named = request.framework_id
    framework = None if named is None else records.session.get_one(Framework, named)
    prices = {each.position: each.unit_price for each in chosen.prices}
    return PurchaseOrdered(
        unit=request.unit,
        basis=basis_of(request),
        at=records.at,
        by=purchase.buyer,
        order_no=str(purchase.order_no),
        is_service=request.category is not Category.GOODS,
        supplier_id=chosen.firm.identifier,
        supplier_name=chosen.firm.name,
        subject=request.subject,
        on=local_date(records.at),
        lines=tuple(
            OrderedLine(each.description, each.measure, each.quantity, prices[each.position])
            for each in request.items
        ),
        framework=None if framework is None else framework.number,
    )


@record_task("tell_class_exceeded")
def tell_class_exceeded(records: Records, answers: Answers) -> Mapping[str, Json]:
    """End the purchase and let the request's method be decided again (R-PRC-03)."""
    purchase = purchase_of(records.session, records.instance_id)
    purchase.state = PurchaseState.REDECIDED
    publish_class_exceeded(records.session, purchase, records.at)
    values: dict[str, Json] = {"quoted": answers.integer("quoted")}
    send_to_case(
        records.session,
        purchase.request.instance_id,
        "class_exceeded",
        values,
        key=f"class_exceeded/{purchase.id}",
        at=records.at,
    )
    return {}
