"""Orders that are signed and sent as one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, new_id


class OrderBatch(Base):
    """Orders from one account on one day that one file carries (دستور پرداخت گروهی، §4.9).

    An order of a batch is an order like any other: its own number, signatures and state. Only the
    case in which it is reviewed, signed, sent and asked about is that of the batch.
    """

    __tablename__ = "pay_batch"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    batch_no: Mapped[str] = mapped_column(unique=True)  #: unit-year-seq, without gaps
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    instance_id: Mapped[UUID] = mapped_column(unique=True)
    debit_iban: Mapped[str]
    due_on: Mapped[date]
    about: Mapped[str]  #: what it pays, as people call it
    made_at: Mapped[datetime]
    made_by: Mapped[str]
