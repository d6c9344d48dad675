"""What the books post when other areas tell what they have done."""

from __future__ import annotations

from engine.sdk import Session, hears
from engine.values import local_date
from engine.values.bookkeeping import AccountingEvent, AccountingEventUndone, JournalEntry
from engine.values.credit import (
    CommitmentRestored,
    CommitmentShrunk,
    CreditCommitted,
    CreditPaid,
    CreditReleased,
    CreditReserved,
)
from engine.values.payment import PaymentCleared, PaymentOrdered, PaymentReturned
from processes.accounting.commands import Happened, post, post_lines, reverse_last


@hears(AccountingEvent)
def post_event(session: Session, fact: AccountingEvent) -> None:
    """Post an event by the template of its kind."""
    happened = Happened.told(fact, fact.kind, fact.on, fact.description, fact.contract)
    post(session, happened, fact.amounts, party=fact.party)


@hears(AccountingEventUndone)
def undo_event(session: Session, fact: AccountingEventUndone) -> None:
    """Reverse what was posted for an event that is taken back."""
    reverse_last(session, Happened.told(fact, fact.kind, fact.on, fact.reason))


@hears(JournalEntry)
def post_entry(session: Session, fact: JournalEntry) -> None:
    """Post an entry that names its accounts."""
    happened = Happened.told(fact, "journal", fact.on, fact.description, fact.contract)
    post_lines(session, happened, fact.lines)


@hears(CreditReserved)
def post_reservation(session: Session, fact: CreditReserved) -> None:
    """Show credit set aside."""
    _post_credit(session, fact, "credit_reserved")


@hears(CreditCommitted)
def post_commitment(session: Session, fact: CreditCommitted) -> None:
    """Show credit that is owed by contract."""
    _post_credit(session, fact, "credit_committed")


@hears(CreditReleased)
def post_release(session: Session, fact: CreditReleased) -> None:
    """Show credit that is free again."""
    _post_credit(session, fact, "commitment_released" if fact.committed else "credit_released")


@hears(CreditPaid)
def post_spending(session: Session, fact: CreditPaid) -> None:
    """Show credit that is spent."""
    _post_credit(session, fact, "credit_paid")


@hears(CommitmentShrunk)
def post_shrunk(session: Session, fact: CommitmentShrunk) -> None:
    """Show that a commitment went over to another record, or is owed no more."""
    _post_credit(session, fact, "commitment_released")


@hears(CommitmentRestored)
def post_restored(session: Session, fact: CommitmentRestored) -> None:
    """Show that a commitment which had gone over is its record's own again."""
    _post_credit(session, fact, "commitment_restored")


def _post_credit(
    session: Session,
    fact: CreditReserved
    | CreditCommitted
    | CreditReleased
    | CreditPaid
    | CommitmentShrunk
    | CommitmentRestored,
    kind: str,
) -> None:
    happened = Happened.told(fact, kind, local_date(fact.at), fact.basis.number)
    post(session, happened, {"amount": fact.amount}, budget_line=fact.line)


@hears(PaymentOrdered)
def post_order(session: Session, fact: PaymentOrdered) -> None:
    """Show what is owed as on its way to the payee."""
    happened = Happened.told(fact, "payment_ordered", local_date(fact.at), fact.order_no)
    post(session, happened, {"amount": fact.amount}, party=fact.payee_id)


@hears(PaymentCleared)
def post_clearing(session: Session, fact: PaymentCleared) -> None:
    """Show that the bank has paid."""
    happened = Happened.told(
        fact, "payment_cleared", fact.on, f"{fact.order_no} · {fact.bank_reference}"
    )
    post(session, happened, {"amount": fact.amount})


@hears(PaymentReturned)
def post_returned(session: Session, fact: PaymentReturned) -> None:
    """Show that what was on its way is owed again."""
    happened = Happened.told(fact, "payment_returned", fact.on, f"{fact.order_no} · {fact.reason}")
    post(session, happened, {"amount": fact.amount})
