"""What the area tells the others: credit it takes, what the books post, orders to pay (ADR 45)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.sdk import RulesBroken, Session, announce
from engine.values import Rial, local_date
from engine.values.bookkeeping import AccountingEvent, AccountingEventUndone
from engine.values.credit import (
    CreditCommitted,
    CreditPaid,
    CreditReleased,
    CreditReserved,
    Holder,
)
from engine.values.facts import Basis
from engine.values.payment import PaymentLeg, PaymentOrdered
from processes.contractor_statement.records import (
    Contract,
    CreditLine,
    PaymentOrder,
    Statement,
    StatementKind,
)
from processes.contractor_statement.rules import Certificate

AREA: Final = "contractor_statement"
CERTIFIED: Final = "statement_certified"
#: What a certificate keeps from the contractor, and the leg that says where it goes (R-PAY-09).
_LEGS: Final[Mapping[str, str]] = {
    "retention": "retention",
    "advance_recovery": "advance",
    "social_security": "insurance",
    "withholding_tax": "tax",
    "penalty": "penalty",
    "on_account": "on_account",
    "debt_brought": "debt",
    "carried_debt": "debt",
    "other_debts": "debt",
}
#: The parts of a certificate that are posted, as its figures name them.
_PARTS: Final = (
    "period",
    "vat",
    "releases",
    "retention",
    "advance_recovery",
    "social_security",
    "withholding_tax",
    "penalty",
    "on_account",
    "debt_brought",
    "other_debts",
    "payable",
    "accrual",
)


def basis_of(statement: Statement) -> Basis:
    """Return how a statement is named to the other areas."""
    number = f"{statement.contract.contract_no}/{statement.kind.value}/{statement.no}"
    return Basis(AREA, "statement", statement.id, number, statement.instance_id)


def tell_credit(
    session: Session,
    statement: Statement,
    line: CreditLine,
    kind: type[CreditReserved | CreditCommitted | CreditPaid],
    amount: Rial,
    at: datetime,
) -> None:
    """Tell what became of credit, unless it is none.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``FIN-012`` by who keeps the budget of the line.
    """
    if amount == Rial.ZERO:
        return
    fact = kind(
        unit=line.unit,
        basis=basis_of(statement),
        at=at,
        year=line.fiscal_year,
        line=line.code,
        amount=amount,
        out_of=_committed_for(statement),
    )
    try:
        announce(session, fact)
    except RulesBroken as refused:
        told = [replace(each, field="credit_line_id") for each in refused.problems]
        raise RulesBroken(told) from refused


def _committed_for(statement: Statement) -> Holder | None:
    """Return who has committed what a statement costs: its contract, but for adjusted prices.

    Those come on top of the price, and so of what was committed for it (§1.11).
    """
    if statement.kind is StatementKind.ADJUSTMENT:
        return None
    return statement.contract.credit


def tell_credit_back(
    session: Session,
    statement: Statement,
    line: CreditLine,
    amount: Rial,
    at: datetime,
    *,
    committed: bool,
) -> None:
    """Tell that credit is free again, unless it is none."""
    if amount == Rial.ZERO:
        return
    announce(
        session,
        CreditReleased(
            unit=line.unit,
            basis=basis_of(statement),
            at=at,
            year=line.fiscal_year,
            line=line.code,
            amount=amount,
            committed=committed,
        ),
    )


def tell_certified(session: Session, statement: Statement, at: datetime) -> None:
    """Tell what a certificate comes to, in the parts of R-STM-13."""
    tell_event(session, statement, CERTIFIED, certified_parts(statement), at)


def certified_parts(statement: Statement) -> dict[str, Rial]:
    """Return the parts of a certificate; what the contractor owes after it is carried."""
    figures = statement.figures or {}
    parts = {part: Rial(figures.get(part, 0)) for part in _PARTS}
    net = statement.net or Rial.ZERO
    return {**parts, "debt_carried": max(-net, Rial.ZERO)}


def tell_uncertified(session: Session, statement: Statement, at: datetime) -> None:
    """Tell that the approval of a certificate was taken back."""
    basis = basis_of(statement)
    announce(
        session,
        AccountingEventUndone(
            unit=statement.contract.unit,
            basis=basis,
            at=at,
            kind=CERTIFIED,
            on=local_date(at),
            reason=basis.number,
        ),
    )


def on_account_amounts(paid: Certificate) -> dict[str, Rial]:
    """Return the parts of a payment on account (R-STM-24)."""
    return {
        "period": paid.period,
        "retention": paid.retention,
        "advance_recovery": paid.advance_recovery,
        "social_security": paid.social_security,
        "debt_brought": paid.debt_brought,
        "payable": paid.payable,
        "accrual": paid.accrual,
    }


def tell_event(
    session: Session,
    statement: Statement,
    kind: str,
    amounts: Mapping[str, Rial],
    at: datetime,
) -> None:
    """Tell an event of a statement for the books."""
    basis = basis_of(statement)
    _tell(session, statement.contract, kind, basis, amounts, at)


def tell_of_contract(
    session: Session,
    contract: Contract,
    kind: str,
    record: tuple[str, UUID, str],
    amounts: Mapping[str, Rial],
    at: datetime,
) -> None:
    """Tell an event of a contract for the books.

    Args:
        record: what it is about: its kind, id, and number as people know it.
    """
    what, record_id, number = record
    basis = Basis(AREA, what, record_id, f"{contract.contract_no}/{number}")
    _tell(session, contract, kind, basis, amounts, at)


def _tell(
    session: Session,
    contract: Contract,
    kind: str,
    basis: Basis,
    amounts: Mapping[str, Rial],
    at: datetime,
) -> None:
    announce(
        session,
        AccountingEvent(
            unit=contract.unit,
            basis=basis,
            at=at,
            kind=kind,
            on=local_date(at),
            amounts=amounts,
            description=basis.number,
            party=contract.contractor_id,
            contract=contract.contract_no,
        ),
    )


def tell_ordered(
    session: Session, statement: Statement, order: PaymentOrder, amounts: Mapping[str, Rial]
) -> None:
    """Tell that a payment was ordered; its legs say where all of it goes (R-PAY-09).

    Args:
        amounts: the parts of what is paid, as they are posted.
    """
    announce(
        session,
        PaymentOrdered(
            unit=order.unit,
            basis=basis_of(statement),
            at=order.issued_at,
            order_no=order.order_no,
            amount=order.amount,
            payee_id=order.payee_id,
            payee_name=order.payee_name,
            payee_iban=order.payee_iban,
            due_on=order.due_on or local_date(order.issued_at),
            legs=legs_of(order.amount, amounts),
        ),
    )


def legs_of(paid: Rial, amounts: Mapping[str, Rial]) -> tuple[PaymentLeg, ...]:
    """Return where the whole of a payment goes: to the payee, and what is kept of it.

    Together they are the work of the period, its tax and what was released.
    """
    kept = [
        PaymentLeg(purpose, amounts[part])
        for part, purpose in _LEGS.items()
        if amounts.get(part, Rial.ZERO) != Rial.ZERO
    ]
    return (PaymentLeg("payee", paid), *kept)
