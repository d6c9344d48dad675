"""Amendments: how the terms of a contract changed after it was brought in."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, JsonText, new_id
from processes.contractor_statement.records.columns import code_column


class AmendmentState(enum.Enum):
    """Where an amendment of terms is."""

    PROPOSED = "PROPOSED"
    IN_FORCE = "IN_FORCE"
    REFUSED = "REFUSED"  #: by the head, or taken back by whoever proposed it


class ContractAmendment(Base):
    """One change of a contract's terms, with the paper it rests on and the reason.

    A row is never changed once it is decided; a wrong amendment is amended by another.
    """

    __tablename__ = "contract_amendment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    #: ``term``, ``before`` and ``after`` of each, as `rules.amending.written` writes them
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    paper: Mapped[str]
    because: Mapped[str]
    state: Mapped[AmendmentState] = mapped_column(
        code_column(AmendmentState), default=AmendmentState.PROPOSED
    )
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision_note: Mapped[str | None]

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has decided it."""
        return self.state is AmendmentState.PROPOSED

    def decide(self, *, accepts: bool, by: str, note: str | None, at: datetime) -> None:
        """Put it in force, or refuse it with a note."""
        self.state = AmendmentState.IN_FORCE if accepts else AmendmentState.REFUSED
        self.decided_by, self.decided_at, self.decision_note = by, at, note
