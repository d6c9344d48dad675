"""Deductions, credit and the central review: what stands between measuring and signing."""

from __future__ import annotations

from uuid import UUID

from engine.sdk import Json, Problem, RulesBroken, TaskAnswer, task_answer
from engine.values import Rial, local_date
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.certifying import certify, charge_of, figures_shown
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.returning import HEEDED, returned
from processes.contractor_statement.answers.seen import (
    central_limit,
    certificate_digest,
    digest_by,
    needed,
)
from processes.contractor_statement.queries import advance_paid, certified_before
from processes.contractor_statement.records import Statement, StatementKind
from processes.contractor_statement.rules.advance import advance_outstanding
from processes.contractor_statement.rules.checks_payment import check_recovery


@task_answer("interim_statement", "review_deductions")
@task_answer("final_statement", "review_deductions")
def review_deductions(answer: TaskAnswer) -> dict[str, Json]:
    """Take the finance reviewer's penalty and recovery, with their minutes (R-STM-09, -11)."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    penalty = Rial(int(answer.values.get("penalty") or 0))
    minute = str(answer.values.get("penalty_minute_no") or "").strip()
    if penalty < Rial.ZERO:
        raise RulesBroken([Problem("MON-002", "penalty", {"value": str(penalty.amount)})])
    if penalty > Rial.ZERO and not minute:
        raise RulesBroken([Problem("STM-029", "penalty_minute_no")])
    _enter_recovery(answer, statement)
    statement.penalty = penalty
    statement.penalty_minute_no = minute or None
    certify(answer.session, statement, answer.case_values, local_date(answer.at))
    seen: dict[str, Json] = {"seen_review_deductions": digest_by(statement, "consultant")}
    values = {**answer.case_values, **seen}
    return {
        **HEEDED,
        **seen,
        "penalty": penalty.amount,
        "penalty_minute_no": minute,
        "recovery": None if statement.recovery is None else statement.recovery.amount,
        "recovery_minute_no": statement.recovery_minute_no,
        **figures_shown(statement),
        **needed(statement, values, central_limit(answer.at)),
    }


def _enter_recovery(answer: TaskAnswer, statement: Statement) -> None:
    """Keep another recovery of the advance than the method's, where one was agreed on.

    Raises:
        RulesBroken: ``MON-002`` negative, ``STM-022`` more than is outstanding, ``STM-057``
            in a final statement, which recovers all; ``GEN-REQUIRED`` no minute says so.
    """
    entered, minute = answer.values.get("recovery"), answer.values.get("recovery_minute_no")
    statement.recovery = statement.recovery_minute_no = None
    if entered is None:
        return
    recovery, said = Rial(int(entered)), str(minute or "").strip()
    problems = check_recovery(recovery, _outstanding_before(answer, statement))
    if recovery < Rial.ZERO:
        problems = [Problem("MON-002", "recovery", {"value": str(recovery.amount)})]
    if statement.kind is StatementKind.FINAL:
        problems = [Problem("STM-057", "recovery")]
    if not said:
        problems.append(Problem("GEN-REQUIRED", "recovery_minute_no"))
    if problems:
        raise RulesBroken(problems)
    statement.recovery, statement.recovery_minute_no = recovery, said


def _outstanding_before(answer: TaskAnswer, statement: Statement) -> Rial:
    before = certified_before(answer.session, statement)
    return advance_outstanding(advance_paid(answer.session, statement.contract_id), before.advance)


@task_answer("interim_statement", "check_credit")
@task_answer("final_statement", "check_credit")
def check_credit(answer: TaskAnswer) -> dict[str, Json]:
    """Reserve the credit in the same step that checks it (R-BUD-04)."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    amount = charge_of(statement)
    line_id = _line_id(answer)
    problems = credit.reserve(answer.session, statement, line_id, amount, answer.at)
    if problems:
        raise RulesBroken(problems)
    seen: dict[str, Json] = {"seen_check_credit": digest_by(statement, "consultant")}
    values = {**answer.case_values, **seen}
    return {
        **HEEDED,
        **seen,
        "credit_line_id": str(line_id),
        "credit_amount": amount.amount,
        **needed(statement, values, central_limit(answer.at)),
    }


def _line_id(answer: TaskAnswer) -> UUID:
    try:
        return UUID(str(answer.values.get("credit_line_id")))
    except ValueError as missing:
        raise RulesBroken([Problem("GEN-REQUIRED", "credit_line_id")]) from missing


@task_answer("interim_statement", "central_review")
@task_answer("final_statement", "central_review")
def central_review(answer: TaskAnswer) -> dict[str, Json]:
    """Take the word of the central technical office on a large statement."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    digest = certificate_digest(statement)
    return {
        **HEEDED,
        "seen_central_review": digest,
        "digest": digest,
        "central_needed": False,
        "central_note": answer.values.get("note"),
    }
