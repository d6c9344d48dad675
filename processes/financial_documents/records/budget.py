"""Budget lines, what is held on them, and every booking (`domain.md` §2.5)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.financial_documents.records.columns import code_column
from processes.financial_documents.rules.budget import Credit, CreditType

_CLOSED = text("reopened_at IS NULL")


class BudgetLine(Base):
    """A budget line of a unit in one fiscal year; its figures are the sums of its entries."""

    __tablename__ = "budget_line"
    __table_args__ = (UniqueConstraint("unit", "fiscal_year", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    fiscal_year: Mapped[int]  #: Jalali
    code: Mapped[str]  #: programme, activity and economic code, as the budget book numbers it
    title: Mapped[str]
    credit_type: Mapped[CreditType] = mapped_column(code_column(CreditType))
    approved: Mapped[Rial]
    allocated: Mapped[Rial]
    reserved: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    committed: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    paid: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    strict: Mapped[bool] = mapped_column(default=True)  #: R-BUD-01
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def credit(self) -> Credit:
        """The figures as the rules read them."""
        return Credit(
            self.approved, self.allocated, self.reserved, self.committed, self.paid, self.strict
        )


class HoldingState(enum.Enum):
    """Where money that is promised stands."""

    RESERVED = "RESERVED"  #: تأمین اعتبار
    COMMITTED = "COMMITTED"  #: تعهد
    PAID = "PAID"
    RETURNED = "RETURNED"  #: given back
    EXPIRED = "EXPIRED"  #: R-BUD-03
    CARRIED = "CARRIED"  #: to a line of the new year (R-BUD-06)


class BudgetHolding(Base):
    """Money of a line that one record holds: a voucher, or a record of another area."""

    __tablename__ = "budget_holding"
    __table_args__ = (Index("ix_budget_holding_subject", "area", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_line.id"), index=True)
    area: Mapped[str]  #: of the record
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    subject_number: Mapped[str]  #: as it is printed
    instance_id: Mapped[UUID | None]
    amount: Mapped[Rial]
    state: Mapped[HoldingState] = mapped_column(code_column(HoldingState))
    reserved_at: Mapped[datetime]
    expires_on: Mapped[date]  #: its last day while it is only reserved
    taken_by: Mapped[UUID | None] = mapped_column(index=True)  #: the voucher it went over to
    line: Mapped[BudgetLine] = relationship()


class EntryKind(enum.Enum):
    """What a booking does to its line."""

    RESERVE = "RESERVE"
    RELEASE = "RELEASE"
    EXPIRE = "EXPIRE"
    COMMIT = "COMMIT"
    UNCOMMIT = "UNCOMMIT"
    DROP = "DROP"  #: a commitment that ends unpaid
    CARRY_OUT = "CARRY_OUT"
    CARRY_IN = "CARRY_IN"
    PAY = "PAY"
    REFUND = "REFUND"
    APPROVE = "APPROVE"  #: the budget, or a transfer of it
    ALLOCATE = "ALLOCATE"


class BudgetEntry(Base):
    """One booking on a line; none is ever changed."""

    __tablename__ = "budget_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_line.id"), index=True)
    holding_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_holding.id"))
    kind: Mapped[EntryKind] = mapped_column(code_column(EntryKind))
    amount: Mapped[Rial]  #: negative only where the budget or its allocation shrinks
    at: Mapped[datetime]
    by: Mapped[str | None]
    note: Mapped[str | None]  #: the council's minute, the reason


class ClosedYear(Base):
    """A fiscal year of a unit that takes no more postings, unless it was reopened (R-BUD-06).

    A reopening keeps who did it and why, for the auditor; the year may be closed once more.
    """

    __tablename__ = "closed_year"
    __table_args__ = (
        Index(
            "uq_closed_year_standing",
            "unit",
            "fiscal_year",
            unique=True,
            sqlite_where=_CLOSED,
            postgresql_where=_CLOSED,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    fiscal_year: Mapped[int]
    closed_at: Mapped[datetime]
    closed_by: Mapped[str]
    reopened_at: Mapped[datetime | None]
    reopened_by: Mapped[str | None]
    reopened_because: Mapped[str | None]
