"""From a correct order to the message that leaves: checked, signed, written, told to the bank."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from engine.sdk import (
    Answers,
    Json,
    Problem,
    Records,
    RulesBroken,
    Session,
    call_input,
    new_id,
    record_task,
)
from engine.values import local_date
from processes.payments import registry
from processes.payments.answers.batching import leave_out, owner_told, shown_batch
from processes.payments.answers.finding import shown, told
from processes.payments.answers.ordering import order_problems, void
from processes.payments.answers.signing import is_signed, signing_groups
from processes.payments.bank.messages import (
    CREDIT_TRANSFER,
    Batch,
    Channel,
    PaymentFile,
    Transfer,
)
from processes.payments.bank.writing import write_payments
from processes.payments.handlers.statuses import asked_next, refused, tell_on_its_way
from processes.payments.queries.finding import (
    came_back,
    file_sent,
    message_id,
    name_of,
    order_of_case,
    orders_of_case,
    orders_shown,
)
from processes.payments.records import BankFile, Order
from processes.payments.rules.states import OrderState


@record_task("check_order", replaced=True)
def check_order(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Check an order with the bank's word on the owner of the payee's account."""
    order = order_of_case(records.session, records.instance_id)
    owner = (answers.get("owner_told") or {}).get("owner_id")
    problems = order_problems(records.session, order, records.at, owner=owner, owner_asked=True)
    return {
        **shown(order),
        "checked": not problems,
        "problems": told(problems),
        "c_needed": "C" in signing_groups([order]),
        "owner_told": answers.get("owner_told"),
    }


@record_task("check_batch", replaced=True)
def check_batch(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Check each order with the bank's word on its account; leave out what is not right."""
    session = records.session
    left_out = [*(answers.get("left_out") or [])]
    orders = []
    for order in orders_of_case(session, records.instance_id):
        owner = owner_told(order, answers)
        problems = order_problems(session, order, records.at, owner=owner, owner_asked=True)
        if problems:
            left_out.append(leave_out(session, order, problems[0], records.at))
        else:
            orders.append(order)
    shown_now = shown_batch(orders) if orders else {}
    return {
        **shown_now,
        "checked": bool(orders),
        "left_out": left_out,
        "c_needed": "C" in signing_groups(orders),
        "owners_told": answers.get("owners_told"),
    }


@record_task("drop_order")
def drop_order(records: Records, _: Answers) -> Mapping[str, Json]:
    """Give up what was never sent; its basis may be ordered again."""
    for order in orders_of_case(records.session, records.instance_id):
        void(order, records.at)
        order.come_to(OrderState.DECLINED)
        order.ended_at = records.at
    return {}


@record_task("void_signatures")
def void_signatures(records: Records, _: Answers) -> Mapping[str, Json]:
    """Void every signature: somebody declined, or it is no longer right (R-PAY-02)."""
    for order in orders_of_case(records.session, records.instance_id):
        void(order, records.at)
        order.come_to(OrderState.APPROVED)
    return {"signed_a": None, "signed_b": None, "signed_c": None}


@record_task("prepare_message")
def prepare_message(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Write what is told to the bank; the same orders always make the same message.

    Raises:
        RulesBroken: something changed since the signatures, or one of them does not stand.
    """
    session = records.session
    orders = orders_of_case(session, records.instance_id)
    problems = []
    for order in orders:
        owner = owner_told(order, answers)
        problems += order_problems(session, order, records.at, owner=owner, owner_asked=True)
    if not is_signed(orders):
        problems.append(Problem("PAY-008"))
    if problems:
        raise RulesBroken(problems)
    for order in orders:
        if came_back(session, order):
            tell_on_its_way(session, order, records.at)
    if not orders[0].instrument.is_cheque:
        session.add(_file(orders, records.at))
    return {}


@call_input("send_order")
def sent_orders(session: Session, instance_id: UUID) -> Mapping[str, Json]:
    """Return what the bank is told: the stored file of what was signed, and no other.

    Raises:
        RulesBroken: ``PAY-008`` a signature does not stand for an order as it is; ``PAY-025``
            the file is missing, or is not of these orders.
    """
    orders = orders_shown(session, instance_id)
    if not is_signed(orders):
        raise RulesBroken([Problem("PAY-008", None, {"group": ""})])
    if orders[0].instrument.is_cheque:
        return {"path": "/cheques", "json": _cheque(orders[0])}
    content = file_sent(session, orders)
    if content is None or content.encode() != _content(orders):
        raise RulesBroken([Problem("PAY-025")])
    return {"path": "/messages", "json": {"message": content}}


def _cheque(order: Order) -> dict[str, Json]:
    """Return what the register of cheques is told of an issue."""
    return {
        "sayad_id": order.sayad_id,
        "end_to_end_id": order.order_no,
        "series": order.series,
        "serial": order.serial,
        "amount": order.amount.amount,
        "due_on": order.due_on.isoformat(),
        "debit": order.debit_iban,
        "holder_id": order.payee_id,
        "holder_name": order.payee_name,
        "reason": order.purpose,
    }


def _content(orders: Sequence[Order]) -> bytes:
    """Return the message of orders; the same orders always make the same one.

    One ``PmtInf`` for each channel: all are from one account on one day (§4.9).
    """
    first, name = orders[0], name_of(orders)
    by_channel: dict[Channel, list[Order]] = {}
    for order in orders:
        channel = registry.channel(order.amount, local_date(order.made_at))
        by_channel.setdefault(channel, []).append(order)
    batches = tuple(
        Batch(
            batch_id=name if len(by_channel) == 1 else f"{name}-{channel.value}",
            debtor_name=first.unit,
            debit_iban=first.debit_iban,
            on=first.due_on,
            transfers=tuple(_transfer(each) for each in found),
            channel=channel,
        )
        for channel, found in by_channel.items()
    )
    return write_payments(PaymentFile(message_id(orders), first.made_at, first.unit, batches))


def _transfer(order: Order) -> Transfer:
    return Transfer(
        end_to_end_id=order.order_no,
        amount=order.amount,
        payee_name=order.payee_name,
        payee_id=order.payee_id,
        payee_iban=order.payee_iban,
        purpose=order.purpose,
        payment_id=order.payment_id,
        note=order.voucher_hash,
    )


def _file(orders: Sequence[Order], at: datetime) -> BankFile:
    content = _content(orders)
    return BankFile(
        id=new_id(),
        kind=CREDIT_TRANSFER,
        message_id=message_id(orders),
        unit=orders[0].unit,
        content=content.decode(),
        digest=hashlib.sha256(content).hexdigest(),
        taken_at=at,
        taken_by=orders[0].made_by,
    )


@record_task("record_sent")
def record_sent(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Note that the bank has taken what was sent, with what it said of it at once."""
    orders = orders_of_case(records.session, records.instance_id)
    answer = answers.get("sent_told") or {}
    for order in orders:
        order.come_to(OrderState.REGISTERED if order.instrument.is_cheque else OrderState.SENT)
        order.sent_at = records.at
        order.bank_ref = str(answer.get("receipt") or "") or None
    return {**asked_next(orders, None), "sent_told": None}


@record_task("record_refusal")
def record_refusal(records: Records, _: Answers) -> Mapping[str, Json]:
    """Note that the bank did not take it: it did nothing and will do nothing."""
    orders = orders_of_case(records.session, records.instance_id)
    return refused(records, orders, "REFUSED")
