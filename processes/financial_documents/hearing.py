"""What other areas tell: credit they take of the lines kept here, and what the bank has paid.

Each fact of credit is a change and says by how much: a record may hold several reservations and
commitments at once. A line that is not kept here is somebody else's: the books then show the fact
as it was told, as they show a booking of a line that is (ADR 45). What became of a voucher's
payment goes on to its case as a message: whatever is wrong there must not refuse the bank's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from engine.sdk import Json, Problem, RulesBroken, Session, hears, send_to_case
from engine.values import Rial
from engine.values.contracting import ContractSuspended
from engine.values.credit import (
    CommitmentSpared,
    CreditCommitted,
    CreditPaid,
    CreditReleased,
    CreditReserved,
    CreditSecured,
    Holder,
)
from engine.values.payment import PaymentCleared, PaymentReturned
from engine.values.purchasing import PurchaseOrdered
from processes.financial_documents.answers import (
    booking,
    credit,
    holdings,
    orders,
    payroll,
)
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.answers.credit import AREA, Subject
from processes.financial_documents.answers.finding import told, voucher_held
from processes.financial_documents.records import (
    BudgetHolding,
    BudgetLine,
    HoldingState,
    OrderKind,
    OrderLine,
    PurchaseOrder,
    Voucher,
    VoucherState,
)

Told: TypeAlias = CreditReserved | CreditSecured | CreditCommitted | CreditReleased | CreditPaid


@hears(CreditReserved)
def reserve(session: Session, fact: CreditReserved) -> None:
    """Reserve for another area's record, beside what it holds already.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``FIN-012``; ``BUD-004`` it has to be a line of
            the unit's budget, and is none.
    """
    line = credit.line_by_code(session, fact.unit, fact.year, fact.line)
    if line is not None:
        _reserve(session, line, fact, fact.amount)
    elif fact.of_budget:
        raise RulesBroken([Problem("BUD-004")])
    else:
        _elsewhere(session, fact, "credit_reserved")


@hears(CreditSecured)
def secure(session: Session, fact: CreditSecured) -> None:
    """Reserve what of the amount the record holds no more: its ninety days, or its year, are over.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``FIN-012``, ``BUD-004``.
    """
    line = credit.line_by_code(session, fact.unit, fact.year, fact.line)
    if line is None:
        raise RulesBroken([Problem("BUD-004")])
    credit.expire(session, line.id, fact.at)
    missing = fact.amount - _total(session, fact, HoldingState.RESERVED)
    if missing > Rial.ZERO:
        _reserve(session, line, fact, missing)


@hears(CreditCommitted)
def commit(session: Session, fact: CreditCommitted) -> None:
    """Turn so much of what the record reserved into a commitment.

    What of it was never reserved, or has lapsed since, is reserved at once: nobody owes money
    by a contract or certificate that no line holds.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``FIN-012``.
    """
    line = credit.line_by_code(session, fact.unit, fact.year, fact.line)
    if line is None:
        _elsewhere(session, fact, "credit_committed")
        return
    missing = fact.amount - _total(session, fact, HoldingState.RESERVED)
    if missing > Rial.ZERO:
        _reserve(session, line, fact, missing)
    for part in _held(session, fact, HoldingState.RESERVED, fact.amount):
        credit.commit(session, part, Stamp(fact.at, fact.by))


@hears(CreditReleased)
def release(session: Session, fact: CreditReleased) -> None:
    """Give so much of what the record held back."""
    if credit.line_by_code(session, fact.unit, fact.year, fact.line) is None:
        event = "commitment_released" if fact.committed else "credit_released"
        _elsewhere(session, fact, event)
        return
    state = HoldingState.COMMITTED if fact.committed else HoldingState.RESERVED
    for part in _held(session, fact, state, fact.amount):
        credit.give_back(session, part, Stamp(fact.at, fact.by))
    holder = Holder(fact.basis.area, fact.basis.id)
    holdings.return_spare(session, holder, Stamp(fact.at, fact.by))


@hears(CommitmentSpared)
def spare(session: Session, fact: CommitmentSpared) -> None:
    """Give back what is left of a commitment, or as much of it as is owed no more."""
    holdings.spare(session, fact.basis, fact.amount, Stamp(fact.at, fact.by))


@hears(CreditPaid)
def pay(session: Session, fact: CreditPaid) -> None:
    """Book so much as paid: of the commitment, then of the reservation.

    What nothing was reserved for, or what has lapsed since, is reserved at once.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``FIN-012``.
    """
    line = credit.line_by_code(session, fact.unit, fact.year, fact.line)
    if line is None:
        _elsewhere(session, fact, "credit_paid")
        return
    stamp = Stamp(fact.at, fact.by)
    _commit_up_to(session, fact, stamp)
    missing = fact.amount - _total(session, fact, HoldingState.COMMITTED)
    if missing > Rial.ZERO:
        _reserve(session, line, fact, missing)
        _commit_up_to(session, fact, stamp)
    for part in _held(session, fact, HoldingState.COMMITTED, fact.amount):
        _refuse(credit.pay(session, part, stamp))


def _elsewhere(session: Session, fact: Told, event: str) -> None:
    """Let the books show what became of a line that this area does not keep."""
    stamp = Stamp(fact.at, fact.by)
    unit, line, amount = fact.unit, fact.line, fact.amount
    booking.tell(session, event, fact.basis, stamp, unit=unit, line=line, amount=amount)


def _commit_up_to(session: Session, fact: CreditPaid, stamp: Stamp) -> None:
    """Commit what the record has reserved as far as less than the payment is committed."""
    missing = fact.amount - _total(session, fact, HoldingState.COMMITTED)
    for part in _held(session, fact, HoldingState.RESERVED, missing):
        credit.commit(session, part, stamp)


def _reserve(
    session: Session,
    line: BudgetLine,
    fact: CreditReserved | CreditSecured | CreditCommitted | CreditPaid,
    amount: Rial,
) -> None:
    basis, stamp = fact.basis, Stamp(fact.at, fact.by)
    if fact.out_of is not None:
        holdings.take_over(session, basis, fact.out_of, line, amount, stamp)
    subject = Subject(basis.id, basis.number, basis.kind, basis.area, basis.instance_id)
    problems = credit.reserve(session, line.id, subject, amount, stamp, unit=fact.unit, added=True)
    _refuse(problems)


def _held(session: Session, fact: Told, state: HoldingState, amount: Rial) -> list[BudgetHolding]:
    return holdings.parts(session, fact.basis, fact.unit, fact.line, state, amount)


def _total(session: Session, fact: Told, state: HoldingState) -> Rial:
    found = holdings.held_by(session, fact.basis, fact.unit, fact.line, state)
    return Rial.total(each.amount for each in found)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RulesBroken(problems)


@hears(PurchaseOrdered)
def take_order(session: Session, fact: PurchaseOrdered) -> None:
    """Keep an order that another area has placed, and whose credit it takes."""
    lines = [
        OrderLine(
            position=number,
            title=each.title,
            measure=each.measure,
            quantity=each.quantity,
            unit_price=each.unit_price,
        )
        for number, each in enumerate(fact.lines, 1)
    ]
    session.add(
        PurchaseOrder(
            unit=fact.unit,
            order_no=fact.order_no,
            kind=OrderKind.SERVICE if fact.is_service else OrderKind.GOODS,
            payee_id=fact.supplier_id,
            payee_name=fact.supplier_name,
            subject=fact.subject,
            ordered_on=fact.on,
            entered_by=fact.by or fact.basis.area,
            entered_at=fact.at,
            credit_area=fact.basis.area,
            credit_id=fact.basis.id,
            framework=fact.framework,
            lines=lines,
        )
    )
    session.flush()


@hears(ContractSuspended)
def hold_order(session: Session, fact: ContractSuspended) -> None:
    """Pay no voucher of an order that the complaints board holds back, or pay again."""
    order = orders.order_of(session, fact.unit, fact.contract_no)
    if order is not None:
        order.suspended_for = fact.because


@hears(PaymentCleared)
def take_payment(session: Session, fact: PaymentCleared) -> None:
    """Let the voucher's case go on: paid, then posted."""
    voucher = _paid_by(session, fact)
    if voucher is None or voucher.state in (VoucherState.PAID, VoucherState.POSTED):
        return  # a person has recorded it
    listed = payroll.heard_of(session, voucher, fact)
    if listed is not None and not listed.is_paid:
        return  # somebody of the list waits
    values = {"bank_reference": fact.bank_reference, "paid_on": fact.on.isoformat()}
    _send(session, voucher, "payment_cleared", values, fact)


@hears(PaymentReturned)
def take_return(session: Session, fact: PaymentReturned) -> None:
    """Bring a voucher whose money came back to the treasurer again."""
    voucher = _paid_by(session, fact)
    if voucher is None or voucher.state is not VoucherState.ORDERED:
        return
    if payroll.heard_of(session, voucher, fact) is not None:
        return  # that one line is ordered again by who pays; the rest of the list goes on
    voucher.state = VoucherState.APPROVED
    values = {"error_problems": told([Problem("PAY-009", None, {"why": fact.reason})])}
    _send(session, voucher, "payment_returned", values, fact)


def _paid_by(session: Session, fact: PaymentCleared | PaymentReturned) -> Voucher | None:
    return voucher_held(session, fact.basis.id) if fact.basis.area == AREA else None


def _send(
    session: Session,
    voucher: Voucher,
    name: str,
    values: Mapping[str, Json],
    fact: PaymentCleared | PaymentReturned,
) -> None:
    if voucher.instance_id is not None:
        key = f"{fact.order_no}/{fact.at.isoformat()}"
        send_to_case(session, voucher.instance_id, name, values, key=key, at=fact.at)
