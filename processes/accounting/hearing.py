"""What the books post when other areas tell what they have done."""

from __future__ import annotations

from engine.sdk import Session, hears
from engine.values import local_date
from engine.values.bookkeeping import AccountingEvent, AccountingEventUndone, JournalEntry
from engine.values.payment import PaymentCleared, PaymentOrdered, PaymentReturned
from processes.accounting.commands import Happened, post, post_lines, reverse_last


@hears(AccountingEvent)
def post_event(session: Session, fact: AccountingEvent) -> None:
    """Post an event by the template of its kind."""
    happened = Happened.told(fact, fact.kind, fact.on, fact.description, fact.contract)
    post(session, happened, fact.amounts, party=fact.party, budget_line=fact.budget_line)


@hears(AccountingEventUndone)
def undo_event(session: Session, fact: AccountingEventUndone) -> None:
    """Reverse what was posted for an event that is taken back."""
    reverse_last(session, Happened.told(fact, fact.kind, fact.on, fact.reason))


@hears(JournalEntry)
def post_entry(session: Session, fact: JournalEntry) -> None:
    """Post an entry that names its accounts."""
    happened = Happened.told(fact, "journal", fact.on, fact.description, fact.contract)
    post_lines(session, happened, fact.lines)


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
