"""From a correct order to the message that leaves: checked, signed, written, told to the bank."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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
from processes.payments.answers.finding import shown, told
from processes.payments.answers.ordering import order_problems, void
from processes.payments.answers.signing import is_signed, signing_groups
from processes.payments.bank.messages import CREDIT_TRANSFER, Batch, PaymentFile, Transfer
from processes.payments.bank.writing import write_payments
from processes.payments.handlers.statuses import asked_next, refused, tell_on_its_way
from processes.payments.queries.finding import came_back, order_of_case, order_sent
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
        "c_needed": "C" in signing_groups(order),
        "owner_told": answers.get("owner_told"),
    }


@record_task("drop_order")
def drop_order(records: Records, _: Answers) -> Mapping[str, Json]:
    """Give an order up that was never sent; its basis may be ordered again."""
    order = order_of_case(records.session, records.instance_id)
    void(order, records.at)
    order.come_to(OrderState.DECLINED)
    order.ended_at = records.at
    return {}


@record_task("void_signatures")
def void_signatures(records: Records, _: Answers) -> Mapping[str, Json]:
    """Void every signature: somebody declined, or the order is no longer right (R-PAY-02)."""
    order = order_of_case(records.session, records.instance_id)
    void(order, records.at)
    order.come_to(OrderState.APPROVED)
    return {"signed_a": None, "signed_b": None, "signed_c": None}


@record_task("prepare_message")
def prepare_message(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Write what is told to the bank; the same order always makes the same message.

    Raises:
        RulesBroken: something changed since the signatures, or one of them does not stand.
    """
    order = order_of_case(records.session, records.instance_id)
    owner = (answers.get("owner_told") or {}).get("owner_id")
    problems = order_problems(records.session, order, records.at, owner=owner, owner_asked=True)
    if not is_signed(order):
        problems.append(Problem("PAY-008"))
    if problems:
        raise RulesBroken(problems)
    if came_back(records.session, order):
        tell_on_its_way(records.session, order, records.at)
    if not order.instrument.is_cheque:
        records.session.add(_file(order, records.at))
    return {}


@call_input("send_order")
def sent_order(session: Session, instance_id: UUID) -> Mapping[str, Json]:
    """Return what the bank is told: the stored file of the order that was signed, and no other.

    Raises:
        RulesBroken: ``PAY-008`` a signature does not stand for the order as it is; ``PAY-025``
            the file is missing, or is not of this order.
    """
    order, content = order_sent(session, instance_id)
    if not is_signed(order):
        raise RulesBroken([Problem("PAY-008", None, {"group": ""})])
    if order.instrument.is_cheque:
        return {"path": "/cheques", "json": _cheque(order)}
    if content is None or content.encode() != _content(order):
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


def _message_id(order: Order) -> str:
    return f"M-{order.order_no}"


def _content(order: Order) -> bytes:
    """Return the message of an order; the same order always makes the same one."""
    transfer = Transfer(
        end_to_end_id=order.order_no,
        amount=order.amount,
        payee_name=order.payee_name,
        payee_id=order.payee_id,
        payee_iban=order.payee_iban,
        purpose=order.purpose,
        payment_id=order.payment_id,
        note=order.voucher_hash,
    )
    batch = Batch(
        batch_id=order.order_no,
        debtor_name=order.unit,
        debit_iban=order.debit_iban,
        on=order.due_on,
        transfers=(transfer,),
        channel=registry.channel(order.amount, local_date(order.made_at)),
    )
    return write_payments(PaymentFile(_message_id(order), order.made_at, order.unit, (batch,)))


def _file(order: Order, at: datetime) -> BankFile:
    content = _content(order)
    return BankFile(
        id=new_id(),
        kind=CREDIT_TRANSFER,
        message_id=_message_id(order),
        unit=order.unit,
        content=content.decode(),
        digest=hashlib.sha256(content).hexdigest(),
        taken_at=at,
        taken_by=order.made_by,
    )


@record_task("record_sent")
def record_sent(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Note that the bank has taken the order, with what it said of it at once."""
    order = order_of_case(records.session, records.instance_id)
    order.come_to(OrderState.REGISTERED if order.instrument.is_cheque else OrderState.SENT)
    order.sent_at = records.at
    answer = answers.get("sent_told") or {}
    order.bank_ref = str(answer.get("receipt") or "") or None
    return {**asked_next(order, None), "sent_told": None}


@record_task("record_refusal")
def record_refusal(records: Records, _: Answers) -> Mapping[str, Json]:
    """Note that the bank did not take the order: it did nothing and will do nothing."""
    order = order_of_case(records.session, records.instance_id)
    return refused(records, order, "REFUSED")
