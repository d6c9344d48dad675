"""Keep the published price indices (شاخص): provisional ones first, final ones when they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk, Problem
from engine.sdk import Actor, Entered, RulesBroken, UnitOfWork, desk_of, tell_act
from engine.values import JalaliDate, local_date
from processes.contractor_statement.commands.desks import INDICES
from processes.contractor_statement.importing import cells
from processes.contractor_statement.importing.indices import IndexRow, chapter_of
from processes.contractor_statement.records import PriceIndex
from processes.contractor_statement.telling import AREA

_ANYWHERE: Final = "*"


@dataclass(frozen=True, slots=True)
class NewIndex:
    """One index as somebody enters it; a blank chapter is the index of the whole discipline."""

    discipline: str
    quarter: str
    chapter: str
    value: str
    provisional: bool


def keep_index(uow: UnitOfWork, new: NewIndex, *, actor: Actor, at: datetime) -> None:
    """Keep one index; it replaces the one that was in force (`domain.md` §1.11).

    Raises:
        NotAtThisDesk: the actor keeps no indices.
        RulesBroken: ``GEN-REQUIRED``, ``CON-005``, ``CON-006``, ``CON-008``, ``NUM-001``;
            ``CON-032`` the quarter has not begun; ``CON-033`` a final one is published.
    """
    _must_keep_indices(actor)
    entered = Entered()
    discipline = entered.text("discipline", new.discipline)
    quarter = entered.value("quarter", cells.quarter, new.quarter, "")
    chapter = entered.value("chapter", chapter_of, new.chapter, "") if new.chapter.strip() else ""
    value = entered.value("index_value", cells.price_index, new.value, Decimal(1))
    row = IndexRow(quarter, chapter, value, new.provisional)
    with uow:
        if not entered.problems:
            entered.problems += _refused(uow.session, discipline, row, at, "quarter")
        entered.must_be_right()
        before = _value_before(uow.session, discipline, row)
        if _keep(uow.session, discipline, row, actor, at):
            facts = {
                "discipline": discipline,
                "quarter": row.quarter,
                "chapter": row.chapter,
                "provisional": row.provisional,
                "before": before,
                "after": str(row.value),
            }
            tell_act(uow.session, AREA, "price_index_kept", facts, actor=actor, at=at)
        uow.commit()


def _value_before(session: Session, discipline: str, row: IndexRow) -> str | None:
    known = _in_force(session, discipline, row, provisional=row.provisional)
    return None if known is None else str(known.value)


def keep_indices(
    uow: UnitOfWork,
    discipline: str,
    content: bytes,
    read: Callable[[bytes], Sequence[IndexRow]],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Keep a list of indices of one discipline, all of it or nothing; return how many are new.

    Args:
        content: the list as it was sent; the journal keeps its hash.
        read: returns the rows of it, once the actor is known to keep indices.

    Raises:
        NotAtThisDesk: the actor keeps no indices.
        RulesBroken: everything that is wrong with the list, by row.
    """
    _must_keep_indices(actor)
    entered = Entered()
    named = entered.text("list_discipline", discipline)
    entered.must_be_right()
    rows = read(content)
    with uow:
        problems = [
            problem for row in rows for problem in _refused(uow.session, named, row, at, None)
        ]
        if problems:
            raise RulesBroken(problems)
        kept = sum(_keep(uow.session, named, row, actor, at) for row in rows)
        if kept:
            facts = {
                "discipline": named,
                "rows": len(rows),
                "count": kept,
                "sha256": sha256(content).hexdigest(),
            }
            tell_act(uow.session, AREA, "price_indices_kept", facts, actor=actor, at=at)
        uow.commit()
        return kept


def _must_keep_indices(actor: Actor) -> None:
    if not actor.roles & set(INDICES):
        raise NotAtThisDesk(desk_of(INDICES[0], _ANYWHERE))


def _refused(
    session: Session, discipline: str, row: IndexRow, at: datetime, field: str | None
) -> list[Problem]:
    place = {"row": str(row.row)} if row.row else {}
    if row.quarter > JalaliDate.of(local_date(at)).quarter:
        return [Problem("CON-032", field, {"quarter": row.quarter, **place})]
    if row.provisional and _in_force(session, discipline, row, provisional=False) is not None:
        return [Problem("CON-033", field, {"quarter": row.quarter, **place})]
    return []


def _keep(session: Session, discipline: str, row: IndexRow, actor: Actor, at: datetime) -> bool:
    known = _in_force(session, discipline, row, provisional=row.provisional)
    if known is not None:
        if known.value == row.value:
            return False
        known.replaced_at = at
        session.flush()
    session.add(
        PriceIndex(
            discipline=discipline,
            chapter=row.chapter,
            quarter=row.quarter,
            value=row.value,
            provisional=row.provisional,
            entered_at=at,
            entered_by=actor.username,
        )
    )
    session.flush()
    return True


def _in_force(
    session: Session, discipline: str, row: IndexRow, *, provisional: bool
) -> PriceIndex | None:
    query = select(PriceIndex).where(
        PriceIndex.discipline == discipline,
        PriceIndex.chapter == row.chapter,
        PriceIndex.quarter == row.quarter,
        PriceIndex.provisional.is_(provisional),
        PriceIndex.replaced_at.is_(None),
    )
    return session.scalar(query)
