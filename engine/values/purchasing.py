"""Orders to suppliers, as the areas tell each other of them (`domain.md` §2.4, §3.13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.values.facts import Fact
from engine.values.rial import Rial


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """One thing that is ordered; the price is before tax."""

    title: str
    measure: str
    quantity: Decimal
    unit_price: Rial


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrdered(Fact):
    """Something is ordered from a supplier; ``basis`` is the request whose credit it takes.

    ``by`` is the buyer, who then does not receive it (SOD-006). What is called off from a framework
    is promised up to the framework's own ceiling, and splits nothing (R-DEL-04).
    """

    order_no: str
    is_service: bool  #: accepted, not received (R-FIN-05)
    supplier_id: str  #: national code, or id of a legal entity
    supplier_name: str
    subject: str
    on: date
    lines: tuple[OrderedLine, ...]
    framework: str | None = None  #: number of the framework that it is called off from


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid(Fact):
    """The supplier of an announced order was paid; ``basis`` is the voucher that asked for it."""

    order_no: str
    amount: Rial  #: that went to the supplier, with its tax and without what was withheld
    on: date  #: of the bank
