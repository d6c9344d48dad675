"""Opening an interim or final statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    RulesBroken,
    StartRequest,
    case_start,
    working_calendar,
)
from engine.values import JalaliDate, Rial, end_of_day, local_date
from processes.contractor_statement.answers.finding import (
    contract_of,
    last_of_kind,
    own_contract,
    represents,
)
from processes.contractor_statement.answers.paying import suspended
from processes.contractor_statement.queries import next_statement_no
from processes.contractor_statement.records import (
    Contract,
    ContractState,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.rules.checks_header import NOT_REVIEWED
from processes.contractor_statement.rules.deadlines import final_deadlines, final_preparer

TITLES = {
    StatementKind.INTERIM: "صورت‌وضعیت موقت",
    StatementKind.FINAL: "صورت‌وضعیت قطعی",
    StatementKind.ADVANCE: "پیش‌پرداخت",
    StatementKind.ADJUSTMENT: "صورت‌وضعیت تعدیل",
    StatementKind.RETENTION_RELEASE: "استرداد حسن انجام کار",
}
#: Contract states in which a final statement is due (R-STM-25, §1.15).
FINISHED = frozenset(
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
    problems = suspended(contract, "contract_id")
    if contract.state not in (ContractState.RUNNING, ContractState.PROVISIONALLY_ACCEPTED):
        problems.append(Problem("STM-008", "contract_id", {"state": contract.state.value}))
    if last_of_kind(request.session, contract.id, StatementKind.FINAL) is not None:
        problems.append(Problem("STM-026", "contract_id"))
    problems += _under_way(last)
    _refuse(problems)
    return _open(request, contract, StatementKind.INTERIM, last)


@case_start("final_statement")
def open_final(request: StartRequest) -> CaseFacts:
    """Open the final statement, once, after provisional acceptance (R-STM-25).

    The contractor prepares it in the month he has for it; from then on the consultant, at the
    contractor's expense, whoever of the two opens the case.
    """
    contract = _contract_for_final(request)
    last = last_of_kind(request.session, contract.id, StatementKind.INTERIM)
    accepted = contract.provisional_acceptance_on or local_date(request.at)
    due = final_deadlines(accepted, working_calendar(request.session, contract.unit))
    late = final_preparer(due.contractor, local_date(request.at)) == "CONSULTANT"
    problems = suspended(contract, "contract_id")
    if contract.state not in FINISHED:
        problems.append(Problem("STM-025", "contract_id"))
    elif not late and not represents(request.actor, contract):
        bound = {"bound": str(JalaliDate.of(due.contractor))}
        problems.append(Problem("STM-048", "contract_id", bound))
    if last_of_kind(request.session, contract.id, StatementKind.FINAL) is not None:
        problems.append(Problem("STM-026", "contract_id"))
    problems += _under_way(last)
    _refuse(problems)
    facts = _open(request, contract, StatementKind.FINAL, last)
    deadlines: dict[str, Json] = {
        "contractor_due": end_of_day(due.contractor).isoformat(),
        "consultant_due": end_of_day(due.consultant).isoformat(),
        "prepared_by_consultant": late,
    }
    return replace(facts, values={**facts.values, **deadlines})


def _contract_for_final(request: StartRequest) -> Contract:
    """Return the contract of its contractor, or of a unit the actor is the consultant of."""
    contract = contract_of(request.session, request.values.get("contract_id"))
    if contract is not None and request.actor.sits_at(f"CONSULTANT@{contract.unit}"):
        return contract
    return own_contract(request.session, request.values.get("contract_id"), request.actor)


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
    statement = new_statement(
        request,
        contract,
        kind,
        period_from=period_from,
        period_to=period_to,
        mobilisation_progress=Decimal(0) if last is None else last.agreed_mobilisation_progress,
        site_materials=Rial.ZERO,
    )
    return facts_of(statement, {**_first_values(statement), "supervisor_acted": False})


def _next_period(contract: Contract, last: Statement | None, today: date) -> tuple[date, date]:
    """Return the day after the last period, to the end of its month but not after today."""
    begin = contract.started_on
    if last is not None and last.period_to is not None:
        begin = JalaliDate.of(last.period_to).plus_days(1).gregorian()
    end = JalaliDate.of(begin).month_end().gregorian()
    return begin, max(min(end, today), begin)


def new_statement(
    request: StartRequest, contract: Contract, kind: StatementKind, **known: Any
) -> Statement:
    """Add the next statement of a kind as a draft; its number belongs to one.

    Args:
        known: further columns of the statement.

    Raises:
        RulesBroken: ``STM-039`` somebody else just opened the same.
    """
    session = request.session
    statement = Statement(
        contract=contract,
        kind=kind,
        no=next_statement_no(session, contract.id, kind),
        instance_id=request.instance_id,
        state=StatementState.DRAFT,
        has_consultant=contract.has_consultant,
        created_at=request.at,
        **known,
    )
    session.add(statement)
    try:
        session.flush()
    except IntegrityError as taken:
        raise RulesBroken([Problem("STM-039", "contract_id")]) from taken
    return statement


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
        "has_consultant": statement.has_consultant,
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
