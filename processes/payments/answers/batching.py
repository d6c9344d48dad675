"""Making a batch: every basis of one paper that can be paid today, one order each (§4.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.sdk import (
    Answers,
    CaseFacts,
    Json,
    Problem,
    RulesBroken,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    case_start,
    new_id,
    task_answer,
    task_recall,
)
from engine.values import Rial, local_date, rials_in_words
from processes.payments import registry
from processes.payments.answers.finding import refuse, told
from processes.payments.answers.ordering import (
    draft_of,
    enter,
    must_be_another,
    number_order,
    numbered,
    order_problems,
    row_named,
)
from processes.payments.queries.finding import orders_of_case
from processes.payments.queries.gathering import Gathering, held_bases
from processes.payments.records import Basis, DebitAccount, Order, OrderBatch
from processes.payments.rules.signing import digest_of
from processes.payments.rules.states import Instrument, OrderState

_NAMED: Final = 3  #: papers of a batch that its steps and its paper name


@case_start("payment_batch")
def make_batch(request: StartRequest) -> CaseFacts:
    """Make one order for each payable basis; what cannot be paid today waits and is named.

    What was paid or is on its way is no part of it: of a basis one order is live (R-PAY-01), so
    that a batch made again for the same paper holds exactly what failed.

    Raises:
        RulesBroken: ``PAY-019`` the account is not of the unit; ``PAY-030`` nothing of it can be
            paid today; ``PAY-005``, ``PAY-015``, ``GEN-REQUIRED`` beside their fields.
    """
    session, values = request.session, request.values
    gathering = Gathering.from_text(str(values.get("gathering") or ""))
    account = row_named(session, DebitAccount, values.get("debit_account"), "debit_account")
    if gathering is None:
        raise RulesBroken([Problem("GEN-REQUIRED", "gathering")])
    is_ours = account.unit == gathering.unit and request.actor.sits_at(f"FIN_EXPERT@{account.unit}")
    if not is_ours:
        raise RulesBroken([Problem("PAY-019", "debit_account", {"unit": gathering.unit})])
    due_on = date.fromisoformat(str(values["due_on"]))
    batch = OrderBatch(
        id=new_id(),
        batch_no="",
        unit=account.unit,
        instance_id=request.instance_id,
        debit_iban=account.iban,
        due_on=due_on,
        about="",
        made_at=request.at,
        made_by=request.actor.username,
    )
    orders, left_out = _orders(request, batch, held_bases(session, gathering))
    if not orders:
        raise RulesBroken([Problem("PAY-030", "gathering", {"count": str(len(left_out))})])
    batch.batch_no = numbered(session, "pay_batch", "B", account.unit, request.at)
    batch.about = gathering.reference or _in_short([each.basis.reference for each in orders])
    session.add(batch)
    session.flush()
    for order in orders:
        order.batch_id = batch.id
        number_order(session, order)
    return CaseFacts(
        business_key=batch.batch_no,
        title=f"{gathering.reference or account.title} · {len(orders)}",
        unit=batch.unit,
        values={
            **shown_batch(orders),
            "batch_no": batch.batch_no,
            "basis": batch.about,
            "debit_iban": batch.debit_iban,
            "due_on": batch.due_on.isoformat(),
            "made_by": batch.made_by,
            "left_out": left_out,
        },
    )


def _in_short(papers: Sequence[str]) -> str:
    """Return the papers that are paid, the first of them where there are many."""
    more = len(papers) - _NAMED
    return " · ".join([*papers[:_NAMED], *([f"+{more}"] if more > 0 else [])])


def _orders(
    request: StartRequest, batch: OrderBatch, bases: Sequence[Basis]
) -> tuple[list[Order], list[Json]]:
    """Return the orders that are right today, and what is left out with its first reason.

    Raises:
        RulesBroken: something of the batch itself is wrong, as it is with each of its orders.
    """
    session, orders, left_out = request.session, list[Order](), list[Json]()
    most = registry.most_of_a_batch(local_date(request.at))
    for basis in bases:
        if len(orders) == most:
            left_out.append(_left(basis.source_no, basis.payee.name, basis.net, Problem("PAY-031")))
            continue
        order = draft_of(basis, batch.debit_iban, request)
        with session.no_autoflush:
            enter(session, order, _entered(basis, request.values), request.at)
            problems = order_problems(session, order, request.at)
        refuse([each for each in problems if each.field in ("due_on", "purpose")])
        if problems:
            left_out.append(_left(basis.source_no, basis.payee.name, basis.net, problems[0]))
        else:
            orders.append(order)
    return orders, left_out


def _entered(basis: Basis, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "instrument": Instrument.TRANSFER.value,
        "amount": basis.net.amount,
        "due_on": values["due_on"],
        "purpose": values["purpose"],
    }


def _left(number: str, payee: str, amount: Rial, why: Problem) -> Json:
    return {"number": number, "payee": payee, "amount": amount.amount, "why": told([why])}


def leave_out(session: Session, order: Order, why: Problem, at: datetime) -> Json:
    """Give one order of a batch up before anybody signed it; its basis waits again."""
    order.come_to(OrderState.DECLINED)
    order.ended_at = at
    session.flush()
    return _left(order.order_no, order.payee_name, order.amount, why)


def shown_batch(orders: Sequence[Order]) -> dict[str, Json]:
    """Return what every step of a batch shows: the list and its total (R-SIG-09)."""
    total = Rial.total(each.amount for each in orders)
    return {
        "count": len(orders),
        "amount": total.amount,
        "amount_in_words": {**rials_in_words(total.amount)},
        "orders": [
            {
                "order_no": each.order_no,
                "payee": each.payee_name,
                "iban": each.payee_iban,
                "amount": each.amount.amount,
            }
            for each in orders
        ],
        "digest": digest_of({each.order_no: each.digest for each in orders}),
    }


@task_answer("payment_batch", "review")
def review_batch(answer: TaskAnswer) -> dict[str, Json]:
    """Let the batch go to its signers, or give it up: what it would pay waits again.

    Raises:
        RulesBroken: ``SOD-001``, who made it; whatever is wrong with one of its orders by now.
    """
    if answer.outcome == "return":
        return {"decline_note": answer.values.get("decline_note")}
    orders = orders_of_case(answer.session, answer.instance_id)
    must_be_another(answer, *{each.made_by for each in orders})
    for order in orders:
        owner = owner_told(order, answer.case_values)
        refuse(order_problems(answer.session, order, answer.at, owner=owner, owner_asked=True))
    for order in orders:
        order.come_to(OrderState.APPROVED)
    return {**shown_batch(orders), "decline_note": None}


def owner_told(order: Order, values: Mapping[str, Any] | Answers) -> str | None:
    """Return who owns the account that an order pays to, as the bank told it."""
    if order.batch is None:
        return (values.get("owner_told") or {}).get("owner_id")
    accounts = (values.get("owners_told") or {}).get("accounts") or []
    return {each["iban"]: each["owner_id"] for each in accounts}.get(order.payee_iban)


@task_recall("payment_batch", "review")
def recall_review(recall: TaskRecall) -> dict[str, str]:
    """Take the treasurer's word back while nobody has signed."""
    orders = orders_of_case(recall.session, recall.instance_id)
    if any(each.standing for each in orders):
        raise RulesBroken([Problem("PAY-024")])
    for order in orders:
        order.state = OrderState.DRAFT
    return {}


@task_answer("payment_batch", "look_into")
def look_into(answer: TaskAnswer) -> dict[str, Json]:
    """Keep what was found out about what failed; another batch of the same paper pays only that."""
    return {"look_note": answer.values.get("look_note")}


@task_recall("payment_batch", "look_into")
def recall_look(recall: TaskRecall) -> dict[str, str]:
    """Give what was written back to be written again."""
    return {"look_note": str(recall.answer.get("look_note") or "")}
