"""Price adjustment of a certified interim statement (تعدیل آحاد بها, `domain.md` §1.11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    StartRequest,
    TaskAnswer,
    case_start,
    task_answer,
)
from engine.values import Rial, local_date, normalise
from processes.contractor_statement import registry
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.certifying import (
    charge_of,
    figures_shown,
    vat_rate,
)
from processes.contractor_statement.answers.finding import (
    last_adjusted,
    own_statement,
    statement_of,
)
from processes.contractor_statement.answers.opening import facts_of, save_new
from processes.contractor_statement.answers.paying import payment_problems
from processes.contractor_statement.answers.returning import HEEDED
from processes.contractor_statement.answers.simple import (
    missing_approvals,
    passed,
    refuse,
    reserved,
)
from processes.contractor_statement.queries import (
    last_certified,
    next_statement_no,
    quantities_certified,
)
from processes.contractor_statement.records import (
    ABANDONED,
    CERTIFIED,
    Contract,
    PriceIndex,
    Statement,
    StatementKind,
    StatementState,
)
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

STEPS = ("check_adjustment", "review_adjustment", "sign_adjustment", "approve_adjustment")
_DAYS = re.compile(r"(\d{4}Q[1-4])\s*[=:]\s*(\d{1,3})")


@case_start("price_adjustment")
def open_adjustment(request: StartRequest) -> CaseFacts:
    """Open the adjustment of a certified interim statement; what was adjusted counts once."""
    session = request.session
    base = own_statement(session, request.values.get("statement_id"), request.actor)
    contract = base.contract
    problems = []
    if base.kind is not StatementKind.INTERIM or base.state not in CERTIFIED:
        problems.append(Problem("STM-031", "statement_id", {"state": base.state.value}))
    if not contract.adjustable or not contract.base_quarter:
        problems.append(Problem("STM-035", "statement_id"))
    if any(each.state not in CERTIFIED for each in _adjustments(session, base)):
        problems.append(Problem("STM-039", "statement_id"))
    refuse(problems)
    statement = Statement(
        contract=contract,
        kind=StatementKind.ADJUSTMENT,
        no=next_statement_no(session, contract.id, StatementKind.ADJUSTMENT),
        instance_id=request.instance_id,
        state=StatementState.DRAFT,
        period_from=base.period_from,
        period_to=base.period_to,
        created_at=request.at,
        based_on_id=base.id,
    )
    save_new(session, statement)
    period: dict[str, Json] = {
        "period_from": str(base.period_from),
        "period_to": str(base.period_to),
        "amount": None,
    }
    return facts_of(statement, period)


def _adjustments(session: Session, base: Statement) -> list[Statement]:
    query = select(Statement).where(
        Statement.based_on_id == base.id,
        Statement.kind == StatementKind.ADJUSTMENT,
        Statement.state.not_in(ABANDONED),
    )
    return list(session.scalars(query))


@task_answer("price_adjustment", "enter_adjustment")
def enter_adjustment(answer: TaskAnswer) -> dict[str, Json]:
    """Take the contractor's days per quarter; by default those of the calendar."""
    statement = statement_of(answer.session, answer.instance_id)
    days = normalise(str(answer.values.get("days") or ""))
    work = work_of(answer.session, statement, days)
    refuse(work.problems)
    statement.state = StatementState.SUBMITTED
    statement.submitted_at = answer.at
    return {"days": days, "request_note": answer.values.get("note"), **HEEDED}


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
        .where(PriceIndex.discipline == (contract.discipline or ""))
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
    earlier = [each for each in _adjustments(session, base) if each.id != statement.id]
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


@task_answer("price_adjustment", "check_adjustment")
def check(answer: TaskAnswer) -> dict[str, Json]:
    """Take the consultant's word."""
    return _reviewed(answer, StatementState.OWNER_REVIEW)


@task_answer("price_adjustment", "review_adjustment")
def review(answer: TaskAnswer) -> dict[str, Json]:
    """Take the technical office's word."""
    return _reviewed(answer, StatementState.OWNER_REVIEW)


@task_answer("price_adjustment", "check_adjustment_credit")
def check_credit(answer: TaskAnswer) -> dict[str, Json]:
    """Reserve what the adjustment costs."""
    outcome = passed(answer, StatementState.FINANCE_REVIEW, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    return {**said, **reserved(answer, statement, charge_of(statement))}


@task_answer("price_adjustment", "sign_adjustment")
def sign(answer: TaskAnswer) -> dict[str, Json]:
    """Sign the voucher."""
    return _reviewed(answer, StatementState.FINANCE_REVIEW, "review_adjustment")


@task_answer("price_adjustment", "approve_adjustment")
def approve(answer: TaskAnswer) -> dict[str, Json]:
    """Approve the adjustment as it comes out today."""
    if answer.outcome != "return":
        statement = statement_of(answer.session, answer.instance_id)
        adjust(
            answer.session,
            statement,
            str(answer.case_values.get("days") or ""),
            local_date(answer.at),
        )
        refuse(credit.adjust(answer.session, statement, charge_of(statement)))
    said = _reviewed(answer, StatementState.APPROVED, "review_adjustment", "sign_adjustment")
    if answer.outcome == "return":
        return said
    return {**said, **figures_shown(statement_of(answer.session, answer.instance_id))}


@task_answer("price_adjustment", "control_adjustment")
def control(answer: TaskAnswer) -> dict[str, Json]:
    """Control the payment."""
    outcome = passed(answer, StatementState.APPROVED, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    broken = missing_approvals(answer.session, statement, *STEPS[1:])
    problems = payment_problems(
        answer.session, statement, answer.at, broken=broken, advance=Rial.ZERO
    )
    refuse(problems + credit.may_pay(answer.session, statement))
    return said


def _reviewed(answer: TaskAnswer, state: StatementState, *acts: str) -> dict[str, Json]:
    outcome = passed(answer, state, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    refuse(missing_approvals(answer.session, statement, *acts))
    return said
