"""Contracts with firms, as the areas tell each other of them (`domain.md` §3.5, §3.14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.values.credit import Holder
from engine.values.facts import Fact
from engine.values.percentage import Percentage
from engine.values.rial import Rial


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill of quantities; the price of one is before tax."""

    code: str | None  #: of the price list
    title: str
    measure: str
    quantity: Decimal
    unit_price: Rial


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksContracted(Fact):
    """A contract for works was signed; its bill comes to its price, to the rial.

    Prices are those of the bid: no coefficient is applied to them. Who keeps the contracts of
    statements may refuse a number that is taken: ``CON-014``.
    """

    contract_no: str
    contractor_id: str  #: legal id, or a person's national code
    contractor_name: str
    subject: str
    on: date  #: of the signature
    starts_on: date
    duration_days: int
    price: Rial  #: before tax
    advance: Percentage
    base_quarter: str | None  #: of an adjustable contract, such as ``1404Q2``
    bill: tuple[BillLine, ...]
    credit: Holder | None = None  #: whose commitment pays its statements


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSupplemented(Fact):
    """A supplement (الحاقیه) to a contract was signed."""

    contract_no: str
    supplement_no: str
    on: date
    amount_change: Rial  #: below nothing where it takes away
    days_added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSuspended(Fact):
    """The complaints board holds a contract back (§3.9), or lets it go on."""

    contract_no: str
    because: str | None  #: number of the complaint; ``None``: it goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEnded(Fact):
    """Nothing more is paid of a contract's price: accepted or terminated, its account settled."""

    contract_no: str
    on: date
    is_terminated: bool  #: not finally accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeKept(Fact):
    """What the register of guarantees says now of one that concerns a contract."""

    contract_no: str
    kind: str  #: ``PERFORMANCE``, ``ADVANCE``, ``RETENTION``
    issuer: str
    number: str  #: one of each issuer
    amount: Rial  #: of one that is shared what stands for this contract; it may be nothing
    valid_until: date
    state: str  #: of the register: ``ACTIVE``, ``CALLED``, ``RELEASED``, …
    is_shared: bool = False  #: given for a framework: it stands for all that is called off from it
