"""Guarantees of the demonstration: received, confirmed with the issuer and put in force."""

from __future__ import annotations

from datetime import date, timedelta

from engine.sdk import DemoOffice
from engine.values import JalaliDate, Rial, local_date
from processes.transactions.commands import guarantees
from processes.transactions.rules.guarantee_register import Kind


def in_force(
    office: DemoOffice, kind: Kind, number: str, concerns: str, amount: Rial, needed_until: date
) -> str:
    """Take a guarantee of a bank for what it has to hold; return its id in the register."""
    today = local_date(office.at)
    typed = {
        "kind": kind.value, "form": "BANK", "number": number, "branch": "مرکزی",
        "issuer": "بانک نمونه (نمایشی)", "amount": str(amount.amount), "beneficiary": "D07",
        "concerns": concerns, "required_amount": str(amount.amount), "since": _typed(today),
        "until": _typed(needed_until + timedelta(days=60)), "required_until": _typed(needed_until),
        "reference": "ب/۱۲",
    }  # fmt: skip
    expert, uow = office.actor("fin_expert"), office.unit_of_work
    made = guarantees.receive(uow(), typed, actor=office.actor("proc_officer"), at=office.at)
    guarantees.verify(uow(), made, typed, actor=expert, at=office.at)
    guarantees.put_in_force(uow(), made, {}, actor=expert, at=office.at)
    return str(made)


def _typed(on: date) -> str:
    """Return a day as people type it."""
    return str(JalaliDate.of(on))
