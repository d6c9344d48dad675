"""Payroll lists: one paper, many payees (لیست حقوق، §2.2)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial


class PayrollList(Base):
    """Who gets what of one payroll; approved by one voucher, paid to each by an order."""

    __tablename__ = "payroll_list"
    __table_args__ = (UniqueConstraint("unit", "title"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    title: Mapped[str]  #: as the paper is called, once in a unit
    digest: Mapped[str]  #: SHA-256 of the file it was read from
    voucher_id: Mapped[UUID | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    lines: Mapped[list[PayrollLine]] = relationship(
        order_by="PayrollLine.position", cascade="all, delete-orphan"
    )

    def total(self, part: str) -> Rial:
        """Return the sum of ``gross``, ``insurance``, ``tax``, ``other`` or ``net``."""
        return Rial.total(getattr(each, part) for each in self.lines)

    @property
    def is_paid(self) -> bool:
        """Whether the bank has paid everybody."""
        return all(each.paid_on is not None for each in self.lines)


class PayrollLine(Base):
    """What one person gets."""

    __tablename__ = "payroll_line"
    __table_args__ = (UniqueConstraint("list_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("payroll_list.id"), index=True)
    position: Mapped[int]
    payee_id: Mapped[str]
    name: Mapped[str]
    iban: Mapped[str]
    gross: Mapped[Rial]
    insurance: Mapped[Rial]
    tax: Mapped[Rial]
    other: Mapped[Rial]
    net: Mapped[Rial]
    order_no: Mapped[str | None]  #: under which its payment was ordered
    paid_on: Mapped[date | None]
    bank_reference: Mapped[str | None]
    returned_because: Mapped[str | None]  #: the bank's reason, until it is paid
