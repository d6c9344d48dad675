"""Making an order, correcting it, and the treasurer's review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    RulesBroken,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    case_start,
    is_one_of,
    new_id,
    next_number,
    task_answer,
    task_recall,
)
from engine.values import JalaliDate, Rial, in_persian_words, local_date, normalise
from processes.payments.answers.finding import iban_in_force, refuse, shown
from processes.payments.queries.finding import order_of_case
from processes.payments.records import Basis, DebitAccount, Order
from processes.payments.rules import orders
from processes.payments.rules.states import (
    NOT_LIVE,
    REISSUED_AFTER,
    Instrument,
    OrderState,
)


@case_start("payment_order")
def make_order(request: StartRequest) -> CaseFacts:
    """Make an order for what is to be paid; its number is drawn when all of it is right.

    Raises:
        RulesBroken: ``PAY-001`` … ``PAY-017``, each beside its field.
    """
    session, values = request.session, request.values
    basis = row_named(session, Basis, values.get("basis_id"), "basis_id")
    account = row_named(session, DebitAccount, values.get("debit_account"), "debit_account")
    desk = f"FIN_EXPERT@{basis.unit}"
    if account.unit != basis.unit or not request.actor.sits_at(desk):
        raise RulesBroken([Problem("PAY-019", "debit_account", {"unit": basis.unit})])
    # whoever orders second waits here and then sees the first one's order (R-PAY-01)
    session.refresh(basis, with_for_update=True)
    order = draft_of(basis, account.iban, request)
    order.instance_id = request.instance_id
    with session.no_autoflush:
        enter(session, order, values, request.at)
        refuse([_on_the_start(each) for each in order_problems(session, order, request.at)])
    number_order(session, order)
    return CaseFacts(
        business_key=order.order_no,
        title=f"{order.payee_name} · {basis.reference}",
        unit=basis.unit,
        values={**shown(order), "basis": basis.reference, "made_by": order.made_by},
    )


def draft_of(basis: Basis, debit_iban: str, request: StartRequest) -> Order:
    """Return an order of a basis as nobody has entered it yet."""
    return Order(
        id=new_id(),
        unit=basis.unit,
        basis_id=basis.id,
        basis=basis,
        debit_iban=debit_iban,
        payee_id=basis.payee.identifier,
        payee_name=basis.payee.name,
        payee_iban="",
        voucher_hash=basis.digest,
        made_at=request.at,
        made_by=request.actor.username,
        is_demo=basis.is_demo,
        order_no="",
        state=OrderState.DRAFT,
        signatures=[],
    )


def number_order(session: Session, order: Order) -> None:
    """Give an order that is right its number and keep it; of a basis one is live (R-PAY-01).

    Raises:
        RulesBroken: ``PAY-010``, ``PAY-004``, another one was faster.
    """
    earlier = _earlier(session, order.basis_id)
    order.replaces_id = earlier.id if earlier is not None else None
    order.order_no = numbered(session, "pay_order", "P", order.unit, order.made_at)
    _keep(session, order)


def _on_the_start(problem: Problem) -> Problem:
    """Return a problem beside a field of the start form: the payee is that of the basis."""
    is_payee = problem.field in ("payee_id", "payee_iban")
    return replace(problem, field="basis_id") if is_payee else problem


def row_named(session: Session, kind: type[Any], given: object, field: str) -> Any:
    """Return the row that a form chose.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, there is none.
    """
    try:
        found = session.get(kind, UUID(str(given)))
    except ValueError:
        found = None
    if found is None:
        raise RulesBroken([Problem("GEN-REQUIRED", field)])
    return found


def numbered(session: Session, series: str, letter: str, unit: str, at: datetime) -> str:
    """Return the next number of a unit and year; one that is given back leaves no gap."""
    year = JalaliDate.of(local_date(at)).year
    number = next_number(session, f"{series}/{unit}/{year}")
    return f"{unit}-{year}-{letter}{number:06d}"


def _keep(session: Session, order: Order) -> None:
    session.add(order)
    try:
        session.flush()
    except IntegrityError as taken:  # another one was faster
        code, field = (
            ("PAY-004", "sayad_id")
            if "sayad" in str(taken.orig)
            else (
                "PAY-010",
                "basis_id",
            )
        )
        raise RulesBroken([Problem(code, field)]) from taken


def enter(session: Session, order: Order, values: Mapping[str, Any], at: datetime) -> None:
    """Take what a person entered; the payee's account is the registry's, never typed."""
    order.instrument = Instrument(str(values["instrument"]))
    order.amount = Rial(int(values["amount"]))
    order.amount_in_words = in_persian_words(order.amount.amount)
    order.due_on = date.fromisoformat(str(values["due_on"]))
    order.purpose = str(values["purpose"])
    order.payment_id = normalise(str(values.get("payment_id") or ""))
    order.bill_id = normalise(str(values.get("bill_id") or ""))
    is_cheque = order.instrument.is_cheque
    order.sayad_id = normalise(str(values.get("sayad_id") or "")) or None if is_cheque else None
    order.series = normalise(str(values.get("series") or "")) if is_cheque else ""
    order.serial = normalise(str(values.get("serial") or "")) if is_cheque else ""
    book_on = values.get("book_on") if is_cheque else None
    order.book_on = date.fromisoformat(str(book_on)) if book_on else None
    account = iban_in_force(session, order.basis.payee, at)
    order.payee_iban = "" if account is None else account.iban


def order_problems(
    session: Session,
    order: Order,
    at: datetime,
    *,
    owner: str | None = None,
    owner_asked: bool = False,
) -> list[Problem]:
    """Return everything that is wrong with an order today.

    Args:
        owner: of the payee's account, as the bank told it.
        owner_asked: the bank was asked; before that nothing is said about the owner.
    """
    account = iban_in_force(session, order.basis.payee, at)
    live = _live(session, order)
    known = orders.Known(
        basis=orders.Basis(order.basis.payee.identifier, order.basis.net),
        today=local_date(at),
        iban_in_force=None if account is None else account.iban,
        owner_id=owner,
        sayad_used=_is_used(session, order),
        has_bounced=_has_bounced(session, order),
        live_order=None if live is None else live.order_no,
    )
    draft = orders.Draft(
        instrument=order.instrument,
        amount=order.amount,
        amount_in_words=order.amount_in_words,
        payee_id=order.payee_id,
        payee_name=order.payee_name,
        payee_iban=order.payee_iban,
        due_on=order.due_on,
        purpose=order.purpose,
        sayad_id=order.sayad_id or "",
        book_on=order.book_on,
        payment_id=order.payment_id,
        bill_id=order.bill_id,
    )
    return orders.check(draft, known, owner_asked=owner_asked)


def _live(session: Session, order: Order) -> Order | None:
    query = select(Order).where(
        Order.basis_id == order.basis_id, Order.id != order.id, Order.state.not_in(NOT_LIVE)
    )
    return session.scalar(query.limit(1))


def _earlier(session: Session, basis_id: UUID) -> Order | None:
    """Return the order that a new one for the same basis replaces."""
    query = select(Order).where(Order.basis_id == basis_id, Order.state.in_(REISSUED_AFTER))
    return session.scalar(query.order_by(Order.made_at.desc(), Order.order_no.desc()).limit(1))


def _is_used(session: Session, order: Order) -> bool:
    if not order.sayad_id:
        return False
    query = select(Order.id).where(Order.sayad_id == order.sayad_id, Order.id != order.id)
    return session.scalar(query.limit(1)) is not None


def _has_bounced(session: Session, order: Order) -> bool:
    """Tell whether the unit has a cheque that bounced and was not cleared since (§4.2)."""
    query = select(Order.id).where(
        Order.unit == order.unit,
        Order.state.in_((OrderState.BOUNCED, OrderState.PART_BOUNCED)),
        Order.id != order.id,
    )
    return order.instrument.is_cheque and session.scalar(query.limit(1)) is not None


@task_answer("payment_order", "correct_order")
def correct_order(answer: TaskAnswer) -> dict[str, Json]:
    """Correct an order, or give it up; nothing signed stands any more (R-PAY-02)."""
    order = order_of_case(answer.session, answer.instance_id)
    if answer.outcome == "withdraw":
        return {}
    void(order, answer.at)
    order.come_to(OrderState.DRAFT)
    with answer.session.no_autoflush:
        enter(answer.session, order, answer.values, answer.at)
        refuse(order_problems(answer.session, order, answer.at))
    _keep(answer.session, order)
    return {**shown(order), "made_by": answer.actor.username, "decline_note": None}


def void(order: Order, at: datetime) -> None:
    """Void every signature of an order; they stay to be read."""
    for each in order.standing:
        each.voided_at = at


@task_recall("payment_order", "correct_order")
def recall_correction(_: TaskRecall) -> dict[str, str]:
    """Refuse: the bank is asked at once who owns the account.

    Raises:
        RulesBroken: always.
    """
    raise RulesBroken([Problem("PAY-024")])


@task_answer("payment_order", "review")
def review(answer: TaskAnswer) -> dict[str, Json]:
    """Let the order go to its signers, or back for correction.

    Raises:
        RulesBroken: ``SOD-001``, who made the order; whatever is wrong with it by now.
    """
    order = order_of_case(answer.session, answer.instance_id)
    if answer.outcome == "return":
        order.come_to(OrderState.DRAFT)
        return {"decline_note": answer.values.get("decline_note")}
    must_be_another(answer, order.made_by)
    owner = (answer.case_values.get("owner_told") or {}).get("owner_id")
    refuse(order_problems(answer.session, order, answer.at, owner=owner, owner_asked=True))
    order.come_to(OrderState.APPROVED)
    return {"decline_note": None, "digest": order.digest}


def must_be_another(answer: TaskAnswer, *makers: str, code: str = "SOD-001") -> None:
    """Refuse an act of who made what is decided, under whichever of his accounts.

    Raises:
        RulesBroken: with the code.
    """
    if is_one_of(answer.session, answer.actor, makers):
        raise RulesBroken([Problem(code)])


@task_recall("payment_order", "review")
def recall_review(recall: TaskRecall) -> dict[str, str]:
    """Take the treasurer's word back while nobody has signed."""
    order = order_of_case(recall.session, recall.instance_id)
    if order.standing:
        raise RulesBroken([Problem("PAY-024")])
    order.state = OrderState.DRAFT
    return {}


@task_answer("payment_order", "look_into")
def look_into(answer: TaskAnswer) -> dict[str, Json]:
    """Keep what was found out about a payment that failed; paying again is another order."""
    return {"look_note": answer.values.get("look_note")}


@task_recall("payment_order", "look_into")
def recall_look(recall: TaskRecall) -> dict[str, str]:
    """Give what was written back to be written again."""
    return {"look_note": str(recall.answer.get("look_note") or "")}


@task_answer("payment_order", "unconfirmed")
def unconfirmed(answer: TaskAnswer) -> dict[str, Json]:
    """Note that the payee was reminded; it is asked about again after as many days."""
    return {
        "confirm_note": answer.values.get("confirm_note"),
        "reminded_on": local_date(answer.at).isoformat(),
    }


@task_recall("payment_order", "unconfirmed")
def recall_reminder(recall: TaskRecall) -> dict[str, str]:
    """Give what was written back to be written again."""
    return {"confirm_note": str(recall.answer.get("confirm_note") or "")}
