"""What becomes of credit when a fiscal year of a unit is closed (R-BUD-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Problem, RulesBroken
from engine.values.credit import Holder
from processes.financial_documents.answers import credit, holdings
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.records import (
    BudgetHolding,
    BudgetLine,
    ClosedYear,
    HoldingState,
)


def close(session: Session, unit: str, year: int, stamp: Stamp) -> tuple[int, int]:
    """Let what was only reserved lapse, carry what is committed, and take no more postings.

    Returns:
        how many reservations lapsed, and how many commitments went to the new year.

    Raises:
        RulesBroken: ``BUD-012`` for each record that lapses and whose order or contract finds no
            credit on its line any more; ``FIN-012``.
    """
    reserved = _held_in(session, unit, year, HoldingState.RESERVED)
    _lapse(session, reserved, stamp)
    committed = _held_in(session, unit, year, HoldingState.COMMITTED)
    carried = sum([_carry(session, each, stamp) for each in committed])
    closed = {"closed_at": stamp.at, "closed_by": stamp.by}
    session.add(ClosedYear(unit=unit, fiscal_year=year, **closed))
    return len(reserved), carried


def _held_in(
    session: Session, unit: str, year: int, state: HoldingState
) -> Sequence[BudgetHolding]:
    """Return what is held on a year's lines, held against who pays or gives it back meanwhile."""
    session.flush()
    return session.scalars(
        select(BudgetHolding)
        .join(BudgetLine, BudgetLine.id == BudgetHolding.line_id)
        .where(
            BudgetLine.unit == unit,
            BudgetLine.fiscal_year == year,
            BudgetHolding.state == state,
        )
        .order_by(BudgetHolding.id)
        .with_for_update(of=BudgetHolding)
        .execution_options(populate_existing=True)
    ).all()


def _lapse(session: Session, reserved: Sequence[BudgetHolding], stamp: Stamp) -> None:
    """Give reservations back; what they had taken over, orders and contracts commit again.

    All are given back before, so that what is free on a line does not hang on their order.
    """
    for each in reserved:
        credit.give_back(session, each, stamp)
    problems = []
    for each in reserved:
        try:
            if each.area == credit.AREA:
                holdings.let_go(session, each.subject_id, stamp)
            else:
                holdings.return_spare(session, Holder(each.area, each.subject_id), stamp)
        except RulesBroken as refused:
            problems += [_named(one, each) for one in refused.problems]
    if problems:
        raise RulesBroken(problems)


def _named(problem: Problem, lapsed: BudgetHolding) -> Problem:
    """Say of which record it is that its order or contract finds no credit."""
    if "exceeded" not in problem.params:
        return replace(problem, field="year")
    return Problem("BUD-012", "year", {"number": lapsed.subject_number, **problem.params})


def _carry(session: Session, held: BudgetHolding, stamp: Stamp) -> bool:
    """Carry a commitment where the new year has room for it; tell whether it had."""
    line = held.line
    new = credit.line_by_code(session, line.unit, line.fiscal_year + 1, line.code)
    return new is not None and credit.carry(session, held, new, stamp)
