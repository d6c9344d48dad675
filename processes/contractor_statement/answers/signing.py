"""Voucher, approval and control: the signatures that make a certificate payable."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.sdk import Json, Problem, RulesBroken, TaskAnswer, task_answer
from engine.values import JalaliDate, Rial, local_date
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.certifying import (
    certify,
    charge_of,
    figures_shown,
    open_debts,
    paid_on_account,
)
from processes.contractor_statement.answers.finding import earlier_uncertified, statement_of
from processes.contractor_statement.answers.paying import (
    expiring,
    payment_problems,
    suspended,
    told,
)
from processes.contractor_statement.answers.returning import HEEDED, broken_acts, returned
from processes.contractor_statement.answers.seen import certificate_digest
from processes.contractor_statement.records import (
    CERTIFIED,
    COMPUTED,
    Debt,
    Guarantee,
    GuaranteeState,
    RetentionRelease,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.telling import tell_certified, tell_uncertified


@task_answer("interim_statement", "sign_voucher")
@task_answer("final_statement", "sign_voucher")
def sign_voucher(answer: TaskAnswer) -> dict[str, Json]:
    """Sign the voucher: every review stands and the credit covers it."""
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    problems = broken_acts(answer.session, statement, *_central(answer))
    problems += credit.adjust(answer.session, statement, charge_of(statement), answer.at)
    _refuse(problems)
    digest = certificate_digest(statement)
    return {**HEEDED, "seen_sign_voucher": digest, "digest": digest, "sign_needed": False}


@task_answer("interim_statement", "approve")
@task_answer("final_statement", "approve")
def approve(answer: TaskAnswer) -> dict[str, Json]:
    """Approve the payment of the certificate as it stands today.

    When the statement before was approved, or a rate changed, since the voucher was
    signed, the figures are computed anew and go back for signature (R-STM-18).
    """
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    if answer.outcome == "reject":
        return _rejected(answer)
    waiting = earlier_uncertified(answer.session, statement)
    if waiting is not None:
        raise RulesBroken([Problem("STM-030", None, {"previous": str(waiting.no)})])
    signed = certificate_digest(statement)
    certify(answer.session, statement, answer.case_values, local_date(answer.at))
    digest = certificate_digest(statement)
    if digest != signed:
        return {
            "rebased": True,
            "returned_to": "sign_voucher",
            "returned_by": "approve",
            "returned_note": None,
            "warnings": told([Problem("STM-018")]),
            **figures_shown(statement),
        }
    _refuse(broken_acts(answer.session, statement, *_central(answer), "sign_voucher"))
    mark_approved(answer.session, statement, answer.at)
    return {
        **HEEDED,
        "rebased": False,
        "seen_approve": digest,
        "digest": digest,
        "approve_needed": False,
        **_raised(answer, statement),
        "warnings": told(payment_problems(answer.session, statement, answer.at)),
    }


def _central(answer: TaskAnswer) -> tuple[str, ...]:
    return ("central_review",) if answer.case_values.get("seen_central_review") else ()


def _refuse(problems: list[Problem]) -> None:
    if any(each.severity == "error" for each in problems):
        raise RulesBroken(problems)


def _rejected(answer: TaskAnswer) -> dict[str, Json]:
    note = str(answer.values.get("reject_note") or "").strip()
    if not note:
        raise RulesBroken([Problem("GEN-REQUIRED", "reject_note")])
    return {"rebased": False, "reject_note": note}


def _named(guarantee: Guarantee) -> str:
    until = JalaliDate.of(guarantee.valid_until)
    return f"{guarantee.kind.value} {guarantee.number} ({until})"


def _raised(answer: TaskAnswer, statement: Statement) -> dict[str, Json]:
    """Return the guarantees near their end as of now, unless somebody let them be (R-STM-20)."""
    let_be = answer.case_values.get("guarantees_let_be") or []
    near = [
        name
        for each in expiring(answer.session, statement.contract, local_date(answer.at))
        if (name := _named(each)) not in let_be
    ]
    return {"guarantee_expiring": bool(near), "expiring_guarantees": "، ".join(near)}


def mark_approved(session: Session, statement: Statement, at: datetime) -> None:
    """Make the certificate stand: later statements build on it, its credit is committed."""
    if statement.state in CERTIFIED:
        return
    statement.state = StatementState.APPROVED
    statement.approved_at = at
    credit.commit(session, statement, at)
    for debt in _netted(session, statement):
        debt.settled_by_id = statement.id
    net = statement.net or Rial.ZERO
    if net < Rial.ZERO:
        session.add(
            Debt(
                contract_id=statement.contract_id,
                source="CARRIED",
                arose_from_id=statement.id,
                amount=-net,
                reference=f"{statement.kind.value}/{statement.no}",
            )
        )
    releases = Rial((statement.figures or {}).get("releases", 0))
    if statement.kind is StatementKind.FINAL and releases > Rial.ZERO:
        session.add(
            RetentionRelease(
                contract_id=statement.contract_id,
                statement_id=statement.id,
                part=1,
                amount=releases,
                released_at=at,
            )
        )
    session.flush()
    if statement.kind in COMPUTED:
        tell_certified(session, statement, at)


def _netted(session: Session, statement: Statement) -> list[Debt]:
    """Return the debts that this certificate takes; an advance or an adjustment takes none."""
    nets = statement.kind in (StatementKind.INTERIM, StatementKind.FINAL)
    return [*(open_debts(session, statement) if nets else ()), *_carried(session, statement)]


def _carried(session: Session, statement: Statement) -> list[Debt]:
    """Return the balance the statement before left, which this certificate netted."""
    query = select(Debt).where(
        Debt.source == "CARRIED",
        Debt.arose_from_id == statement.previous_id,
        Debt.settled_by_id.is_(None),
    )
    return [] if statement.previous_id is None else list(session.scalars(query))


def mark_unapproved(session: Session, statement: Statement, at: datetime) -> None:
    """Take an approval back after a return; what it booked is undone."""
    if statement.state is not StatementState.APPROVED:
        return
    statement.approved_at = None
    credit.uncommit(session, statement, at)
    session.execute(
        update(Debt).where(Debt.settled_by_id == statement.id).values(settled_by_id=None)
    )
    session.execute(
        delete(Debt).where(Debt.arose_from_id == statement.id, Debt.source == "CARRIED")
    )
    session.execute(delete(RetentionRelease).where(RetentionRelease.statement_id == statement.id))
    if statement.kind in COMPUTED:
        tell_uncertified(session, statement, at)


@task_answer("interim_statement", "guarantee_expiring")
@task_answer("final_statement", "guarantee_expiring")
def act_on_guarantees(answer: TaskAnswer) -> dict[str, Json]:
    """Extend the guarantees about to expire, or cash them and keep the money (R-STM-20)."""
    statement = statement_of(answer.session, answer.instance_id)
    on = local_date(answer.at)
    near = expiring(answer.session, statement.contract, on)
    if answer.outcome == "extend":
        until = date.fromisoformat(str(answer.values.get("valid_until")))
        if until <= on:
            raise RulesBroken([Problem("GUA-003", "valid_until")])
        for each in near:
            each.valid_until, each.state = until, GuaranteeState.EXTENDED
    elif answer.outcome == "cash":
        for each in near:
            each.state = GuaranteeState.CALLED
    let_be: list[Json] = [_named(each) for each in near] if answer.outcome == "proceed" else []
    return {"guarantee_expiring": False, "guarantees_let_be": let_be}


@task_answer("interim_statement", "control")
@task_answer("final_statement", "control")
def control(answer: TaskAnswer) -> dict[str, Json]:
    """Control the payment: approvals, guarantees, payee account and credit.

    A guarantee that came near its end since the approval is acted on first.
    """
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer, statement)
    mark_approved(answer.session, statement, answer.at)
    _refuse(control_problems(answer.session, statement, answer.at, _central(answer)))
    return {"digest": certificate_digest(statement), **_raised(answer, statement)}


def control_problems(
    session: Session, statement: Statement, at: datetime, central: tuple[str, ...]
) -> list[Problem]:
    """Return everything that stands in the way of the payment order, warnings included."""
    broken = broken_acts(session, statement, *central, "sign_voucher", "approve")
    problems = payment_problems(session, statement, at, broken=broken)
    return problems + credit.may_pay(session, statement)


@task_answer("interim_statement", "on_account")
def decide_on_account(answer: TaskAnswer) -> dict[str, Json]:
    """Let the head of the unit pay on account what is not reviewed in time (R-STM-24)."""
    if answer.outcome != "pay":
        return {"on_account_note": answer.values.get("note")}
    statement = statement_of(answer.session, answer.instance_id)
    paid = paid_on_account(answer.session, statement, local_date(answer.at))
    if held := suspended(statement.contract):
        raise RulesBroken(held)
    if statement.state in CERTIFIED or paid.payable <= Rial.ZERO:
        raise RulesBroken([Problem("STM-024")])
    return {
        "on_account_note": answer.values.get("note"),
        "on_account_amount": paid.period.amount,
        "on_account_net": paid.payable.amount,
    }
