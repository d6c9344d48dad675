"""Entries that one person has entered and another posts (four eyes)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, JsonText, new_id
from engine.values import Rial
from engine.values.bookkeeping import JournalLine


class ProposedEntry(Base):
    """An entry as it was typed, or the reversal of one; it is kept whatever becomes of it."""

    __tablename__ = "proposed_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    on: Mapped[date]  #: the day it counts for
    description: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entry.id"))
    proposed_by: Mapped[str]
    proposed_code: Mapped[str | None]  #: national code: one person can have two accounts
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    refused_because: Mapped[str | None]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entry.id"))

    @property
    def journal_lines(self) -> tuple[JournalLine, ...]:
        """Its lines as the books take them."""
        return tuple(_line(each) for each in self.lines)

    @property
    def total(self) -> Rial:
        """Its debit side."""
        return Rial.total(each.debit for each in self.journal_lines)


def _line(said: Mapping[str, Any]) -> JournalLine:
    return JournalLine(
        str(said["account"]),
        debit=Rial(int(said["debit"])),
        credit=Rial(int(said["credit"])),
        party=said.get("party"),
    )


def written(lines: tuple[JournalLine, ...]) -> list[dict[str, Any]]:
    """Return lines as they are stored; amounts as text, which every reader holds exactly."""
    return [
        {
            "account": each.account,
            "debit": str(each.debit.amount),
            "credit": str(each.credit.amount),
            "party": each.party,
        }
        for each in lines
    ]
