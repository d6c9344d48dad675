"""Fiscal years of the budget: which may be closed, which are, and which were reopened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import Actor
from engine.values import JalaliDate, local_date
from processes.financial_documents.commands import CLOSERS, REOPENERS
from processes.financial_documents.queries.tables import of_units
from processes.financial_documents.records import BudgetLine, ClosedYear

_MOST = 200


@dataclass(frozen=True, slots=True)
class Years:
    """The years of the units that somebody reads; a choice is *unit/year*."""

    closings: Sequence[ClosedYear]  #: newest first, with those that were reopened
    to_close: Sequence[str]  #: are over, have lines, and are this actor's to close
    to_reopen: Sequence[str]


def years_of_budget(session: Session, actor: Actor, at: datetime) -> Years:
    """Return what an actor sees of closed years, and what is his to do."""
    newest_first = select(ClosedYear).order_by(ClosedYear.closed_at.desc()).limit(_MOST)
    closings = session.scalars(of_units(newest_first, ClosedYear.unit, actor)).all()
    over = (
        select(BudgetLine.unit, BudgetLine.fiscal_year)
        .where(BudgetLine.fiscal_year < JalaliDate.of(local_date(at)).year)
        .distinct()
    )
    kept = {(unit, year) for unit, year in session.execute(of_units(over, BudgetLine.unit, actor))}
    closed = {(each.unit, each.fiscal_year) for each in closings if each.reopened_at is None}
    return Years(
        closings,
        _choices(actor, kept - closed, CLOSERS),
        _choices(actor, closed, REOPENERS),
    )


def _choices(actor: Actor, years: set[tuple[str, int]], roles: Sequence[str]) -> Sequence[str]:
    held = {unit for role in roles for unit in actor.units_of(role)}
    return [f"{unit}/{year}" for unit, year in sorted(years) if unit in held]
