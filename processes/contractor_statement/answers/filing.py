"""The contractor's part of a statement: the claim, with everything wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import (
    Json,
    Problem,
    RulesBroken,
    TaskAnswer,
    task_answer,
    working_calendar,
)
from engine.values import Rial, end_of_day, local_date
from processes.contractor_statement.answers.finding import (
    as_last,
    last_of_kind,
    statement_of,
)
from processes.contractor_statement.answers.lines import (
    claim_line_problems,
    unknown_lines,
    write_claim_lines,
)
from processes.contractor_statement.answers.returning import HEEDED
from processes.contractor_statement.answers.seen import central_limit, needed
from processes.contractor_statement.answers.simple import refuse
from processes.contractor_statement.queries import certified_before
from processes.contractor_statement.records import (
    Objection,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.registry import registry, review_times
from processes.contractor_statement.rules import Header, check_header, check_variation
from processes.contractor_statement.rules import StatementKind as HeaderKind
from processes.contractor_statement.rules.deadlines import final_deadlines, interim_deadlines
from processes.contractor_statement.terms import figures_by, write_claim


@task_answer("interim_statement", "enter")
@task_answer("final_statement", "enter")
def enter(answer: TaskAnswer) -> dict[str, Json]:
    """Take the contractor's claim; every problem of it at once."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "withdraw":
        if answer.case_values.get("supervisor_acted"):
            raise RulesBroken([Problem("STM-034", "outcome")])
        return {}
    return {
        **_claimed(answer, statement),
        **again_with_contractor(answer.session, statement, answer.at),
    }


@task_answer("final_statement", "prepare")
def prepare(answer: TaskAnswer) -> dict[str, Json]:
    """Take the claim the consultant prepares when the contractor is late (R-STM-25)."""
    statement = statement_of(answer.session, answer.instance_id)
    on = local_date(answer.at)
    days = int(registry.value("stm.final.signing.days", on))
    calendar = working_calendar(answer.session, statement.contract.unit)
    due = calendar.plus_days(on, days)
    return {
        **_claimed(answer, statement),
        "prepared_by_consultant": True,
        "signed": False,
        "signing_due": end_of_day(due).isoformat(),
    }


@task_answer("final_statement", "sign_prepared")
def sign_prepared(answer: TaskAnswer) -> dict[str, Json]:
    """Take the contractor's signature; without it the statement goes on unsigned (R-STM-25)."""
    return {"signed": answer.outcome == "sign", "signing_note": answer.values.get("note")}


def again_with_contractor(session: Session, statement: Statement, at: datetime) -> dict[str, Json]:
    """Return until when the contractor has a final statement that comes back to him.

    He filed in time: what is returned to him late does not pass to the consultant at once.
    """
    if statement.kind is not StatementKind.FINAL:
        return {}
    on = local_date(at)
    accepted = statement.contract.provisional_acceptance_on or on
    calendar = working_calendar(session, statement.contract.unit)
    days = int(registry.value("stm.final.return.days", on))
    due = max(final_deadlines(accepted, calendar).contractor, calendar.plus_days(on, days))
    return {"contractor_due": end_of_day(due).isoformat()}


def _claimed(answer: TaskAnswer, statement: Statement) -> dict[str, Json]:
    """Write a claim down and send it on.

    Raises:
        RulesBroken: with everything that is wrong with it.
    """
    lines = answer.values.get("lines") or {}
    refuse(unknown_lines(statement, lines))
    _write_head(statement, answer.values)
    write_claim_lines(answer.session, statement, lines)
    _carry_disputed(answer.session, statement)
    problems = claim_problems(answer.session, statement, answer.at)
    refuse([each for each in problems if each.severity == "error"])
    claimed = write_claim(statement)
    before = certified_before(answer.session, statement).gross
    statement.state = StatementState.SUBMITTED
    statement.submitted_at = answer.at
    statement.cutoff = statement.period_to
    answer.session.flush()
    return {
        **HEEDED,
        "period_from": str(statement.period_from),
        "period_to": str(statement.period_to),
        "mobilisation_progress": statement.mobilisation_progress,
        "site_materials": (statement.site_materials or Rial.ZERO).amount,
        "claimed_gross": claimed.gross.amount,
        "amount": (claimed.gross - before).amount,
        "claim_warnings": len(problems),
        **_deadlines(answer, statement),
        **needed(statement, answer.case_values, central_limit(answer.at)),
    }


def _write_head(statement: Statement, values: Mapping[str, Any]) -> None:
    if values.get("period_from"):
        statement.period_from = date.fromisoformat(str(values["period_from"]))
    if values.get("period_to"):
        statement.period_to = date.fromisoformat(str(values["period_to"]))
    if values.get("mobilisation_progress") is not None:
        statement.mobilisation_progress = Decimal(str(values["mobilisation_progress"]))
    if values.get("site_materials") is not None:
        statement.site_materials = Rial(int(values["site_materials"]))


def claim_problems(session: Session, statement: Statement, at: datetime) -> list[Problem]:
    """Return all that is wrong with a claim, warnings included (R-STM-01 to 20)."""
    contract = statement.contract
    kind = HeaderKind(statement.kind.value)
    last = last_of_kind(session, contract.id, StatementKind.INTERIM, before=statement.no)
    if statement.kind is StatementKind.FINAL:
        last = last_of_kind(session, contract.id, StatementKind.INTERIM)
    before = as_last(last)
    number = statement.no
    if statement.kind is StatementKind.FINAL and before is not None:
        number = before.number + 1  # the final statement follows the last interim one
    header = Header(
        number=number,
        kind=kind,
        period_from=statement.period_from or contract.started_on,
        period_to=statement.period_to or contract.started_on,
        submitted_on=local_date(at),
        mobilisation_progress=statement.mobilisation_progress or Decimal(0),
        site_materials=statement.site_materials or Rial.ZERO,
    )
    problems = check_header(
        header, before, handed_over_on=contract.started_on, contract_state=contract.state.value
    )
    problems += claim_line_problems(session, statement)
    if any(each.severity == "error" for each in problems):
        return problems
    works = figures_by(statement, "claimed").measured_works
    above = check_variation(works, contract.initial_amount, limit=contract.variation_limit)
    return problems + [Problem(each.code, each.field, each.params, "warning") for each in above]


def _carry_disputed(session: Session, statement: Statement) -> None:
    """Mark the lines of accepted objections to earlier statements as disputed (§1.4)."""
    accepted = session.scalars(
        select(Objection.lines)
        .join(Statement, Statement.id == Objection.statement_id)
        .where(
            Statement.contract_id == statement.contract_id,
            Statement.id != statement.id,
            Statement.created_at <= statement.created_at,
            Objection.state == "ACCEPTED",
        )
    )
    disputed = {code for codes in accepted for code in codes.split()}
    for each in statement.lines:
        if each.contract_line.code in disputed:
            each.disputed = True


def _deadlines(answer: TaskAnswer, statement: Statement) -> dict[str, Json]:
    """Return the reviewers' deadlines, counted from receipt by the supervisor (R-STM-21)."""
    calendar = working_calendar(answer.session, statement.contract.unit)
    if statement.kind is StatementKind.FINAL:
        accepted = statement.contract.provisional_acceptance_on or local_date(answer.at)
        due = final_deadlines(accepted, calendar).consultant
    else:
        on = local_date(answer.at)
        due = interim_deadlines(on, calendar, review_times(on)).consultant
    return {"consultant_due": end_of_day(due).isoformat()}
