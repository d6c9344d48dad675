"""What came from and went to the bank: files, and the lines of the accounts."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.payments.records.columns import code_column
from processes.payments.records.orders import Order


class BankFile(Base):
    """A message, as it was; the same one comes once."""

    __tablename__ = "pay_bank_file"
    __table_args__ = (UniqueConstraint("kind", "message_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]  #: ``pain.001.001.09`` …
    message_id: Mapped[str]
    unit: Mapped[str]
    content: Mapped[str]
    digest: Mapped[str]
    taken_at: Mapped[datetime]
    taken_by: Mapped[str]


class LineState(enum.Enum):
    """What a line of an account is to us (R-PAY-08)."""

    MATCHED = "MATCHED"  #: exactly one order by number, amount and account
    EXCEPTION = "EXCEPTION"  #: a person has to look
    EXPLAINED = "EXPLAINED"  #: a person has looked


class BankLine(Base):
    """A line of an account, or a status of what we do not know; one that fits no order waits."""

    __tablename__ = "pay_bank_line"
    __table_args__ = (
        UniqueConstraint("iban", "reference"),
        Index("ix_pay_bank_line_unit_state", "unit", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str]
    iban: Mapped[str]
    reference: Mapped[str]
    on: Mapped[date] = mapped_column("on_day")
    amount: Mapped[Rial | None]  #: below nothing: money went out; ``None``: a status
    end_to_end_id: Mapped[str]
    about: Mapped[str]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("pay_order.id"), index=True)
    state: Mapped[LineState] = mapped_column(code_column(LineState))
    reason: Mapped[str]  #: code of why it fits no order, such as ``PAY-021``
    taken_at: Mapped[datetime]
    explained_at: Mapped[datetime | None]
    explained_by: Mapped[str | None]
    note: Mapped[str | None]

    order: Mapped[Order | None] = relationship()
