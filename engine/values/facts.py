"""What one area tells the others: frozen facts, in words that all of them share.

Money promised and paid is in `engine.values.credit`, what the books take in
`engine.values.bookkeeping`, orders to the bank in `engine.values.payment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Basis:
    """The record that a fact is about: where it is kept, and as people know it."""

    area: str  #: such as ``contractor_statement``
    kind: str  #: of record: ``statement``, ``voucher``, ``payment_order``
    id: UUID
    number: str  #: as it is printed
    instance_id: UUID | None = None  #: the case in which it happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that has happened in an area, told in the transaction that did it.

    It is told once and never changes; a mistake is another fact.
    """

    unit: str  #: the executive unit whose money or act it is
    basis: Basis
    at: datetime
    by: str | None = None  #: who did it; nobody when a machine did
