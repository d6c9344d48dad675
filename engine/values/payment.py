"""Orders to the bank, as the areas tell each other of them (`domain.md` §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.values.facts import Fact
from engine.values.rial import Rial


@dataclass(frozen=True, slots=True)
class PaymentLeg:
    """Where a part of what is due goes: to the payee, or to a deposit or liability account."""

    purpose: str  #: ``payee``, ``retention``, ``insurance``, ``tax``, ``advance``, …
    amount: Rial  #: below nothing where the payee gets something back


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrdered(Fact):
    """A payment is ordered (حواله); ``basis`` is what is paid: a statement, a voucher.

    The legs add up to what is paid for with its tax (R-PAY-09); only that of the payee leaves.
    """

    order_no: str
    amount: Rial  #: to the payee
    payee_id: str  #: national code, or id of a legal entity
    payee_name: str
    payee_iban: str
    due_on: date
    legs: tuple[PaymentLeg, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCleared(Fact):
    """The bank has paid an order: the money is in the payee's account."""

    order_no: str
    amount: Rial
    on: date
    bank_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReturned(Fact):
    """The bank has not paid an order, or the payee gave it back: the money is ours again."""

    order_no: str
    amount: Rial
    on: date
    reason: str
