"""What a price adjustment comes to, from the published indices (`domain.md` §1.11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import (
    Json,
    Problem,
)
from engine.values import Rial
from processes.contractor_statement.answers.certifying import (
    charge_of,
    figures_shown,
    vat_rate,
)
from processes.contractor_statement.answers.finding import (
    last_adjusted,
)
from processes.contractor_statement.answers.simple import (
    refuse,
)
from processes.contractor_statement.queries import (
    last_certified,
    quantities_certified,
)
from processes.contractor_statement.records import (
    ABANDONED,
    Contract,
    PriceIndex,
    Statement,
    StatementKind,
)
from processes.contractor_statement.registry import registry
from processes.contractor_statement.rules import (
    Adjustment,
    CertifiedToDate,
    Figures,
    Indices,
    adjustment_terms,
    adjustment_total,
    certificate,
    check_adjustment,
    price_adjustment,
    quarter_days,
)
from processes.contractor_statement.rules.lines import chapter_values
from processes.contractor_statement.terms import (
    bill_of,
    certified_with,
    coefficients_of,
    terms_of,
    write_certificate,
)

_DAYS = re.compile(r"(\d{4}Q[1-4])\s*[=:]\s*(\d{1,3})")


def adjustments_of(session: Session, base: Statement) -> list[Statement]:
    """Return the adjustments of an interim statement that were not given up."""
    query = select(Statement).where(
        Statement.based_on_id == base.id,
        Statement.kind == StatementKind.ADJUSTMENT,
        Statement.state.not_in(ABANDONED),
    )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class AdjustedWork:
    """What is to be adjusted, with what, and what is wrong with it."""

    amounts: Mapping[str, Rial]  #: of the period, by chapter
    days: Mapping[str, int]
    indices: Indices
    problems: list[Problem]


def work_of(session: Session, statement: Statement, days: str) -> AdjustedWork:
    """Return what a price adjustment is computed from, with every problem (STM-031 to 033)."""
    contract = statement.contract
    base = session.get(Statement, statement.based_on_id)
    if base is None or base.period_from is None or base.period_to is None:
        return AdjustedWork({}, {}, Indices({}), [Problem("STM-031", "statement")])
    amounts = period_amounts(session, base)
    calendar = quarter_days(base.period_from, base.period_to)
    split = {quarter: int(count) for quarter, count in _DAYS.findall(days)} or calendar
    indices = indices_of(session, contract, amounts)
    problems = check_adjustment(
        base.state.value,
        amounts,
        split,
        sum(calendar.values()),
        indices,
        contract.base_quarter or "",
    )
    return AdjustedWork(amounts, split, indices, problems)


def period_amounts(session: Session, base: Statement) -> dict[str, Rial]:
    """Return each chapter's work of the period, with coefficients, without anything else."""
    contract = base.contract
    bill, coefficients = bill_of(contract), coefficients_of(contract)
    now = chapter_values(bill, coefficients, quantities_certified(session, base))
    previous = quantities_certified(session, last_certified(session, base))
    before = chapter_values(bill, coefficients, previous)
    amounts = {chapter: amount - before[chapter] for chapter, amount in now.items()}
    return {chapter: amount for chapter, amount in amounts.items() if amount != Rial.ZERO}


def indices_of(session: Session, contract: Contract, chapters: Mapping[str, Rial]) -> Indices:
    """Return the published indices of the contract's discipline; final ones replace provisional.

    Chapters have their own unless only the discipline's is published.
    """
    found: dict[tuple[str, str], Decimal] = {}
    rows = session.scalars(
        select(PriceIndex)
        .where(
            PriceIndex.discipline == (contract.discipline or ""),
            PriceIndex.replaced_at.is_(None),
        )
        .order_by(PriceIndex.provisional.desc())
    )
    for each in rows:
        found[each.chapter, each.quarter] = each.value
    own = {chapter for chapter, _ in found}
    common = "" if "" in own and not own & set(chapters) else None
    return Indices(found, common)


def adjust(
    session: Session, statement: Statement, days: str, on: date
) -> tuple[Rial, tuple[Adjustment, ...]]:
    """Compute the adjustment and write its certificate down; earlier ones of it count.

    Raises:
        RulesBroken: ``STM-031`` to ``STM-033``; ``STM-036`` nothing is left to adjust.
    """
    contract = statement.contract
    work = work_of(session, statement, days)
    refuse(work.problems)
    rows = price_adjustment(
        work.amounts,
        work.days,
        work.indices,
        contract.base_quarter or "",
        factor=contract.adjustment_factor,
    )
    base = session.get_one(Statement, statement.based_on_id)
    earlier = [each for each in adjustments_of(session, base) if each.id != statement.id]
    total = adjustment_total(rows) - Rial.total(each.period_amount or Rial.ZERO for each in earlier)
    if earlier and total == Rial.ZERO:
        refuse([Problem("STM-036")])
    _certify(session, statement, total, on)
    return total, rows


def _certify(session: Session, statement: Statement, total: Rial, on: date) -> None:
    contract = statement.contract
    previous = last_adjusted(session, contract.id, but=statement.id)
    before = CertifiedToDate() if previous is None else certified_with(previous)
    withholding = registry.rate("stm.tax.withholding.rate", on)
    terms = adjustment_terms(terms_of(contract, withholding), before.gross + total)
    vat = vat_rate(session, contract.contractor_id, on)
    result = certificate(terms, before.gross + total, before, vat=vat)
    nothing = Figures(total, total, Rial.ZERO, Rial.ZERO)
    write_certificate(statement, nothing, result, terms, vat)
    statement.previous_id = None if previous is None else previous.id


def shown(statement: Statement, rows: tuple[Adjustment, ...]) -> dict[str, Json]:
    """Return an adjustment as case variables: its total and its rows in short."""
    lines = (
        f"{each.chapter} {each.quarter} {each.days}d {each.base_index}→{each.work_index} "
        f"k={each.k} {each.part.amount:,} → {each.amount.amount:,}"
        for each in rows
    )
    total = (statement.period_amount or Rial.ZERO).amount
    return {
        **figures_shown(statement),
        "adjustment_total": total,
        "adjustment_rows": "\n".join(lines)[:4000],
        "credit_amount": charge_of(statement).amount,
    }
