"""Entries of the books. They are added and read, and never changed nor deleted."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial


class LedgerEntry(Base):
    """One entry (سند): why, when, of what, and lines whose two sides are equal.

    A database of its own accord refuses to change or delete one, and PostgreSQL to commit
    one whose lines do not add up.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("unit", "year", "number"),
        Index("ix_ledger_entry_basis_id_kind", "basis_id", "kind"),
        {"info": {"append_only": True}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    year: Mapped[int]  #: fiscal, that is Jalali
    number: Mapped[int]  #: from 1 in each unit and year, without gaps
    on: Mapped[date]  #: the day it counts for
    kind: Mapped[str]  #: of posting template
    description: Mapped[str]
    contract: Mapped[str | None]
    basis_area: Mapped[str]
    basis_kind: Mapped[str]
    basis_id: Mapped[UUID]
    basis_number: Mapped[str]
    instance_id: Mapped[UUID | None]  #: the case in which it happened
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    total: Mapped[Rial]  #: of each side
    posted_at: Mapped[datetime]
    posted_by: Mapped[str | None]  #: user name; nobody where a case went on by itself

    lines: Mapped[list[LedgerLine]] = relationship(order_by="LedgerLine.position")


class LedgerLine(Base):
    """One line of an entry, on one side of one account."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        UniqueConstraint("entry_id", "position"),
        CheckConstraint(
            "debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0)", name="one_side"
        ),
        {"info": {"append_only": True}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entry.id"))
    position: Mapped[int]
    account: Mapped[str] = mapped_column(index=True)
    debit: Mapped[Rial]
    credit: Mapped[Rial]
    party: Mapped[str | None]
    budget_line: Mapped[str | None]
