"""Opening an interim or final statement, and the contractor's part of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    RulesBroken,
    StartRequest,
    TaskAnswer,
    case_start,
    task_answer,
    working_calendar,
)
from engine.values import JalaliDate, Rial, end_of_day, local_date
from processes.contractor_statement import registry
from processes.contractor_statement.answers.finding import (
    as_last,
    last_of_kind,
    own_contract,
    statement_of,
)
from processes.contractor_statement.answers.lines import (
    claim_line_problems,
    unknown_lines,
    write_claim_lines,
)
from processes.contractor_statement.answers.returning import HEEDED
from processes.contractor_statement.answers.seen import needed
from processes.contractor_statement.queries import certified_before, next_statement_no
from processes.contractor_statement.records import (
    CERTIFIED,
    Contract,
    ContractState,
    Objection,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.rules import Header, check_header, check_variation
from processes.contractor_statement.rules import StatementKind as HeaderKind
from processes.contractor_statement.rules.checks_header import NOT_REVIEWED
from processes.contractor_statement.rules.deadlines import final_deadlines, interim_deadlines
from processes.contractor_statement.terms import figures_by, write_claim

TITLES = {
    StatementKind.INTERIM: "صورت‌وضعیت موقت",
    StatementKind.FINAL: "صورت‌وضعیت قطعی",
    StatementKind.ADVANCE: "پیش‌پرداخت",
    StatementKind.ADJUSTMENT: "صورت‌وضعیت تعدیل",
    StatementKind.RETENTION_RELEASE: "استرداد حسن انجام کار",
}
#: Contract states in which a final statement is due (R-STM-25, §1.15).
_FINISHED = frozenset(
    {
        ContractState.PROVISIONALLY_ACCEPTED,
        ContractState.FINALLY_ACCEPTED,
        ContractState.TERMINATED,
    }
)


@case_start("interim_statement")
def open_interim(request: StartRequest) -> CaseFacts:
    """Open the next interim statement once the one before has left the consultant."""
    contract = own_contract(request.session, request.values.get("contract_id"), request.actor)
    last = last_of_kind(request.session, contract.id, StatementKind.INTERIM)
    problems = []
    if contract.state not in (ContractState.RUNNING, ContractState.PROVISIONALLY_ACCEPTED):
        problems.append(Problem("STM-008", "contract_id", {"state": contract.state.value}))
    if last_of_kind(request.session, contract.id, StatementKind.FINAL) is not None:
        problems.append(Problem("STM-026", "contract_id"))
    problems += _under_way(last)
    _refuse(problems)
    return _open(request, contract, StatementKind.INTERIM, last)


@case_start("final_statement")
def open_final(request: StartRequest) -> CaseFacts:
    """Open the final statement, once, after provisional acceptance (R-STM-25)."""
    contract = own_contract(request.session, request.values.get("contract_id"), request.actor)
    last = last_of_kind(request.session, contract.id, StatementKind.INTERIM)
    problems = []
    if contract.state not in _FINISHED:
        problems.append(Problem("STM-025", "contract_id"))
    if last_of_kind(request.session, contract.id, StatementKind.FINAL) is not None:
        problems.append(Problem("STM-026", "contract_id"))
    problems += _under_way(last)
    _refuse(problems)
    facts = _open(request, contract, StatementKind.FINAL, last)
    accepted = contract.provisional_acceptance_on or local_date(request.at)
    due = final_deadlines(accepted, working_calendar(request.session)).contractor
    return CaseFacts(
        facts.business_key,
        facts.title,
        facts.unit,
        facts.party,
        {**facts.values, "contractor_due": end_of_day(due).isoformat()},
    )


def _under_way(last: Statement | None) -> list[Problem]:
    if last is None or last.state.value not in NOT_REVIEWED:
        return []
    params = {"previous": str(last.no), "state": last.state.value}
    return [Problem("STM-001", "contract_id", params)]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RulesBroken(problems)


def _open(
    request: StartRequest, contract: Contract, kind: StatementKind, last: Statement | None
) -> CaseFacts:
    period_from, period_to = _next_period(contract, last, local_date(request.at))
    statement = Statement(
        contract=contract,
        kind=kind,
        no=next_statement_no(request.session, contract.id, kind),
        instance_id=request.instance_id,
        state=StatementState.DRAFT,
        period_from=period_from,
        period_to=period_to,
        created_at=request.at,
        mobilisation_progress=Decimal(0) if last is None else last.agreed_mobilisation_progress,
        site_materials=Rial.ZERO,
    )
    save_new(request.session, statement)
    return facts_of(statement, {**_first_values(statement), "supervisor_acted": False})


def _next_period(contract: Contract, last: Statement | None, today: date) -> tuple[date, date]:
    """Return the day after the last period, to the end of its month but not after today."""
    begin = contract.started_on
    if last is not None and last.period_to is not None:
        begin = JalaliDate.of(last.period_to).plus_days(1).gregorian()
    end = JalaliDate.of(begin).month_end().gregorian()
    return begin, max(min(end, today), begin)


def save_new(session: Session, statement: Statement) -> None:
    """Add a statement; its number belongs to one.

    Raises:
        RulesBroken: ``STM-039`` somebody else just opened the same.
    """
    session.add(statement)
    try:
        session.flush()
    except IntegrityError as taken:
        raise RulesBroken([Problem("STM-039", "contract_id")]) from taken


def facts_of(statement: Statement, values: Mapping[str, Json]) -> CaseFacts:
    """Return what a new case of a statement is about, with the columns of its lists."""
    contract = statement.contract
    title = contract.subject  # the process, the number and the contract stand beside it
    common: dict[str, Json] = {
        "contract_id": str(contract.id),
        "contract_no": contract.contract_no,
        "contractor_id": contract.contractor_id,
        "contractor": contract.contractor_name or contract.contractor_id,
        "statement_id": str(statement.id),
        "statement_no": statement.no,
        "has_consultant": contract.has_consultant,
    }
    key = f"{contract.contract_no}/{statement.kind.value}/{statement.no}"
    return CaseFacts(key, title, contract.unit, contract.contractor_id, {**common, **values})


def _first_values(statement: Statement) -> dict[str, Json]:
    return {
        "period_from": str(statement.period_from),
        "period_to": str(statement.period_to),
        "mobilisation_progress": statement.mobilisation_progress,
        "site_materials": 0,
        "amount": None,
        "rebased": False,
        "guarantee_expiring": False,
        "meeting_needed": False,
        "central_needed": False,
    }


@task_answer("interim_statement", "enter")
@task_answer("final_statement", "enter")
def enter(answer: TaskAnswer) -> dict[str, Json]:
    """Take the contractor's claim; every problem of it at once."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "withdraw":
        if answer.case_values.get("supervisor_acted"):
            raise RulesBroken([Problem("STM-034", "outcome")])
        return {}
    lines = answer.values.get("lines") or {}
    _refuse(unknown_lines(statement, lines))
    _write_head(statement, answer.values)
    write_claim_lines(answer.session, statement, lines)
    _carry_disputed(answer.session, statement)
    problems = claim_problems(answer.session, statement, answer.at)
    _refuse([each for each in problems if each.severity == "error"])
    claimed = write_claim(statement)
    before = statement_amount_before(answer.session, statement)
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


def central_limit(at: datetime) -> Rial:
    """Return the period above which the central technical office looks too."""
    return registry.amount("stm.central.review.limit", local_date(at))


def statement_amount_before(session: Session, statement: Statement) -> Rial:
    """Return what was certified before a statement."""
    return certified_before(session, statement).gross


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
    calendar = working_calendar(answer.session)
    if statement.kind is StatementKind.FINAL:
        accepted = statement.contract.provisional_acceptance_on or local_date(answer.at)
        due = final_deadlines(accepted, calendar).consultant
    else:
        on = local_date(answer.at)
        due = interim_deadlines(on, calendar, registry.review_times(on)).consultant
    return {"consultant_due": end_of_day(due).isoformat()}


def earlier_uncertified(session: Session, statement: Statement) -> Statement | None:
    """Return an earlier measuring statement that is not certified yet."""
    last = last_of_kind(
        session,
        statement.contract_id,
        StatementKind.INTERIM,
        before=statement.no if statement.kind is StatementKind.INTERIM else None,
    )
    if last is None or last.id == statement.id or last.state in CERTIFIED:
        return None
    return last
