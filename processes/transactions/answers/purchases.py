"""What all kinds of purchase share: how one begins, who buys, and coming to nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.sdk import (
    Actor,
    CaseFacts,
    Json,
    Problem,
    Session,
    StartRequest,
    TaskAnswer,
    is_one_of,
)
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.answers import classes
from processes.transactions.answers.finding import refuse
from processes.transactions.answers.requesting import shown
from processes.transactions.answers.winning import leave_unsigned
from processes.transactions.publication.purchases import publish_given_up
from processes.transactions.records import (
    ENDED,
    Method,
    Purchase,
    PurchaseKind,
    PurchaseRequest,
    PurchaseState,
    Quotation,
    RequestState,
)

BUYERS: Final = ("PROC_OFFICER",)
APPROVES_OWN: Final = "SOD-001"


def purchase_of(session: Session, instance_id: UUID) -> Purchase:
    """Return the purchase of a case with what hangs on it."""
    return session.scalars(
        select(Purchase)
        .where(Purchase.instance_id == instance_id)
        .options(
            selectinload(Purchase.request).selectinload(PurchaseRequest.items),
            selectinload(Purchase.quotations).selectinload(Quotation.firm),
        )
    ).one()


def purchase_held(session: Session, instance_id: UUID) -> Purchase:
    """Return the purchase of a case, its request held against being cancelled meanwhile.

    Who buys is told of that by a message: until it comes, nothing may be reserved or ordered.

    Raises:
        RulesBroken: ``PRC-001`` the request was cancelled.
    """
    purchase = purchase_of(session, instance_id)
    request = request_held(session, purchase.request_id)
    if request is None or request.state is not RequestState.RESERVED:
        refuse([Problem("PRC-001")])
    return purchase


def begin(request: StartRequest, *kinds: PurchaseKind) -> CaseFacts:
    """Begin to buy what a request asks for.

    Raises:
        RulesBroken: ``PRC-001`` it is not ready for this, or somebody buys for it already;
            ``SOD-005`` the buyer has requested it.
    """
    wanted = request_held(request.session, request.values.get("request_id"))
    problems = []
    if wanted is None or not _is_ready(request, wanted, kinds):
        problems = [Problem("PRC-001", "request_id")]
    elif is_requester(request.session, wanted, request.actor):
        problems = [Problem("SOD-005", "request_id")]
    refuse(problems)
    assert wanted is not None
    assert wanted.method is not None
    purchase = Purchase(
        instance_id=request.instance_id,
        request=wanted,
        kind=PurchaseKind(wanted.method.value),
        state=PurchaseState.OPEN,
        started_at=request.at,
        buyer=request.actor.username,
    )
    request.session.add(purchase)
    request.session.flush()
    limit = classes.limit_of(wanted)
    values: dict[str, Json] = {
        **shown(wanted),
        "purchase_id": str(purchase.id),
        "subject": wanted.subject,
        "purchase_class": None if wanted.purchase_class is None else wanted.purchase_class.value,
        "class_limit": None if limit is None else limit.amount,
        "prices": [
            {
                "description": each.description,
                "amount": f"{each.quantity.normalize():f} {each.measure}",
                "unit_price": None,
            }
            for each in wanted.items
        ],
        "ranked": [],
        "quotations": [],
        "warnings": [],
        "split_found": False,
        "returned_by": None,
        "is_extended": False,
        "few_reason": None,
        "total": None,
        "supplier_name": None,
        "order_no": None,
    }
    return CaseFacts(wanted.request_no, wanted.subject, wanted.unit, None, values)


def request_held(session: Session, chosen: object) -> PurchaseRequest | None:
    """Return a request, held against every other change of it."""
    try:
        found = UUID(str(chosen))
    except ValueError:
        return None
    query = select(PurchaseRequest).where(PurchaseRequest.id == found)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _is_ready(
    request: StartRequest, wanted: PurchaseRequest, kinds: Collection[PurchaseKind]
) -> bool:
    live = select(Purchase.id).where(Purchase.request_id == wanted.id, Purchase.state.not_in(ENDED))
    return (
        wanted.state is RequestState.RESERVED
        and wanted.method in {Method(each.value) for each in kinds}
        and wanted.unit in request.actor.units_of(*BUYERS)
        and request.session.scalar(live) is None
    )


def is_requester(session: Session, wanted: PurchaseRequest, actor: Actor) -> bool:
    """Tell whether the actor made the request, also from another account (SOD-005)."""
    return is_one_of(session, actor, [wanted.requested_by])


def must_not_have_asked(answer: TaskAnswer, purchase: Purchase, code: str = "SOD-005") -> None:
    """Refuse the answer of who made the request.

    Args:
        code: ``SOD-005`` who asks does not buy; `APPROVES_OWN` who asks does not approve.

    Raises:
        RulesBroken: with the code.
    """
    if is_requester(answer.session, purchase.request, answer.actor):
        refuse([Problem(code)])


def ordered_of_firm(
    session: Session, purchase: Purchase, chosen: Quotation, at: datetime
) -> list[Rial]:
    """Return what the unit has ordered from the chosen firm within the days that count.

    What was called off from a framework was tendered with it.
    """
    days = timedelta(days=registry.days("splitting.days", local_date(at)))
    found = session.scalars(
        select(Quotation.total)
        .join(Purchase, Purchase.chosen_id == Quotation.id)
        .join(PurchaseRequest, PurchaseRequest.id == Purchase.request_id)
        .where(
            PurchaseRequest.unit == purchase.request.unit,
            Quotation.firm_id == chosen.firm_id,
            Purchase.id != purchase.id,
            Purchase.kind != PurchaseKind.CALL_OFF,
            Purchase.ordered_at >= at - days,
        )
    )
    return list(found)


def put_aside(session: Session, purchase: Purchase, at: datetime) -> dict[str, Json]:
    """End the purchase; the request may be bought by another."""
    purchase.state = PurchaseState.GIVEN_UP
    leave_unsigned(session, purchase.instance_id, at)
    publish_given_up(session, purchase, at)
    return {}
