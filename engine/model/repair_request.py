"""A repair that waits for a second person: what is to be done, who asked and who decided."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Conflict, Forbidden, NotFound
from engine.model.base import Base, JsonText, new_id

#: condition of a partial index: a statement that says the same, to the letter, uses it
OPEN: Final = "state = 'asked'"


class RepairState(enum.Enum):
    """Where a request is in its life."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"  #: by a second person, or taken back by who asked


class RepairNotFound(NotFound):
    """Nobody asked for such a repair."""


class RepairDecided(Conflict):
    """Somebody decided on it meanwhile."""

    code = "GEN-DECIDED"


class OwnRepair(Forbidden):
    """Who asked for a repair does not confirm it, under another account either."""

    code = "GEN-OWN-REPAIR"


class RepairRequest(Base):
    """A wish that a case be repaired, to the letter, as the case stood then."""

    __tablename__ = "repair_request"
    __table_args__ = (
        Index(
            "ix_repair_request_open",
            "asked_at",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    repair: Mapped[Mapping[str, Any]] = mapped_column(JsonText)
    reason: Mapped[str]
    version: Mapped[int]  #: of the case as who asked had seen it
    state: Mapped[str]
    asked_by: Mapped[str]  #: user name
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]  #: of who decided

    def decide(self, state: RepairState, *, by: str, note: str, at: datetime) -> None:
        """Record that it was done, or refused.

        Raises:
            RepairDecided: somebody was first.
        """
        if self.state != RepairState.ASKED.value:
            raise RepairDecided(str(self.id))
        self.state, self.decided_by, self.decided_at = state.value, by, at
        self.note = note or None
