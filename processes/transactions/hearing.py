"""What is published because something happened, here or in another area (ADR 45)."""

from __future__ import annotations

from typing import Final

from engine.sdk import Session, hears
from engine.values.contracting import ContractEnded
from engine.values.credit import CreditReserved, CreditSecured
from engine.values.payment import PaymentCleared
from engine.values.purchasing import OrderPaid
from processes.transactions.answers.contract_ends import contract_in_force, end_contract
from processes.transactions.publication import purchases
from processes.transactions.publication.events import Paid, Party
from processes.transactions.publication.publishing import contract_published, publish
from processes.transactions.records import PurchaseRequest

_OURS: Final = "transactions"
_STATEMENTS: Final = "contractor_statement"
# kept as people read it, as other reasons are
_ACCEPTED: Final = "تحویل قطعی و تسویهٔ حساب"
_TERMINATED: Final = "خاتمه یا فسخ، و تسویهٔ حساب"


@hears(CreditSecured)
def publish_grown(session: Session, fact: CreditSecured) -> None:
    """Publish a plan again whose credit grew with the price."""
    _publish_plan(session, fact)


@hears(CreditReserved)
def publish_plan(session: Session, fact: CreditReserved) -> None:
    """Publish what is to be bought once its credit is reserved."""
    _publish_plan(session, fact)


def _publish_plan(session: Session, fact: CreditReserved | CreditSecured) -> None:
    if fact.basis.area == _OURS:
        purchases.publish_plan(session, session.get_one(PurchaseRequest, fact.basis.id), fact.at)


@hears(ContractEnded)
def end(session: Session, fact: ContractEnded) -> None:
    """End a contract whose works are accepted or terminated, and its account settled."""
    found = contract_in_force(session, fact.unit, fact.contract_no)
    if found is not None:
        end_contract(session, found, _TERMINATED if fact.is_terminated else _ACCEPTED, fact.at)


@hears(PaymentCleared)
def publish_payment(session: Session, fact: PaymentCleared) -> None:
    """Publish what a statement's contractor was paid, where the contract was published.

    A statement is numbered after its contract: ``<contract>/<kind>/<number>``. What goes
    elsewhere, to tax or social security, is no payment to the supplier.
    """
    if fact.basis.area != _STATEMENTS:
        return
    contract_no = fact.basis.number.rsplit("/", 2)[0]
    _publish_paid(session, fact, contract_no, transaction=fact.order_no)


@hears(OrderPaid)
def publish_order_payment(session: Session, fact: OrderPaid) -> None:
    """Publish what an order's supplier was paid, by the number of the voucher."""
    _publish_paid(session, fact, fact.order_no, transaction=fact.basis.number)


def _publish_paid(
    session: Session, fact: PaymentCleared | OrderPaid, contract_no: str, *, transaction: str
) -> None:
    found = contract_published(session, contract_no)
    if found is None:
        return
    process, contract = found
    paid = Paid(
        at=fact.at,
        contract_no=contract.contract_no,
        transaction=transaction,
        amount=fact.amount,
        payee=Party(contract.supplier_id, contract.supplier_name),
        on=fact.on,
    )
    publish(session, process, paid)
