"""Contracts, their bills of quantities, and what stands around them.

A contract carries every rate and coefficient its statements are computed with, so
that a change of the city's defaults never changes a running contract.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from engine.sdk import Base, new_id
from engine.values import Percentage, Rial, fold
from engine.values.credit import Holder
from processes.contractor_statement.records.columns import Rate, code_column
from processes.contractor_statement.rules.advance import RecoveryMethod
from processes.contractor_statement.rules.lines import LineKind
from processes.contractor_statement.rules.retention import RetentionEvent
from processes.contractor_statement.rules.social_security import SocialSecurityMode


class ContractState(enum.Enum):
    """Where a contract is in its life (`domain.md` §1.15)."""

    SIGNED = "SIGNED"
    MOBILISING = "MOBILISING"
    RUNNING = "RUNNING"
    SUSPENDED = "SUSPENDED"
    PROVISIONALLY_ACCEPTED = "PROVISIONALLY_ACCEPTED"
    FINALLY_ACCEPTED = "FINALLY_ACCEPTED"
    SETTLED = "SETTLED"
    TERMINATED = "TERMINATED"


def contract_key(contract_no: str) -> str:
    """Return the form in which contract numbers are compared: no case, spaces or digits' script.

    >>> contract_key(" B - ۱۲ ") == contract_key("b-12")
    True
    """
    return fold(contract_no).replace(" ", "")


class Contract(Base):
    """A construction contract (پیمان) of one unit with one contractor (`domain.md` §1.3)."""

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("unit", "contract_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_no: Mapped[str]  #: as it stands on paper
    contract_key: Mapped[str]  #: what makes it the same number, see :func:`contract_key`
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    contractor_id: Mapped[str] = mapped_column(index=True)  #: legal or national id
    contractor_name: Mapped[str | None]
    subject: Mapped[str]
    family: Mapped[str] = mapped_column(default="iran_4311")  #: conditions of contract, §1.12
    state: Mapped[ContractState] = mapped_column(
        code_column(ContractState), default=ContractState.RUNNING
    )
    signed_on: Mapped[date | None]
    started_on: Mapped[date]
    duration_days: Mapped[int]
    provisional_acceptance_on: Mapped[date | None]
    final_acceptance_on: Mapped[date | None]

    initial_amount: Mapped[Rial]
    price_list_year: Mapped[int | None]
    discipline: Mapped[str | None]
    overhead_coefficient: Mapped[Decimal]
    region_coefficient: Mapped[Decimal] = mapped_column(default=Decimal(1))
    floor_coefficient: Mapped[Decimal] = mapped_column(default=Decimal(1))
    difficulty_coefficient: Mapped[Decimal] = mapped_column(default=Decimal(1))
    tender_coefficient: Mapped[Decimal]
    mobilisation_amount: Mapped[Rial]  #: before the tender coefficient

    advance_rate: Mapped[Percentage] = mapped_column(Rate)
    advance_method: Mapped[RecoveryMethod] = mapped_column(code_column(RecoveryMethod))
    #: numbers of the method where the contract departs from its usual ones (§1.8)
    recovery_start: Mapped[Decimal | None]
    recovery_end: Mapped[Decimal | None]
    recovery_rate: Mapped[Percentage | None] = mapped_column(Rate)
    retention_rate: Mapped[Percentage] = mapped_column(Rate, default=Percentage("10"))
    first_release: Mapped[RetentionEvent] = mapped_column(
        code_column(RetentionEvent), default=RetentionEvent.FINAL_STATEMENT_APPROVED
    )
    second_release: Mapped[RetentionEvent] = mapped_column(
        code_column(RetentionEvent), default=RetentionEvent.FINAL_ACCEPTANCE
    )
    reduced_retention_rate: Mapped[Percentage | None] = mapped_column(Rate)
    reduced_retention_from: Mapped[Percentage | None] = mapped_column(Rate)
    retention_limit: Mapped[Percentage | None] = mapped_column(Rate)
    insurance_mode: Mapped[SocialSecurityMode] = mapped_column(code_column(SocialSecurityMode))
    insurance_rate: Mapped[Percentage] = mapped_column(Rate, default=Percentage("5"))
    variation_limit: Mapped[Percentage] = mapped_column(Rate, default=Percentage("25"))
    adjustable: Mapped[bool] = mapped_column(default=False)
    base_quarter: Mapped[str | None]  #: ``1404Q2``
    adjustment_factor: Mapped[Decimal] = mapped_column(default=Decimal("0.95"))
    has_consultant: Mapped[bool] = mapped_column(default=True)
    #: record of another area that has committed its price; ``None``: each statement reserves
    credit_area: Mapped[str | None]
    credit_id: Mapped[UUID | None]
    suspended_for: Mapped[str | None]  #: number of the complaint the board holds it back for

    imported_at: Mapped[datetime]
    imported_by: Mapped[str]

    lines: Mapped[list[ContractLine]] = relationship(
        order_by="ContractLine.position", cascade="all, delete-orphan"
    )
    price_minutes: Mapped[list[PriceMinute]] = relationship(cascade="all, delete-orphan")

    @property
    def credit(self) -> Holder | None:
        """Whose commitment its statements take over, one after the other."""
        if self.credit_area is None or self.credit_id is None:
            return None
        return Holder(self.credit_area, self.credit_id)

    @validates("contract_no")
    def _keep_key(self, _: str, contract_no: str) -> str:
        self.contract_key = contract_key(contract_no)
        return contract_no


class PriceMinute(Base):
    """Minute of a new price (صورت‌مجلس قیمت جدید); a NEW line needs an approved one (R-STM-17)."""

    __tablename__ = "price_minute"
    __table_args__ = (UniqueConstraint("contract_id", "minute_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    minute_no: Mapped[str]
    held_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    entered_at: Mapped[datetime | None]  #: none where the contract's own file named it
    entered_by: Mapped[str | None]


class ContractLine(Base):
    """One row of the bill of quantities (ردیف فهرست‌بها)."""

    __tablename__ = "contract_line"
    __table_args__ = (UniqueConstraint("contract_id", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    position: Mapped[int]  #: order in the contract, from 1
    code: Mapped[str]
    chapter: Mapped[str]
    chapter_title: Mapped[str]
    title: Mapped[str]
    unit: Mapped[str]  #: of measurement: m3, kg, …
    unit_price: Mapped[Rial]
    contract_quantity: Mapped[Decimal]
    kind: Mapped[LineKind] = mapped_column(code_column(LineKind))
    applies_overhead: Mapped[bool]
    applies_region: Mapped[bool]
    applies_floor: Mapped[bool]
    applies_difficulty: Mapped[bool]
    applies_tender: Mapped[bool]
    price_minute_id: Mapped[UUID | None] = mapped_column(ForeignKey("price_minute.id"))

    price_minute: Mapped[PriceMinute | None] = relationship()


class Supplement(Base):
    """Supplement (الحاقیه): an agreed change of amount or time (R-STM-16)."""

    __tablename__ = "supplement"
    __table_args__ = (UniqueConstraint("contract_id", "supplement_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    supplement_no: Mapped[str]
    signed_on: Mapped[date]
    amount_change: Mapped[Rial]
    days_added: Mapped[int] = mapped_column(default=0)
    entered_at: Mapped[datetime | None]
    entered_by: Mapped[str | None]


class GuaranteeKind(enum.Enum):
    """What a guarantee secures (`domain.md` §3.14)."""

    PERFORMANCE = "PERFORMANCE"
    ADVANCE = "ADVANCE"
    RETENTION = "RETENTION"
    BID = "BID"


class GuaranteeState(enum.Enum):
    """Where a guarantee is in its life (`domain.md` §3.14)."""

    RECEIVED = "RECEIVED"
    VERIFIED = "VERIFIED"
    ACTIVE = "ACTIVE"
    EXTENDED = "EXTENDED"
    REDUCED = "REDUCED"
    RELEASED = "RELEASED"
    CALLED = "CALLED"
    EXPIRED = "EXPIRED"


#: what is given for one contract alone, whose number its issuer gives once
_OWN: Final = "NOT is_shared"


class Guarantee(Base):
    """A guarantee (تضمین) held for one contract, or what of a framework's stands for it."""

    __tablename__ = "guarantee"
    __table_args__ = (
        UniqueConstraint("contract_id", "issuer", "number"),
        Index(
            "ix_guarantee_own",
            "issuer",
            "number",
            unique=True,
            sqlite_where=text(_OWN),
            postgresql_where=text(_OWN),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    kind: Mapped[GuaranteeKind] = mapped_column(code_column(GuaranteeKind))
    number: Mapped[str]
    issuer: Mapped[str]  #: the bank
    amount: Mapped[Rial]
    valid_until: Mapped[date]
    state: Mapped[GuaranteeState] = mapped_column(
        code_column(GuaranteeState), default=GuaranteeState.ACTIVE
    )
    is_shared: Mapped[bool] = mapped_column(default=False)  #: for all that a framework calls off
    is_demo: Mapped[bool] = mapped_column(default=False)


class VatRegistration(Base):
    """When a contractor is registered for value-added tax (R-STM-12)."""

    __tablename__ = "vat_registration"
    __table_args__ = (UniqueConstraint("party", "valid_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    party: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(default=False)


class ClearanceCertificate(Base):
    """Social-security clearance (مفاصاحساب, art. 38) of a contract (R-STM-28)."""

    __tablename__ = "clearance_certificate"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    number: Mapped[str]
    issued_on: Mapped[date]
    premium: Mapped[Rial | None]  #: the premium of the whole contract
    paid_by_contractor: Mapped[Rial | None]
