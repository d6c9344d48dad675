"""Advance payment in instalments (`domain.md` §1.8, art. 36)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    StartRequest,
    TaskAnswer,
    case_start,
    task_answer,
    working_calendar,
)
from engine.values import Rial, end_of_day, local_date
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.finding import (
    last_measured,
    last_of_kind,
    own_contract,
    statement_of,
)
from processes.contractor_statement.answers.opening import facts_of, new_statement
from processes.contractor_statement.answers.paying import (
    payment_problems,
    suspended,
    told,
)
from processes.contractor_statement.answers.returning import HEEDED
from processes.contractor_statement.answers.simple import (
    missing_approvals,
    passed,
    refuse,
    reserved,
)
from processes.contractor_statement.queries import advance_paid
from processes.contractor_statement.records import (
    CERTIFIED,
    Contract,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.rules import advance_due, advance_total
from processes.contractor_statement.terms import certified_with

STEPS = ("review_advance", "sign_advance", "approve_advance")


@case_start("advance_payment")
def open_advance(request: StartRequest) -> CaseFacts:
    """Open a request for an instalment; one at a time."""
    session = request.session
    contract = own_contract(session, request.values.get("contract_id"), request.actor)
    last = last_of_kind(session, contract.id, StatementKind.ADVANCE)
    left = still_to_pay(session, contract)
    problems = suspended(contract, "contract_id")
    if last is not None and last.state not in CERTIFIED:
        problems.append(Problem("STM-039", "contract_id"))
    if left <= Rial.ZERO:
        problems.append(Problem("STM-037", "contract_id", {"left": str(left.amount)}))
    refuse(problems)
    statement = new_statement(request, contract, StatementKind.ADVANCE)
    return facts_of(statement, {"amount_outstanding": left.amount, "amount": None})


def still_to_pay(session: Session, contract: Contract) -> Rial:
    """Return what the contract's advance rate leaves to be paid."""
    whole = contract.initial_amount.share(contract.advance_rate)
    return whole - advance_total(advance_paid(session, contract.id))


@task_answer("advance_payment", "request_advance")
def request_advance(answer: TaskAnswer) -> dict[str, Json]:
    """Take the contractor's request, within what the contract leaves."""
    statement = statement_of(answer.session, answer.instance_id)
    amount = Rial(int(answer.values.get("amount_requested") or 0))
    left = still_to_pay(answer.session, statement.contract)
    problems = []
    if amount <= Rial.ZERO:
        problems.append(Problem("MON-002", "amount_requested", {"value": str(amount.amount)}))
    if amount > left:
        problems.append(Problem("STM-037", "amount_requested", {"left": str(left.amount)}))
    refuse(problems)
    statement.net = statement.payable = amount
    statement.state = StatementState.SUBMITTED
    statement.submitted_at = answer.at
    on, unit = local_date(answer.at), statement.contract.unit
    due = advance_due(on, on, working_calendar(answer.session, unit))
    return {
        "amount_requested": amount.amount,
        "amount": amount.amount,
        "payment_due": end_of_day(due).isoformat(),
        "request_note": answer.values.get("note"),
        **HEEDED,
    }


@task_answer("advance_payment", "confirm_advance")
def confirm_advance(answer: TaskAnswer) -> dict[str, Json]:
    """Take the consultant's confirmation."""
    return _said(passed(answer, StatementState.CONSULTANT_REVIEW, "confirm_advance"))


@task_answer("advance_payment", "review_advance")
def review_advance(answer: TaskAnswer) -> dict[str, Json]:
    """Take the technical office's review; what the guarantees lack is shown as a warning."""
    outcome = passed(answer, StatementState.OWNER_REVIEW, *STEPS, "confirm_advance")
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    return {**said, "warnings": told(advance_problems(answer.session, statement, answer.at))}


@task_answer("advance_payment", "check_advance_credit")
def check_credit(answer: TaskAnswer) -> dict[str, Json]:
    """Reserve the instalment."""
    outcome = passed(answer, StatementState.FINANCE_REVIEW, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    return {**said, **reserved(answer, statement, statement.payable or Rial.ZERO)}


@task_answer("advance_payment", "sign_advance")
def sign_advance(answer: TaskAnswer) -> dict[str, Json]:
    """Sign the voucher."""
    return _checked(answer, StatementState.FINANCE_REVIEW, "review_advance")


@task_answer("advance_payment", "approve_advance")
def approve_advance(answer: TaskAnswer) -> dict[str, Json]:
    """Approve the instalment."""
    return _checked(answer, StatementState.APPROVED, "review_advance", "sign_advance")


@task_answer("advance_payment", "control_advance")
def control_advance(answer: TaskAnswer) -> dict[str, Json]:
    """Control the payment: guarantees cover the advance with this instalment."""
    outcome = passed(answer, StatementState.APPROVED, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    problems = missing_approvals(answer.session, statement, *STEPS)
    problems += advance_problems(answer.session, statement, answer.at)
    refuse(problems + credit.may_pay(answer.session, statement))
    return said


def advance_problems(session: Session, statement: Statement, at: datetime) -> list[Problem]:
    """Return what stands in the way of paying the instalment, warnings included."""
    recovered = Rial.ZERO
    last = last_measured(session, statement.contract_id)
    if last is not None:
        recovered = certified_with(last).advance
    paid = advance_total(advance_paid(session, statement.contract_id))
    covered = paid - recovered + (statement.payable or Rial.ZERO)
    return payment_problems(session, statement, at, advance=covered)


def certified_gross(session: Session, statement: Statement) -> Rial:
    """Return the certified gross when the instalment is paid (g of §1.8)."""
    last = last_measured(session, statement.contract_id)
    return Rial.ZERO if last is None else certified_with(last).gross


def _checked(answer: TaskAnswer, state: StatementState, *acts: str) -> dict[str, Json]:
    outcome = passed(answer, state, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    refuse(missing_approvals(answer.session, statement, *acts))
    return said


def _said(outcome: tuple[Statement, dict[str, Json]] | dict[str, Json]) -> dict[str, Json]:
    return outcome if isinstance(outcome, dict) else outcome[1]
