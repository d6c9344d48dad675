"""Who stands in for whom, from a day to a day (جانشین).

A substitution passes on the work of desks, never the person: the substitute acts in his own
name, and each act says for whom. It is not passed on further: what somebody may do as a
substitute nobody may do as his. Technical and supervising roles stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, JsonText, new_id
from engine.model.desks import is_among
from engine.values import Rial

#: roles that nobody does for somebody else: they decide no cases, or watch those who do
NEVER_PASSED_ON: Final = frozenset({"ADMIN", "ANALYST", "AUDITOR", "COMMITTEE"})


class Substitution(Base):
    """One absence and who does the work meanwhile; ended early, it stays as history."""

    __tablename__ = "substitution"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)  #: is away
    substitute_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]  #: the last day, in Tehran
    processes: Mapped[Sequence[str] | None] = mapped_column(JsonText)  #: ``None``: all of them
    desks: Mapped[Sequence[str] | None] = mapped_column(JsonText)  #: ``None``: all of the person's
    most: Mapped[Rial | None]  #: of a case's amount; ``None``: no limit
    reason: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]  #: before its last day, by somebody


@dataclass(frozen=True, slots=True)
class StandIn:
    """Whom an actor stands in for today, and how far."""

    substitution_id: UUID
    username: str
    name_fa: str
    name_en: str
    national_code: str | None
    until: date
    desks: frozenset[str] = field(default_factory=frozenset)
    processes: frozenset[str] | None = None  #: ``None``: all of them
    most: int | None = None  #: rials of a case's amount; ``None``: no limit

    def name(self, locale: str) -> str:
        """Return the name, in ``locale``, of the person stood in for."""
        return self.name_fa if locale == "fa" else self.name_en

    def covers(self, desk: str, process_id: str, amount: int | None) -> bool:
        """Tell whether work on a desk may be done for this person.

        Args:
            amount: of the case, in rials; one that is not known is under no limit.
        """
        return self._is_meant(desk, process_id) and not self._is_above(amount)

    def only_above(self, desk: str, process_id: str, amount: int | None) -> bool:
        """Tell whether nothing but the amount keeps work on a desk from being done for them."""
        return self._is_meant(desk, process_id) and self._is_above(amount)

    def _is_meant(self, desk: str, process_id: str) -> bool:
        is_one = self.processes is None or process_id in self.processes
        return is_one and is_among(desk, self.desks)

    def _is_above(self, amount: int | None) -> bool:
        return self.most is not None and (amount is None or amount > self.most)
