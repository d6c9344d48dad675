"""What is published because something happened, here or in another area (ADR 45)."""

from __future__ import annotations

from typing import Final

from engine.sdk import Session, hears
from engine.values.credit import CreditReserved
from engine.values.payment import PaymentCleared
from processes.transactions.publication.events import Paid, Party, Planned
from processes.transactions.publication.publishing import (
    contract_published,
    process_of,
    publish,
)
from processes.transactions.records import PublishedProcess, PurchaseRequest

_OURS: Final = "transactions"
_STATEMENTS: Final = "contractor_statement"


@hears(CreditReserved)
def publish_plan(session: Session, fact: CreditReserved) -> None:
    """Publish what is to be bought once its credit is reserved; reserved again, it is known."""
    if fact.basis.area != _OURS:
        return
    request = session.get_one(PurchaseRequest, fact.basis.id)
    process = process_of(session, fact.basis.number, fact.unit)
    if session.get(PublishedProcess, process.ocid) is None:
        plan = Planned(
            at=fact.at,
            rationale=request.purpose or request.subject,
            budget_id=f"{fact.year}-{fact.line}",
            budget_description=request.subject,
            amount=fact.amount,
        )
        publish(session, process, plan)


@hears(PaymentCleared)
def publish_payment(session: Session, fact: PaymentCleared) -> None:
    """Publish what a statement's contractor was paid, where the contract was published.

    A statement is numbered after its contract: ``<contract>/<kind>/<number>``. What goes
    elsewhere, to tax or social security, is no payment to the supplier.
    """
    if fact.basis.area != _STATEMENTS:
        return
    found = contract_published(session, fact.basis.number.rsplit("/", 2)[0])
    if found is None:
        return
    process, contract = found
    paid = Paid(
        at=fact.at,
        contract_no=contract.contract_no,
        transaction=fact.order_no,
        amount=fact.amount,
        payee=Party(contract.supplier_id, contract.supplier_name),
        on=fact.on,
    )
    publish(session, process, paid)
