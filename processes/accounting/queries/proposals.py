"""Entries by hand that wait for another person, and those decided last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.accounting.chart import Account, chart
from processes.accounting.records import LedgerEntry, ProposedEntry

LAST: Final = 20  #: decided ones that are shown


@dataclass(frozen=True, slots=True)
class Proposed:
    """One of them, and the number of the entry it became or reverses."""

    entry: ProposedEntry
    number: int | None
    reverses: int | None


def proposals(session: Session, unit: str) -> tuple[tuple[Proposed, ...], tuple[Proposed, ...]]:
    """Return those of a unit that wait, oldest first, and those decided last."""
    of_unit = select(ProposedEntry).where(ProposedEntry.unit == unit)
    waiting = session.scalars(
        of_unit.where(ProposedEntry.decided_at.is_(None)).order_by(ProposedEntry.proposed_at)
    )
    decided = session.scalars(
        of_unit.where(ProposedEntry.decided_at.is_not(None))
        .order_by(ProposedEntry.decided_at.desc())
        .limit(LAST)
    )
    return (
        tuple(_shown(session, each) for each in waiting),
        tuple(_shown(session, each) for each in decided),
    )


def _shown(session: Session, entry: ProposedEntry) -> Proposed:
    became, reverses = (
        None if each is None else session.get_one(LedgerEntry, each).number
        for each in (entry.entry_id, entry.reverses_id)
    )
    return Proposed(entry, became, reverses)


def open_accounts() -> list[Account]:
    """Return the accounts that may be posted to by hand."""
    return [each for each in chart().values() if not (each.is_kept or each.is_memo)]
