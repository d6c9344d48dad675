"""May a statement be paid, to which account, and the order that pays it (§1.5, §4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import Json, Problem, next_number
from engine.values import JalaliDate, Rial, in_persian_words, local_date
from processes.contractor_statement.queries import advance_paid
from processes.contractor_statement.records import (
    Contract,
    CreditLine,
    Guarantee,
    GuaranteeKind,
    GuaranteeState,
    PayeeAccount,
    PaymentOrder,
    PaymentOrderState,
    Statement,
)
from processes.contractor_statement.registry import review_times
from processes.contractor_statement.rules import Guarantee as GuaranteeTerms
from processes.contractor_statement.rules import GuaranteeKind as GuaranteeUse
from processes.contractor_statement.rules import Payment, advance_total, check_payment

DEPOSIT: Final = "DEPOSIT"
SETTLED: Final = (PaymentOrderState.PAID, PaymentOrderState.CANCELLED)
_ENDED: Final = (GuaranteeState.RELEASED, GuaranteeState.EXPIRED)


def payment_problems(
    session: Session,
    statement: Statement,
    at: datetime,
    *,
    broken: Sequence[Problem] = (),
    advance: Rial | None = None,
) -> list[Problem]:
    """Return what stands in the way of paying a statement today, warnings included.

    Args:
        broken: approvals that do not stand (``STM-027``).
        advance: the advance outstanding after the payment; by default by the certificate.
    """
    contract, amount = statement.contract, statement.payable or Rial.ZERO
    if amount == Rial.ZERO:
        return list(broken)
    account = payee_account(session, contract, at)
    payment = Payment(
        amount=amount,
        certified=amount,
        contractor_id=contract.contractor_id,
        payee_id=contract.contractor_id,
        owner_id="" if account is None else account.owner_id,
        pay_on=local_date(at),
        advance_outstanding=outstanding(session, statement) if advance is None else advance,
    )
    times = review_times(local_date(at))
    found = check_payment(payment, guarantee_terms(session, contract), times)
    return [*suspended(contract), *found, *broken]


def suspended(contract: Contract, field: str | None = None) -> list[Problem]:
    """Return ``STM-058`` where the complaints board holds the contract back (§3.9)."""
    if contract.suspended_for is None:
        return []
    return [Problem("STM-058", field, {"number": contract.suspended_for})]


def outstanding(session: Session, statement: Statement) -> Rial:
    """Return the advance still to be recovered after a certified statement."""
    to_date: Mapping[str, int] = (statement.figures or {}).get("to_date", {})
    paid = advance_total(advance_paid(session, statement.contract_id))
    return paid - Rial(to_date.get("advance", 0))


def guarantees_of(session: Session, contract: Contract) -> list[Guarantee]:
    """Return the guarantees of a contract that still stand for something."""
    query = select(Guarantee).where(
        Guarantee.contract_id == contract.id, Guarantee.state.not_in(_ENDED)
    )
    return list(session.scalars(query.order_by(Guarantee.valid_until)))


def guarantee_terms(session: Session, contract: Contract) -> list[GuaranteeTerms]:
    """Return the guarantees as the payment check reads them; a cashed one is money kept."""
    return [
        GuaranteeTerms(
            each.number,
            GuaranteeUse(each.kind.value),
            each.amount,
            date.max if each.state is GuaranteeState.CALLED else each.valid_until,
        )
        for each in guarantees_of(session, contract)
        if each.kind is not GuaranteeKind.BID
    ]


def expiring(session: Session, contract: Contract, on: date) -> list[Guarantee]:
    """Return the guarantees that end so soon that somebody has to act (R-STM-20)."""
    until = on + timedelta(days=review_times(on).guarantee_warning_days)
    return [
        each
        for each in guarantees_of(session, contract)
        if each.state is not GuaranteeState.CALLED and each.valid_until <= until
    ]


def payee_account(session: Session, contract: Contract, at: datetime) -> PayeeAccount | None:
    """Return the contractor's newest verified account that may be paid to today."""
    query = select(PayeeAccount).where(
        PayeeAccount.party == contract.contractor_id,
        PayeeAccount.verified_at.is_not(None),
        PayeeAccount.valid_from <= at,
    )
    return session.scalar(query.order_by(PayeeAccount.valid_from.desc()).limit(1))


def order_payment(
    session: Session,
    statement: Statement,
    account: PayeeAccount,
    amount: Rial,
    line: CreditLine | None,
    at: datetime,
) -> PaymentOrder:
    """Issue a payment order; without a credit line it is paid from the deposit account."""
    contract = statement.contract
    year = JalaliDate.of(local_date(at)).year
    number = next_number(session, f"payment_order/{contract.unit}/{year}")
    order = PaymentOrder(
        order_no=f"{contract.unit}-{year}-{number:06d}",
        unit=contract.unit,
        statement_id=statement.id,
        payee_id=account.owner_id,
        payee_name=account.owner_name,
        payee_iban=account.iban,
        amount=amount,
        amount_in_words=in_persian_words(amount.amount),
        credit_line_id=None if line is None else line.id,
        debit_account=DEPOSIT if line is None else line.code,
        due_on=local_date(at),
        issued_at=at,
    )
    session.add(order)
    return order


def order_numbered(session: Session, number: str) -> PaymentOrder | None:
    """Return an order by its number, held against every other change of it."""
    query = select(PaymentOrder).where(PaymentOrder.order_no == number)
    return session.scalar(query.with_for_update())


def is_owed(session: Session, statement: Statement) -> bool:
    """Tell whether an order of a statement has still to be paid."""
    query = select(PaymentOrder.id).where(
        PaymentOrder.statement_id == statement.id, PaymentOrder.state.not_in(SETTLED)
    )
    return session.scalar(query.limit(1)) is not None


def told(problems: Sequence[Problem]) -> list[Json]:
    """Return problems as a case keeps them, for a fact of a form that says them in words."""
    return [{"code": each.code, "params": dict(each.params)} for each in problems]
