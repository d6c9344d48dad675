"""What the bank says becomes the state of an order; a word that was final stays (PAY-021)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from engine.sdk import Answers, Json, Records, Session, announce, record_task, working_calendar
from engine.values import bank_advice, bank_reason, local_date
from engine.values.bookkeeping import AccountingEvent
from engine.values.facts import Basis as FactBasis
from engine.values.payment import PaymentCleared, PaymentReturned
from processes.payments import registry
from processes.payments.bank.messages import FileRefused, Status, TransferStatus
from processes.payments.bank.reading import read_status
from processes.payments.queries.finding import line_known, orders_of_case
from processes.payments.records import BankLine, Basis, LineState, Order
from processes.payments.rules.states import (
    ENDED,
    FIRM,
    GIVEN_BACK,
    NOT_LIVE,
    OF_CHEQUE,
    OF_TRANSFER,
    OrderState,
    is_alarm,
    may_follow,
)

CLEARED: Final = "cleared"
FAILED: Final = "failed"
UNCONFIRMED: Final = "unconfirmed"
WAITING: Final = "waiting"


@record_task("take_status")
def take_status(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Take what the bank answered; nothing answered is no news, and asked again later."""
    orders = orders_of_case(records.session, records.instance_id)
    said = answers.get("status_told") or {}
    if orders[0].instrument.is_cheque:
        code = int(said.get("chequeStatus") or 0)
        if code:
            hear(records.session, orders[0], OF_CHEQUE.get(code), str(code), "", records.at)
    else:
        told = _statuses(said)
        for order in orders:
            if order.order_no in told:
                hear_transfer(records.session, order, told[order.order_no], records.at)
    return {
        **asked_next(orders, answers.get("next_ask")),
        **_came_to(orders),
        "status_told": None,
        "status_next": _next(records, orders, answers),
    }


def _statuses(said: Mapping[str, Any]) -> dict[str, TransferStatus]:
    """Return what the bank says of each order by its number."""
    try:
        report = read_status(str(said.get("message") or "").encode())
    except FileRefused:
        return {}
    return {each.end_to_end_id: each for each in report.transfers}


def _came_to(orders: Sequence[Order]) -> dict[str, Json]:
    """Return what the case shows of where its orders are; of a batch also which ones failed."""
    if orders[0].batch is None:
        order = orders[0]
        return {"state_told": order.state.value, **_why(order, "status_reason", "advice")}
    failed = [each for each in orders if each.state in ENDED - {OrderState.CLEARED}]
    return {
        "paid_count": sum(each.state is OrderState.CLEARED for each in orders),
        "failed_count": len(failed),
        "failed": [
            {
                "order_no": each.order_no,
                "payee": each.payee_name,
                "amount": each.amount.amount,
                **_why(each, "why", "next"),
            }
            for each in failed
        ],
    }


def _why(order: Order, reason: str, advice: str) -> dict[str, Json]:
    """Return why an order was not paid and what to do, in every language, by these names."""
    if order.state not in ENDED - {OrderState.CLEARED}:
        return {reason: None, advice: None}
    code = order.status_reason or order.state.value
    return {
        reason: {**bank_reason(code, order.status_text or "")},
        advice: {**bank_advice(code)},
    }


def hear_transfer(session: Session, order: Order, told: TransferStatus, at: datetime) -> bool:
    """Take a status of a transfer; tell whether it changed anything."""
    order.bank_ref = told.bank_ref or order.bank_ref
    state = OF_TRANSFER.get(told.status)
    return hear(session, order, state, told.status.value, told.reason, at, text=told.text)


def hear(
    session: Session,
    order: Order,
    state: OrderState | None,
    status: str,
    reason: str,
    at: datetime,
    *,
    text: str = "",
) -> bool:
    """Let a status change an order where it follows from what it is; tell whether it did.

    The same status twice changes nothing. Settled after rejected, or the other way round, is an
    exception for a person (``PAY-021``), and the order stays what it was.
    """
    if state is None or state is order.state:
        return False
    if is_alarm(order.state, state):
        _alarm(session, order, status, at)
        return False
    if not may_follow(order.state, state):
        return False
    before = order.state
    order.come_to(state)
    order.bank_status, order.status_reason = status, reason or None
    order.status_text = text or None
    if state in ENDED:
        order.ended_at = at
        _tell(session, order, before, at)
    return True


def _alarm(session: Session, order: Order, status: str, at: datetime) -> None:
    reference = f"{order.order_no}/{status}"
    if not line_known(session, order.debit_iban, reference):
        session.add(
            BankLine(
                unit=order.unit,
                iban=order.debit_iban,
                reference=reference,
                on=local_date(at),
                amount=None,
                end_to_end_id=order.order_no,
                about=f"{order.state.value} → {status}",
                order_id=order.id,
                state=LineState.EXCEPTION,
                reason="PAY-021",
                taken_at=at,
            )
        )


def _tell(session: Session, order: Order, before: OrderState, at: datetime) -> None:
    """Tell the area whose basis it is that the money came, or that all of it did not.

    Of a part that bounced, and of what is blocked, nothing is told: it is still on its way.
    """
    about = _about(order.basis)
    if about is None:
        return
    on, number = local_date(at), order.basis.source_no or order.order_no
    if order.state is OrderState.CLEARED:
        if before in GIVEN_BACK:
            tell_on_its_way(session, order, at)
        announce(
            session,
            PaymentCleared(
                unit=order.unit, basis=about, at=at, order_no=number,
                amount=order.amount, on=on, bank_reference=order.bank_ref or "",
            ),
        )  # fmt: skip
    elif order.state in GIVEN_BACK:
        announce(
            session,
            PaymentReturned(
                unit=order.unit, basis=about, at=at, order_no=number,
                amount=order.amount, on=on, reason=order.status_reason or order.state.value,
            ),
        )  # fmt: skip


def tell_on_its_way(session: Session, order: Order, at: datetime) -> None:
    """Tell the books that what came back is on its way to the payee once more.

    The area ordered it once and does not order it again; the books took it back when it returned.
    """
    about = _about(order.basis)
    if about is None:
        return
    announce(
        session,
        AccountingEvent(
            unit=order.unit, basis=about, at=at, kind="payment_ordered", on=local_date(at),
            amounts={"amount": order.amount}, description=order.order_no, party=order.payee_id,
        ),
    )  # fmt: skip


def _about(basis: Basis) -> FactBasis | None:
    """Return the record of another area that is paid; ``None``: it was entered here."""
    if basis.area is None or basis.record_id is None:
        return None
    return FactBasis(basis.area, basis.kind, basis.record_id, basis.reference, basis.case_id)


def _next(records: Records, orders: Sequence[Order], answers: Answers) -> str:
    if all(each.state is OrderState.CLEARED for each in orders):
        return CLEARED
    if all(each.state in ENDED for each in orders):
        return FAILED
    order = orders[0]
    is_waiting = order.state in (OrderState.REGISTERED, OrderState.WAIT_PAYEE_CONFIRM)
    if order.instrument.is_cheque and is_waiting and _is_late(records, order, answers):
        return UNCONFIRMED
    return WAITING


def _is_late(records: Records, order: Order, answers: Answers) -> bool:
    """Tell whether the payee has not confirmed for five working days, since last reminded."""
    since = answers.get("reminded_on") or (order.sent_at and local_date(order.sent_at).isoformat())
    if not since:
        return False
    calendar = working_calendar(records.session, order.unit)
    days = registry.days_to_confirm(local_date(order.made_at))
    last = calendar.plus_working_days(date.fromisoformat(str(since)), days)
    return local_date(records.at) > last


def asked_next(orders: Sequence[Order], before: Any) -> dict[str, Json]:
    """Return when the bank is asked again: each wait twice the last, at most four hours."""
    minutes = int(str(before)[2:-1]) * 2 if before else 1
    longest = int(registry.LAST_ASK / timedelta(minutes=1))
    states = {each.state for each in orders}
    return {
        "next_ask": f"PT{min(minutes, longest)}M",
        "may_cancel": not FIRM & states and not states <= ENDED,
    }


def refused(records: Records, orders: Sequence[Order], reason: str) -> dict[str, Json]:
    """Note that nothing was or will be paid."""
    for order in orders:
        hear(records.session, order, OrderState.REJECTED, Status.REJECTED.value, reason, records.at)
    return _came_to(orders)


@record_task("record_cancelled")
def record_cancelled(records: Records, _: Answers) -> Mapping[str, Json]:
    """Note that the bank called an order, or all of a batch, back (R-PAY-04).

    What the bank had not taken stays rejected. An order stays what it is where something final was
    heard of it meanwhile; then the bank is asked.
    """
    orders = orders_of_case(records.session, records.instance_id)
    for order in orders:
        if order.state not in NOT_LIVE:
            hear(
                records.session, order, OrderState.CANCELLED, Status.CANCELLED.value, "", records.at
            )
    is_back = all(each.state in NOT_LIVE for each in orders)
    return {
        **_came_to(orders),
        **asked_next(orders, None),
        "state_told": (OrderState.CANCELLED if is_back else orders[0].state).value,
    }
