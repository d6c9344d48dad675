"""Statements, their lines, and what was certified for them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Percentage, Rial
from processes.contractor_statement.records.columns import Rate, code_column
from processes.contractor_statement.records.contracts import Contract, ContractLine


class StatementKind(enum.Enum):
    """The kinds of document that end in a payment (`domain.md` §1.1)."""

    INTERIM = "INTERIM"
    ADVANCE = "ADVANCE"
    ADJUSTMENT = "ADJUSTMENT"
    FINAL = "FINAL"
    RETENTION_RELEASE = "RETENTION_RELEASE"


#: Kinds with a certificate of period and deductions; the others are single amounts.
COMPUTED = frozenset({StatementKind.INTERIM, StatementKind.FINAL, StatementKind.ADJUSTMENT})


class StatementState(enum.Enum):
    """Where a statement is on its way (`domain.md` §1.4)."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    SUPERVISOR_REVIEW = "SUPERVISOR_REVIEW"
    CONSULTANT_REVIEW = "CONSULTANT_REVIEW"
    OWNER_REVIEW = "OWNER_REVIEW"
    FINANCE_REVIEW = "FINANCE_REVIEW"
    APPROVED = "APPROVED"
    PAYMENT_ORDERED = "PAYMENT_ORDERED"
    PAID = "PAID"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    SUPERSEDED = "SUPERSEDED"
    ON_ACCOUNT_PAID = "ON_ACCOUNT_PAID"


#: Certified: the figures stand and later statements build on them (R-STM-18).
CERTIFIED = frozenset(
    {StatementState.APPROVED, StatementState.PAYMENT_ORDERED, StatementState.PAID}
)
#: Given up: the number may be used again.
ABANDONED = frozenset(
    {StatementState.REJECTED, StatementState.WITHDRAWN, StatementState.SUPERSEDED}
)
_NUMBER_TAKEN = text("state NOT IN ('REJECTED', 'WITHDRAWN', 'SUPERSEDED')")


class Statement(Base):
    """One statement (صورت‌وضعیت) of a contract; quantities live in its lines.

    The suffix of a column says whose word it is: none is the contractor's, the
    reviewers' stay empty until they change it.
    """

    __tablename__ = "statement"
    __table_args__ = (
        Index(
            "uq_statement_number",
            "contract_id",
            "kind",
            "no",
            unique=True,
            sqlite_where=_NUMBER_TAKEN,
            postgresql_where=_NUMBER_TAKEN,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    kind: Mapped[StatementKind] = mapped_column(code_column(StatementKind))
    no: Mapped[int]  #: without gaps per contract and kind
    #: the case; no foreign key, because the case is stored after its first rows are checked
    instance_id: Mapped[UUID | None] = mapped_column(unique=True)
    state: Mapped[StatementState] = mapped_column(code_column(StatementState))
    version: Mapped[int] = mapped_column(default=1)
    #: as the contract said when it was opened: a case under way keeps its steps (R-BPM-05)
    has_consultant: Mapped[bool] = mapped_column(default=True, server_default=true())
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    supervised_at: Mapped[datetime | None]  #: the supervisor has measured
    consulted_at: Mapped[datetime | None]  #: the consultant has signed
    approved_at: Mapped[datetime | None]
    cutoff: Mapped[date | None]

    mobilisation_progress: Mapped[Decimal | None]  #: a fraction, 0.2 is a fifth
    mobilisation_progress_supervisor: Mapped[Decimal | None]
    mobilisation_progress_consultant: Mapped[Decimal | None]
    mobilisation_progress_owner: Mapped[Decimal | None]
    site_materials: Mapped[Rial | None]
    site_materials_supervisor: Mapped[Rial | None]
    site_materials_consultant: Mapped[Rial | None]
    site_materials_owner: Mapped[Rial | None]
    penalty: Mapped[Rial] = mapped_column(default=Rial.ZERO)
    penalty_minute_no: Mapped[str | None]
    #: of the advance in this period, entered by the finance reviewer in place of the method's
    recovery: Mapped[Rial | None]
    recovery_minute_no: Mapped[str | None]

    #: the interim statement an adjustment adjusts, or the statement a new one replaces
    based_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement.id"))
    #: the certified statement whose totals were deducted (R-STM-18)
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement.id"))
    lines_total: Mapped[Rial | None]  #: cumulative, before coefficients
    works: Mapped[Rial | None]
    mobilisation: Mapped[Rial | None]
    gross: Mapped[Rial | None]  #: G of R-STM-05, cumulative
    period_amount: Mapped[Rial | None]  #: P of R-STM-06
    net: Mapped[Rial | None]  #: R-STM-13; negative is carried as a debt
    payable: Mapped[Rial | None]  #: what the payment order pays: net, or nothing
    claimed_lines_total: Mapped[Rial | None]
    claimed_gross: Mapped[Rial | None]
    figures: Mapped[Mapping[str, Any] | None]  #: every certified figure, rials as int

    contract: Mapped[Contract] = relationship()
    lines: Mapped[list[StatementLine]] = relationship(cascade="all, delete-orphan")
    deductions: Mapped[list[Deduction]] = relationship(
        cascade="all, delete-orphan", order_by="Deduction.position"
    )

    @property
    def agreed_mobilisation_progress(self) -> Decimal:
        """The last reviewer's word on mobilisation, the contractor's where none spoke."""
        return next(
            (
                each
                for each in (
                    self.mobilisation_progress_owner,
                    self.mobilisation_progress_consultant,
                    self.mobilisation_progress_supervisor,
                    self.mobilisation_progress,
                )
                if each is not None
            ),
            Decimal(0),
        )

    @property
    def agreed_site_materials(self) -> Rial:
        """The last reviewer's word on materials on site."""
        return next(
            (
                each
                for each in (
                    self.site_materials_owner,
                    self.site_materials_consultant,
                    self.site_materials_supervisor,
                    self.site_materials,
                )
                if each is not None
            ),
            Rial.ZERO,
        )


class StatementLine(Base):
    """The cumulative quantity of one contract line in one statement, party by party."""

    __tablename__ = "statement_line"
    __table_args__ = (UniqueConstraint("statement_id", "contract_line_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"))
    contract_line_id: Mapped[UUID] = mapped_column(ForeignKey("contract_line.id"), index=True)
    claimed: Mapped[Decimal | None]
    supervisor: Mapped[Decimal | None]
    consultant: Mapped[Decimal | None]
    owner: Mapped[Decimal | None]
    reason_claimed: Mapped[str | None]
    reason_supervisor: Mapped[str | None]
    reason_consultant: Mapped[str | None]
    reason_owner: Mapped[str | None]
    note_claimed: Mapped[str | None]
    note_supervisor: Mapped[str | None]
    note_consultant: Mapped[str | None]
    note_owner: Mapped[str | None]
    evidence: Mapped[str | None]  #: what a quantity above the claim rests on (STM-014)
    disputed: Mapped[bool] = mapped_column(default=False)  #: the contractor objected

    contract_line: Mapped[ContractLine] = relationship()

    @property
    def approved(self) -> Decimal | None:
        """The last reviewer's quantity, the claim where none has spoken."""
        return next(
            (
                each
                for each in (self.owner, self.consultant, self.supervisor, self.claimed)
                if each is not None
            ),
            None,
        )


class DeductionType(enum.Enum):
    """What is taken from, or added to, the work of a period (`domain.md` §1.3, R-STM-13)."""

    RETENTION = "RETENTION"
    ADVANCE = "ADVANCE"
    SSI = "SSI"
    TAX = "TAX"
    PENALTY = "PENALTY"
    OTHER_DEBT = "OTHER_DEBT"
    ON_ACCOUNT = "ON_ACCOUNT"  #: paid on account before (R-STM-24)
    CARRIED = "CARRIED"  #: the negative net of an earlier statement (R-STM-14)
    VAT = "VAT"  #: added
    RELEASE = "RELEASE"  #: added


#: Types that add to the payment instead of taking from it.
ADDED = frozenset({DeductionType.VAT, DeductionType.RELEASE})


class Deduction(Base):
    """One line of deductions (کسور) or additions of a certified statement."""

    __tablename__ = "deduction"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), index=True)
    position: Mapped[int]
    type: Mapped[DeductionType] = mapped_column(code_column(DeductionType))
    basis: Mapped[Rial | None]
    rate: Mapped[Percentage | None] = mapped_column(Rate)
    amount: Mapped[Rial]  #: of this period, as R-STM-13 names it; negative undoes an earlier one
    cumulative: Mapped[Rial | None]
    legal_ref: Mapped[str | None]

    @property
    def is_added(self) -> bool:
        """Tell whether the amount adds to the payment."""
        return self.type in ADDED


class Objection(Base):
    """The contractor's objection to corrected quantities (`domain.md` §1.4)."""

    __tablename__ = "objection"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), index=True)
    filed_at: Mapped[datetime]
    filed_by: Mapped[str]
    lines: Mapped[str]  #: the codes of the lines concerned, separated by a space
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default="FILED")  #: FILED, ACCEPTED, REFUSED


_IN_FORCE = text("replaced_at IS NULL")


class PriceIndex(Base):
    """A published price index (شاخص) of one quarter; ``provisional`` ones come again (§1.11).

    A value is never changed: what is entered anew replaces it and it stays to be read.
    """

    __tablename__ = "price_index"
    __table_args__ = (
        Index(
            "uq_price_index_in_force",
            "discipline",
            "chapter",
            "quarter",
            "provisional",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    discipline: Mapped[str]
    chapter: Mapped[str]  #: empty for the index of the whole discipline
    quarter: Mapped[str]  #: ``1404Q2``
    value: Mapped[Decimal]
    provisional: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime | None]
    entered_by: Mapped[str | None]
    replaced_at: Mapped[datetime | None]
