"""What other areas tell (ADR 45): the bank has paid a statement, or the money came back; a
contract for works was signed, supplemented or suspended; a guarantee of one stands otherwise.
"""

from __future__ import annotations

from engine.sdk import Session, also_acts, hears
from engine.values.contracting import (
    ContractSupplemented,
    ContractSuspended,
    GuaranteeKept,
    WorksContracted,
)
from engine.values.payment import PaymentCleared, PaymentReturned
from processes.contractor_statement.answers.paying import SETTLED, is_owed, order_numbered
from processes.contractor_statement.commands.contracting import (
    keep_contracted,
    keep_guarantee,
    keep_supplemented,
    keep_suspended,
)
from processes.contractor_statement.records import (
    PaymentOrder,
    PaymentOrderState,
    Statement,
    StatementState,
)
from processes.contractor_statement.telling import AREA


@hears(PaymentCleared)
def take_payment(session: Session, fact: PaymentCleared) -> None:
    """Keep the bank's reference and day; a statement is paid when all its orders are."""
    order = _ordered(session, fact)
    if order is None:
        return
    order.state, order.bank_reference = PaymentOrderState.PAID, fact.bank_reference
    order.paid_on, order.returned_on, order.return_reason = fact.on, None, None
    session.flush()
    statement = session.get_one(Statement, order.statement_id)
    if statement.state is StatementState.PAYMENT_ORDERED and not is_owed(session, statement):
        statement.state = StatementState.PAID


@hears(PaymentReturned)
def take_return(session: Session, fact: PaymentReturned) -> None:
    """Keep why the money came back; the order stands, and payments pays it by another one."""
    order = _ordered(session, fact)
    if order is not None and order.state not in SETTLED:
        order.returned_on, order.return_reason = fact.on, fact.reason


def _ordered(session: Session, fact: PaymentCleared | PaymentReturned) -> PaymentOrder | None:
    return order_numbered(session, fact.order_no) if fact.basis.area == AREA else None


@hears(WorksContracted)
def take_contract(session: Session, fact: WorksContracted) -> None:
    """Let a signed contract for works be the contract of its statements.

    Whoever bids for the firm sends its statements, by the same account.
    """
    contract = keep_contracted(session, fact)
    also_acts(
        session, contract.contractor_id, of="BIDDER", role="CONTRACTOR",
        by=contract.imported_by, at=fact.at,
    )  # fmt: skip


@hears(ContractSupplemented)
def take_supplement(session: Session, fact: ContractSupplemented) -> None:
    """Let the contract of the statements follow its supplement."""
    keep_supplemented(session, fact)


@hears(ContractSuspended)
def take_suspension(session: Session, fact: ContractSuspended) -> None:
    """Pay nothing of a contract that the complaints board holds back."""
    keep_suspended(session, fact)


@hears(GuaranteeKept)
def take_guarantee(session: Session, fact: GuaranteeKept) -> None:
    """Let payments see a guarantee as the register has it."""
    keep_guarantee(session, fact)
