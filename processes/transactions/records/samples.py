"""Samples of small purchases that an auditor looks at (§3.13)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from processes.transactions.records.purchases import Purchase


class SampleSeed(Base):
    """What a unit's month is to be drawn by: its hash told in public before the month begins."""

    __tablename__ = "tnd_sample_seed"

    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)  #: Jalali, such as ``1405/07``
    opened_at: Mapped[datetime]
    sha256: Mapped[str | None]  #: of the seed, in hex; none was told before
    announced_at: Mapped[datetime | None]
    announced_by: Mapped[str | None]


class PurchaseSample(Base):
    """The sample of a unit's month; there is one, whatever seed would have pleased more."""

    __tablename__ = "tnd_sample"
    __table_args__ = (UniqueConstraint("unit", "month"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    month: Mapped[str]  #: Jalali, such as ``1405/07``
    number: Mapped[str] = mapped_column(unique=True)
    seed: Mapped[str]
    population: Mapped[int]  #: how many direct purchases were ordered in the month
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[str]
    conclusion: Mapped[str | None]
    reported_at: Mapped[datetime | None]
    reported_by: Mapped[str | None]
    items: Mapped[list[SampledPurchase]] = relationship(
        order_by="SampledPurchase.position", cascade="all, delete-orphan"
    )


class SampledPurchase(Base):
    """A purchase of a sample, with what the auditor found."""

    __tablename__ = "tnd_sample_item"

    sample_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_sample.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_purchase.id"), unique=True)
    finding: Mapped[str | None]  #: ``IN_ORDER``, or what is wrong
    note: Mapped[str | None]
    purchase: Mapped[Purchase] = relationship()
