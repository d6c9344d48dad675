"""Minutes of a contract's life: suspension, acceptance, cleared defects, termination."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, new_id
from processes.contractor_statement.records.columns import code_column
from processes.contractor_statement.records.contracts import ContractState
from processes.contractor_statement.rules.acceptance import MinuteKind


class ContractMinute(Base):
    """One minute (صورت‌مجلس) that changed where a contract is in its life (`domain.md` §1.15).

    A row is never changed: a wrong one is withdrawn with a reason and stays to be read.
    """

    __tablename__ = "contract_minute"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    kind: Mapped[MinuteKind] = mapped_column(code_column(MinuteKind))
    minute_no: Mapped[str]
    held_on: Mapped[date]
    #: what the commission of the provisional acceptance found (فهرست نواقص); none when it is empty
    defects: Mapped[str | None]
    defects_months: Mapped[int | None]  #: length of the defects period, Jalali months
    note: Mapped[str | None]
    state_before: Mapped[ContractState] = mapped_column(code_column(ContractState))
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_because: Mapped[str | None]

    @property
    def stands(self) -> bool:
        """Tell whether nobody has withdrawn it."""
        return self.withdrawn_at is None

    def withdraw(self, by: str, because: str, at: datetime) -> None:
        """Take it back; what it said stays to be read."""
        self.withdrawn_by, self.withdrawn_because, self.withdrawn_at = by, because, at
