"""The reviewers of the quantities: supervisor, consultant, technical office, meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.sdk import Json, Problem, RulesBroken, TaskAnswer, task_answer
from engine.values import Rial
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.lines import (
    review_problems,
    unknown_lines,
    with_stored,
    write_header,
    write_review_lines,
)
from processes.contractor_statement.answers.returning import HEEDED, returned
from processes.contractor_statement.answers.seen import SEES, central_limit, digest_by, needed
from processes.contractor_statement.records import (
    Statement,
    StatementKind,
    StatementState,
    Supplement,
)
from processes.contractor_statement.rules import check_variation
from processes.contractor_statement.terms import Party, figures_by, header_by


@task_answer("interim_statement", "measure")
@task_answer("final_statement", "measure")
def measure(answer: TaskAnswer) -> dict[str, Json]:
    """Take the supervisor's measurement; from now on the contractor cannot withdraw."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return {**returned(answer, statement), "supervisor_acted": True}
    kept = _review(answer, statement, "supervisor")
    statement.supervised_at = answer.at
    consulted = statement.has_consultant
    statement.state = StatementState.CONSULTANT_REVIEW if consulted else StatementState.OWNER_REVIEW
    return {**kept, "supervisor_acted": True}


@task_answer("interim_statement", "check")
@task_answer("final_statement", "check")
def check(answer: TaskAnswer) -> dict[str, Json]:
    """Take the consultant's check against the contract."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    kept = _review(answer, statement, "consultant")
    statement.consulted_at = answer.at
    statement.state = StatementState.OWNER_REVIEW
    return kept


@task_answer("interim_statement", "technical_review")
@task_answer("final_statement", "technical_review")
def technical_review(answer: TaskAnswer) -> dict[str, Json]:
    """Take the technical office's review; the works may not pass the 25 % limit."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    return _review(answer, statement, "owner", within_limit=True)


@task_answer("interim_statement", "meeting")
@task_answer("final_statement", "meeting")
def meeting(answer: TaskAnswer) -> dict[str, Json]:
    """Take the minute of the joint meeting: the quantities both sides agreed on."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    kept = _review(answer, statement, "owner", within_limit=True)
    minute: dict[str, Json] = {
        "minute_no": answer.values.get("minute_no"),
        "minute_on": answer.values.get("minute_on"),
    }
    digest = digest_by(statement, "owner")
    return {**kept, **minute, "seen_meeting": digest, "meeting_needed": False}


def _review(
    answer: TaskAnswer, statement: Statement, party: Party, *, within_limit: bool = False
) -> dict[str, Json]:
    """Check and write one reviewer's column, and say what he saw and left.

    Raises:
        RulesBroken: with every problem of the lines and the head.
    """
    named: Mapping[str, Any] = answer.values.get("lines") or {}
    unknown = unknown_lines(statement, named)
    if unknown:
        raise RulesBroken(unknown)
    lines = with_stored(statement, party, named)
    seen = digest_by(statement, SEES[answer.element_id])
    problems = review_problems(answer.session, statement, party, lines)
    write_review_lines(statement, party, lines)
    problems += write_header(statement, party, answer.values)
    if within_limit:
        problems += _above_limit(answer, statement)
    if any(each.severity == "error" for each in problems):
        raise RulesBroken(problems)
    answer.session.flush()
    progress, materials = header_by(statement, party)
    values = {**answer.case_values, f"seen_{answer.element_id}": seen}
    return {
        **HEEDED,
        f"seen_{answer.element_id}": seen,
        "digest": digest_by(statement, party),
        "changed_lines": sum(getattr(each, party) is not None for each in statement.lines),
        f"{party}_correction": answer.values.get("correction_note"),
        "mobilisation_progress": progress,
        "site_materials": materials.amount,
        **needed(statement, values, central_limit(answer.at)),
    }


def _above_limit(answer: TaskAnswer, statement: Statement) -> list[Problem]:
    contract = statement.contract
    supplements = answer.session.scalars(
        select(Supplement.amount_change).where(Supplement.contract_id == contract.id)
    )
    return check_variation(
        figures_by(statement, "owner").measured_works,
        contract.initial_amount,
        supplements=Rial.total(supplements),
        final=statement.kind is StatementKind.FINAL,
        limit=contract.variation_limit,
    )
