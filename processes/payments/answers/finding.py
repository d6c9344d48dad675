"""The order of a case, and what a case shows of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import Json, Problem, RulesBroken
from engine.values import rials_in_words
from processes.payments.records import Order, Payee, PayeeIban


def iban_in_force(session: Session, payee: Payee, at: datetime) -> PayeeIban | None:
    """Return the payee's newest account that may be paid to (R-PAY-07)."""
    query = select(PayeeIban).where(PayeeIban.payee_id == payee.id, PayeeIban.valid_from <= at)
    return session.scalar(query.order_by(PayeeIban.valid_from.desc()).limit(1))


def shown(order: Order) -> dict[str, Json]:
    """Return what the forms of a case show of its order."""
    return {
        "order_no": order.order_no,
        "payee_id": order.payee_id,
        "payee_name": order.payee_name,
        "payee_iban": order.payee_iban,
        "debit_iban": order.debit_iban,
        "amount": order.amount.amount,
        "amount_in_words": {**rials_in_words(order.amount.amount)},
        "due_on": order.due_on.isoformat(),
        "instrument": order.instrument.value,
        "purpose": order.purpose,
        "payment_id": order.payment_id,
        "bill_id": order.bill_id,
        "sayad_id": order.sayad_id or "",
        "series": order.series,
        "serial": order.serial,
        "book_on": None if order.book_on is None else order.book_on.isoformat(),
        "digest": order.digest,
    }


def told(problems: list[Problem]) -> list[Json]:
    """Return problems as a case keeps them, for a fact of a form that says them in words."""
    return [{"code": each.code, "params": dict(each.params)} for each in problems]


def refuse(problems: list[Problem]) -> None:
    """Refuse an answer when something is wrong.

    Raises:
        RulesBroken: with all of it.
    """
    if problems:
        raise RulesBroken(problems)
