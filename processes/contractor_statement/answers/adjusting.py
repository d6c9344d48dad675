"""Price adjustment of a certified interim statement (تعدیل آحاد بها, `domain.md` §1.11)."""

from __future__ import annotations

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
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.adjusted import adjust, adjustments_of, work_of
from processes.contractor_statement.answers.certifying import (
    charge_of,
    figures_shown,
)
from processes.contractor_statement.answers.finding import (
    own_statement,
    statement_of,
)
from processes.contractor_statement.answers.opening import facts_of, new_statement
from processes.contractor_statement.answers.paying import payment_problems, suspended
from processes.contractor_statement.answers.returning import HEEDED
from processes.contractor_statement.answers.simple import (
    missing_approvals,
    passed,
    refuse,
    reserved,
)
from processes.contractor_statement.records import (
    CERTIFIED,
    StatementKind,
    StatementState,
)

STEPS = ("check_adjustment", "review_adjustment", "sign_adjustment", "approve_adjustment")


@case_start("price_adjustment")
def open_adjustment(request: StartRequest) -> CaseFacts:
    """Open the adjustment of a certified interim statement; what was adjusted counts once."""
    session = request.session
    base = own_statement(session, request.values.get("statement_id"), request.actor)
    contract = base.contract
    problems = suspended(contract, "statement_id")
    if base.kind is not StatementKind.INTERIM or base.state not in CERTIFIED:
        problems.append(Problem("STM-031", "statement_id", {"state": base.state.value}))
    if not contract.adjustable or not contract.base_quarter:
        problems.append(Problem("STM-035", "statement_id"))
    if any(each.state not in CERTIFIED for each in adjustments_of(session, base)):
        problems.append(Problem("STM-039", "statement_id"))
    refuse(problems)
    statement = new_statement(
        request,
        contract,
        StatementKind.ADJUSTMENT,
        period_from=base.period_from,
        period_to=base.period_to,
        based_on_id=base.id,
    )
    period: dict[str, Json] = {
        "period_from": str(base.period_from),
        "period_to": str(base.period_to),
        "amount": None,
    }
    return facts_of(statement, period)


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
        refuse(credit.adjust(answer.session, statement, charge_of(statement), answer.at))
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
