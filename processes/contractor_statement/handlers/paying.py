"""Service tasks that order a payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.sdk import Answers, Json, Problem, Records, RulesBroken, Session, record_task
from engine.values import Rial, local_date
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.advancing import advance_problems, certified_gross
from processes.contractor_statement.answers.certifying import (
    on_account_parts,
    paid_on_account,
)
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.paying import (
    order_payment,
    payee_account,
    suspended,
)
from processes.contractor_statement.answers.releasing import (
    computed,
    release_control,
    settled,
)
from processes.contractor_statement.answers.settling import tell_if_settled
from processes.contractor_statement.answers.signing import (
    control_problems,
    mark_approved,
)
from processes.contractor_statement.answers.simple import refuse
from processes.contractor_statement.records import (
    AdvanceInstalment,
    CreditLine,
    Deduction,
    DeductionType,
    PaymentOrder,
    RetentionRelease,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.rules.retention import Half, retention_halves
from processes.contractor_statement.telling import (
    certified_parts,
    on_account_amounts,
    tell_event,
    tell_ordered,
)

_BEFORE_CERTIFICATE = (StatementState.OWNER_REVIEW, StatementState.CONSULTANT_REVIEW)


@record_task("issue_payment_order")
def issue_payment_order(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Issue the payment order of a certificate; a balance below nothing is carried.

    Raises:
        RulesBroken: something changed since the control; the treasurer sees it again.
    """
    session, at = records.session, records.at
    statement = statement_of(session, records.instance_id)
    if statement.kind is not StatementKind.ADJUSTMENT:
        central = ("central_review",) if answers.get("seen_central_review") else ()
        refuse(control_problems(session, statement, at, central))
    mark_approved(session, statement, at)
    ordered = order_certificate(session, statement, at)
    tell_if_settled(session, statement.contract, at)
    return ordered


def order_certificate(session: Session, statement: Statement, at: datetime) -> dict[str, Json]:
    """Order what an approved certificate pays, and book its credit as paid."""
    line = credit.charged(session, statement)
    amount = statement.payable or Rial.ZERO
    if amount == Rial.ZERO:
        credit.pay(session, statement, at)
        statement.state = StatementState.PAID
        return {"amount": 0, "order_no": None}
    order = _order(session, statement, amount, line, at)
    credit.pay(session, statement, at)
    tell_ordered(session, statement, order, certified_parts(statement))
    statement.state = StatementState.PAYMENT_ORDERED
    return {"order_no": order.order_no, "amount": amount.amount}


def _order(
    session: Session, statement: Statement, amount: Rial, line: CreditLine | None, at: datetime
) -> PaymentOrder:
    account = payee_account(session, statement.contract, at)
    if account is None or account.owner_id != statement.contract.contractor_id:
        raise RulesBroken([Problem("PAY-007", "account")])
    return order_payment(session, statement, account, amount, line, at)


@record_task("pay_on_account")
def pay_on_account(records: Records, _: Answers) -> Mapping[str, Json]:
    """Order the payment on account; the next certificate nets it (R-STM-24).

    Raises:
        RulesBroken: ``STM-024`` nothing to pay, ``PAY-007`` no account, ``BUD-002``,
            ``BUD-005`` no credit, ``STM-058`` the complaints board holds the contract back.
    """
    session = records.session
    statement = statement_of(session, records.instance_id)
    refuse(suspended(statement.contract))
    paid = paid_on_account(session, statement, local_date(records.at))
    if paid.payable <= Rial.ZERO:
        raise RulesBroken([Problem("STM-024")])
    line = credit.line_for(session, statement, local_date(records.at))
    if line is None:
        raise RulesBroken([Problem("BUD-005")])
    order = _order(session, statement, paid.payable, line, records.at)
    charge = paid.period - paid.advance_recovery
    refuse(credit.pay_at_once(session, statement, line, charge, records.at))
    parts = on_account_amounts(paid)
    tell_event(session, statement, "on_account_granted", parts, records.at)
    tell_ordered(session, statement, order, parts)
    if statement.state in _BEFORE_CERTIFICATE:
        statement.state = StatementState.ON_ACCOUNT_PAID
    return {
        "on_account_order_no": order.order_no,
        "on_account_paid": paid.payable.amount,
        "on_account_parts": on_account_parts(paid),
    }


@record_task("pay_advance")
def pay_advance(records: Records, _: Answers) -> Mapping[str, Json]:
    """Order an instalment of the advance; its recovery starts from the gross of today.

    Raises:
        RulesBroken: something changed since the control.
    """
    session = records.session
    statement = statement_of(session, records.instance_id)
    refuse(advance_problems(session, statement, records.at))
    amount = statement.payable or Rial.ZERO
    line = credit.charged(session, statement)
    order = _order(session, statement, amount, line, records.at)
    credit.pay(session, statement, records.at)
    granted = {"advance": amount, "payable": amount}
    tell_event(session, statement, "advance_granted", granted, records.at)
    tell_ordered(session, statement, order, {})
    session.add(
        AdvanceInstalment(
            contract_id=statement.contract_id,
            statement_id=statement.id,
            amount=amount,
            gross_at_payment=certified_gross(session, statement),
            paid_on=local_date(records.at),
        )
    )
    statement.state = StatementState.PAYMENT_ORDERED
    return {"order_no": order.order_no, "amount": amount.amount}


@record_task("pay_release")
def pay_release(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Pay a release from the deposit account; the second half before the first pays both.

    Raises:
        RulesBroken: something changed since the control.
    """
    session = records.session
    statement = statement_of(session, records.instance_id)
    refuse(release_control(session, statement, dict(answers), records.at))
    return order_release(session, statement, Half(answers.text("half")), records.at)


def order_release(
    session: Session, statement: Statement, half: Half, at: datetime
) -> dict[str, Json]:
    """Order what is given back of the retention; the debts it nets are settled."""
    result = computed(session, statement, half)
    order = None
    if result.payable > Rial.ZERO:
        order = _order(session, statement, result.payable, None, at)
    parts_told = settled(session, statement, result)
    tell_event(session, statement, "retention_released", parts_told, at)
    if order is not None:
        tell_ordered(session, statement, order, parts_told)
    first = min(retention_halves(result.amount)[0], result.amount)
    parts = {1: first, 2: result.amount - first} if len(result.halves) == 2 else None
    for part, amount in (parts or {1 if half is Half.FIRST else 2: result.amount}).items():
        session.add(
            RetentionRelease(
                contract_id=statement.contract_id,
                statement_id=statement.id,
                part=part,
                amount=amount,
                released_at=at,
            )
        )
    statement.deductions = [
        Deduction(type=DeductionType.RELEASE, amount=result.amount, position=1, legal_ref="4311/35")
    ]
    statement.net = statement.payable = result.payable
    statement.state = StatementState.PAYMENT_ORDERED
    return {
        "order_no": None if order is None else order.order_no,
        "amount": result.payable.amount,
    }
