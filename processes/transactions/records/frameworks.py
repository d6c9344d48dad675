"""Framework agreements (قرارداد چارچوب): contracts that promise prices, and no amount (§3.13).

A framework is what one or two winners of a tender have signed. Its ceiling, its term and its
prices are those of the contracts, with their supplements; what is called off is bought for
requests that name it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.records.contracts import PublicContract
from processes.transactions.records.requests import Category
from processes.transactions.rules.frameworks import CallOffChoice


class Framework(Base):
    """One framework with its suppliers by rank."""

    __tablename__ = "tnd_framework"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    number: Mapped[str] = mapped_column(unique=True)  #: such as ``D07-1405-F-0003``
    subject: Mapped[str]
    category: Mapped[Category] = mapped_column(code_column(Category))
    choice: Mapped[CallOffChoice] = mapped_column(code_column(CallOffChoice))
    concluded_at: Mapped[datetime]  #: the first contract was signed
    is_demo: Mapped[bool] = mapped_column(default=False)
    firms: Mapped[list[FrameworkFirm]] = relationship(
        order_by="FrameworkFirm.rank", cascade="all, delete-orphan"
    )

    @property
    def first(self) -> PublicContract:
        """The contract of the first in rank; the framework was tendered at its price."""
        return self.firms[0].contract

    @property
    def ceiling(self) -> Rial:
        """Up to what all call-offs together go, before tax: what was awarded, with supplements."""
        return self.first.worth

    @property
    def starts_on(self) -> date:
        """The first day on which something may be called off."""
        return min(each.contract.starts_on for each in self.firms)

    @property
    def ends_on(self) -> date:
        """The last day; each supplier's own contract may end before."""
        return max(each.contract.ends_on for each in self.firms)


class FrameworkFirm(Base):
    """A supplier of a framework: the contract with its prices."""

    __tablename__ = "tnd_framework_firm"

    framework_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_framework.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: of the award
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_contract.id"), unique=True)
    contract: Mapped[PublicContract] = relationship()
