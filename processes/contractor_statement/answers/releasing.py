"""Release of retention money from the deposit account (`domain.md` §1.9, §1.15)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
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
from engine.values import Rial, local_date
from processes.contractor_statement.answers.finding import (
    last_adjusted,
    last_measured,
    last_of_kind,
    own_contract,
    statement_of,
)
from processes.contractor_statement.answers.opening import facts_of, new_statement
from processes.contractor_statement.answers.paying import (
    guarantees_of,
    payment_problems,
    suspended,
)
from processes.contractor_statement.answers.returning import HEEDED
from processes.contractor_statement.answers.simple import missing_approvals, passed, refuse
from processes.contractor_statement.queries.life import defects_open
from processes.contractor_statement.records import (
    CERTIFIED,
    ClearanceCertificate,
    Contract,
    Debt,
    GuaranteeKind,
    RetentionRelease,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.rules.retention import (
    Half,
    Release,
    RetentionAccount,
    RetentionEvent,
    check_release,
    release,
)
from processes.contractor_statement.terms import certified_with, terms_of

STEPS = ("confirm_defects", "sign_release")
_PARTS = {1: Half.FIRST, 2: Half.SECOND}
#: Where a debt is from, and the part of a release that nets it.
_DEBTS = {"CARRIED": "carried_debt", "OTHER": "other_debts"}


@case_start("retention_release")
def open_release(request: StartRequest) -> CaseFacts:
    """Open a release; one at a time."""
    session = request.session
    contract = own_contract(session, request.values.get("contract_id"), request.actor)
    last = last_of_kind(session, contract.id, StatementKind.RETENTION_RELEASE)
    problems = suspended(contract, "contract_id")
    if last is not None and last.state not in CERTIFIED:
        problems.append(Problem("STM-039", "contract_id"))
    refuse(problems)
    statement = new_statement(request, contract, StatementKind.RETENTION_RELEASE)
    return facts_of(statement, {"amount": None})


def account_of(session: Session, contract: Contract) -> RetentionAccount:
    """Return what is retained of a contract and what was given back."""
    rows = list(
        session.scalars(select(RetentionRelease).where(RetentionRelease.contract_id == contract.id))
    )
    substitutes = [
        each for each in guarantees_of(session, contract) if each.kind is GuaranteeKind.RETENTION
    ]
    return RetentionAccount(
        held=_held(session, contract),
        released=frozenset(_PARTS[each.part] for each in rows),
        paid=Rial.total(each.amount for each in rows),
        guarantee_until=min((each.valid_until for each in substitutes), default=None),
    )


def _held(session: Session, contract: Contract) -> Rial:
    """Return all that was ever retained, of the works and of their adjustments."""
    last = (last_measured(session, contract.id), last_adjusted(session, contract.id))
    return Rial.total(certified_with(each).retention for each in last if each is not None)


def computed(session: Session, statement: Statement, half: Half) -> Release:
    """Return what a half comes to; the contractor's debts are netted."""
    debts = Rial.total(each.amount for each in debts_of(session, statement))
    return release(account_of(session, statement.contract), half, debts)


def debts_of(session: Session, statement: Statement) -> list[Debt]:
    """Return the open debts of a contract: from elsewhere, and balances nobody netted."""
    query = select(Debt).where(
        Debt.contract_id == statement.contract_id,
        or_(Debt.settled_by_id.is_(None), Debt.settled_by_id == statement.id),
    )
    return list(session.scalars(query))


def settled(session: Session, statement: Statement, paid: Release) -> dict[str, Rial]:
    """Settle the debts a release nets, carry what it does not cover; return its parts.

    A debt is netted once: neither the other half nor a later payment takes it again.
    """
    debts = debts_of(session, statement)
    owed = {kind: Rial.total(e.amount for e in debts if e.source == kind) for kind in _DEBTS}
    rest = Rial.total(owed.values()) - paid.debt
    for each in debts:
        each.settled_by_id = statement.id
    if rest > Rial.ZERO:
        session.add(
            Debt(
                contract_id=statement.contract_id,
                source="CARRIED",
                arose_from_id=statement.id,
                amount=rest,
                reference=f"{statement.kind.value}/{statement.no}",
            )
        )
    parts = {part: owed[kind] for kind, part in _DEBTS.items()}
    return {"release": paid.amount, **parts, "debt_carried": rest, "payable": paid.payable}


def due_half(session: Session, contract: Contract) -> Half:
    """Return the half that comes next."""
    return Half.SECOND if Half.FIRST in account_of(session, contract).released else Half.FIRST


def shown(session: Session, statement: Statement, half: Half) -> dict[str, Json]:
    """Return a release as case variables, the debt beside the amount."""
    result = computed(session, statement, half)
    return {
        "half": half.value,
        "retained": account_of(session, statement.contract).held.amount,
        "release_amount": result.amount.amount,
        "release_debt": result.debt.amount,
        "release_payable": result.payable.amount,
        "amount": result.payable.amount,
    }


def release_problems(
    session: Session, statement: Statement, half: Half, at: datetime, *, defects_closed: bool
) -> list[Problem]:
    """Return why a half may not be released today (STM-028, STM-040 to STM-044)."""
    contract, on = statement.contract, local_date(at)
    clearance = session.scalar(
        select(ClearanceCertificate.id)
        .where(ClearanceCertificate.contract_id == contract.id)
        .limit(1)
    )
    problems = check_release(
        account_of(session, contract),
        half,
        _reached(session, contract, at),
        on=on,
        defects_closed=defects_closed and not defects_open(session, contract.id),
        clearance=clearance is not None,
        schedule=terms_of(contract).retention,
    )
    if not problems and computed(session, statement, half).amount == Rial.ZERO:
        problems.append(Problem("STM-044", "half"))
    return problems


def _reached(session: Session, contract: Contract, at: datetime) -> set[RetentionEvent]:
    reached, on = set(), local_date(at)
    final = last_of_kind(session, contract.id, StatementKind.FINAL)
    if final is not None and final.state in CERTIFIED:
        reached.add(RetentionEvent.FINAL_STATEMENT_APPROVED)
    accepted, finally_ = contract.provisional_acceptance_on, contract.final_acceptance_on
    if accepted is not None and accepted <= on:
        reached.add(RetentionEvent.PROVISIONAL_ACCEPTANCE)
    if finally_ is not None and finally_ <= on:
        reached |= {RetentionEvent.FINAL_ACCEPTANCE, RetentionEvent.DEFECTS_PERIOD_ENDED}
    return reached


@task_answer("retention_release", "request_release")
def request_release(answer: TaskAnswer) -> dict[str, Json]:
    """Take the contractor's request for a half."""
    statement = statement_of(answer.session, answer.instance_id)
    half = Half(str(answer.values.get("half")))
    refuse(release_problems(answer.session, statement, half, answer.at, defects_closed=True))
    statement.state = StatementState.SUBMITTED
    statement.submitted_at = answer.at
    figures = shown(answer.session, statement, half)
    statement.net = statement.payable = computed(answer.session, statement, half).payable
    return {**figures, "request_note": answer.values.get("note"), **HEEDED}


@task_answer("retention_release", "confirm_defects")
def confirm_defects(answer: TaskAnswer) -> dict[str, Json]:
    """Take the technical office's word that the list of defects is closed."""
    outcome = passed(answer, StatementState.OWNER_REVIEW, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    closed = bool(answer.values.get("defects_closed"))
    refuse(_problems(answer, statement, closed))
    return {**said, "defects_closed": closed}


@task_answer("retention_release", "sign_release")
def sign_release(answer: TaskAnswer) -> dict[str, Json]:
    """Sign the release."""
    outcome = passed(answer, StatementState.APPROVED, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    problems = _problems(answer, statement, bool(answer.case_values.get("defects_closed")))
    refuse(problems + missing_approvals(answer.session, statement, "confirm_defects"))
    return said


@task_answer("retention_release", "control_release")
def control_release(answer: TaskAnswer) -> dict[str, Json]:
    """Control the release: event, clearance, account and approvals."""
    outcome = passed(answer, StatementState.APPROVED, *STEPS)
    if isinstance(outcome, dict):
        return outcome
    statement, said = outcome
    refuse(release_control(answer.session, statement, answer.case_values, answer.at))
    return said


def release_control(
    session: Session, statement: Statement, values: object, at: datetime
) -> list[Problem]:
    """Return everything that stands in the way of the order for a release."""
    known = values if isinstance(values, dict) else {}
    half = Half(str(known.get("half") or due_half(session, statement.contract).value))
    closed = bool(known.get("defects_closed"))
    problems = release_problems(session, statement, half, at, defects_closed=closed)
    broken = missing_approvals(session, statement, *STEPS)
    paying = payment_problems(session, statement, at, broken=broken, advance=Rial.ZERO)
    only_account = [each for each in paying if each.code in ("PAY-007", "STM-027", "STM-058")]
    return problems + only_account


def _problems(answer: TaskAnswer, statement: Statement, closed: bool) -> list[Problem]:
    half = Half(str(answer.case_values.get("half")))
    return release_problems(answer.session, statement, half, answer.at, defects_closed=closed)
