"""Where the contractor of a contract is written to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, new_id


class NoticeAddress(Base):
    """An address for the notices of one contract; the one in force replaced those before."""

    __tablename__ = "notice_address"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    address: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    replaced_at: Mapped[datetime | None]
