"""A signed exception from a four-eyes rule: for one task, by a second person (R-SOD-02)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class DutyException(Base):
    """Asked for by who needs it, decided by somebody else; never changed afterwards."""

    __tablename__ = "duty_exception"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    task_id: Mapped[UUID] = mapped_column(index=True)
    element_id: Mapped[str]  #: the step to be done
    code: Mapped[str]  #: of the rule: ``SOD-001``
    done_element_id: Mapped[str]  #: the step that stands against it
    done_by: Mapped[str]  #: user name of who did that one
    asked_by: Mapped[str]  #: user name of who would do the step
    asked_for: Mapped[str | None]  #: …and of whom that one stands in for
    asked_at: Mapped[datetime]
    reason: Mapped[str]
    decided_by: Mapped[str | None]
    decided_for: Mapped[str | None]  #: whom who decided stood in for
    decided_at: Mapped[datetime | None]
    is_granted: Mapped[bool | None]
    decision_note: Mapped[str | None]
