"""Service tasks on a statement's way to its certificate."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import (
    Answers,
    Json,
    Problem,
    Records,
    RulesBroken,
    record_task,
    sends_mail,
    working_calendar,
)
from engine.values import Rial, end_of_day, local_date
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.certifying import (
    certify,
    charge_of,
    figures_shown,
    paid_on_account,
)
from processes.contractor_statement.answers.filing import (
    again_with_contractor,
    claim_problems,
)
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.paying import (
    payee_account,
    payment_problems,
    told,
)
from processes.contractor_statement.answers.returning import STATE_AT, void_acts
from processes.contractor_statement.answers.seen import central_limit, digest_by, needed
from processes.contractor_statement.answers.signing import (
    mark_unapproved,
)
from processes.contractor_statement.answers.simple import refuse
from processes.contractor_statement.queries.life import defects_open
from processes.contractor_statement.queries.notices import notice_address
from processes.contractor_statement.records import (
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.registry import registry, review_times
from processes.contractor_statement.rules.deadlines import employer_due, final_deadlines


@record_task("check_statement", replaced=True)
def check_statement(records: Records, _: Answers) -> Mapping[str, Json]:
    """Check the whole claim again as records stand now, then hand it to the supervisor.

    Raises:
        RulesBroken: with every problem; the diagram gives the case back to the contractor.
    """
    statement = statement_of(records.session, records.instance_id)
    problems = claim_problems(records.session, statement, records.at)
    refuse(problems)
    statement.state = StatementState.SUPERVISOR_REVIEW
    return {"claim_warnings": len(problems)}


@record_task("record_withdrawal")
def record_withdrawal(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Give the statement up; its number may be used again.

    Raises:
        RulesBroken: ``STM-034`` the supervisor has acted; ``STM-049`` the consultant prepared it.
    """
    if answers.get("prepared_by_consultant"):
        raise RulesBroken([Problem("STM-049")])
    if answers.get("supervisor_acted"):
        raise RulesBroken([Problem("STM-034")])
    statement = statement_of(records.session, records.instance_id)
    statement.state = StatementState.WITHDRAWN
    return {"withdrawn": True}


@record_task("record_return", replaced=True)
def record_return(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Undo the approval of the step a return names; everything else stands (R-BPM-02)."""
    statement = statement_of(records.session, records.instance_id)
    target, by = answers.text("returned_to"), answers.text("returned_by")
    mark_unapproved(records.session, statement, records.at)
    statement.state = STATE_AT.get(target, StatementState.FINANCE_REVIEW)
    void_acts(records.session, statement, {target, by}, records.at)
    undone: dict[str, Json] = {f"seen_{target}": None, f"seen_{by}": None, "rebased": False}
    if target == "enter":
        undone |= again_with_contractor(records.session, statement, records.at)
    return {**undone, **needed(statement, {**answers, **undone}, central_limit(records.at))}


@record_task("notify_contractor", replaced=True)
def notify_contractor(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Tell the contractor what stands now, once for each change; the employer's time begins.

    The diagram sends a letter where ``notice_to`` says to whom.
    """
    statement = statement_of(records.session, records.instance_id)
    digest = digest_by(statement, "consultant")
    if answers.get("notified_digest") == digest:
        return {"notice_to": None}
    written_to = notice_address(records.session, statement.contract_id)
    return {
        "notice_to": written_to.address if written_to is not None and sends_mail() else None,
        "notified_digest": digest,
        "notified_at": records.at.isoformat(),
        "employer_due": _employer_due(records, statement),
        **_on_account_shown(records, statement),
    }


def _employer_due(records: Records, statement: Statement) -> str:
    """Return the end of the employer's last day, counted from receipt (R-STM-21, R-STM-25)."""
    on = local_date(records.at)
    calendar = working_calendar(records.session, statement.contract.unit)
    accepted = statement.contract.provisional_acceptance_on
    if statement.kind is StatementKind.FINAL:
        due = final_deadlines(accepted or on, calendar).employer
    else:
        due = employer_due(on, calendar, review_times(on))
    return end_of_day(due).isoformat()


def _on_account_shown(records: Records, statement: Statement) -> dict[str, Json]:
    """Return what would be paid on account, for the head of the unit to decide by."""
    on = local_date(records.at)
    paid = paid_on_account(records.session, statement, on)
    share = (statement.claimed_gross or Rial.ZERO).share(registry.rate("stm.onaccount.rate", on))
    return {
        "on_account_claim": share.amount,
        "on_account_amount": paid.period.amount,
        "on_account_net": paid.payable.amount,
    }


@record_task("compute_certificate", replaced=True)
def compute_certificate(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Compute the certificate from the latest approved statement (R-STM-18)."""
    statement = statement_of(records.session, records.instance_id)
    certify(records.session, statement, answers, local_date(records.at))
    charge = charge_of(statement)
    if answers.get("seen_check_credit"):
        # a lack is refused at the voucher
        credit.adjust(records.session, statement, charge, records.at)
    if not needed(statement, answers, central_limit(records.at))["technical_needed"]:
        statement.state = StatementState.FINANCE_REVIEW
    account = payee_account(records.session, statement.contract, records.at)
    problems = payment_problems(records.session, statement, records.at)
    if statement.kind is StatementKind.FINAL and defects_open(
        records.session, statement.contract_id
    ):
        problems.append(Problem("STM-043", "defects", {}, "warning"))
    return {
        **figures_shown(statement),
        "credit_amount": charge.amount,
        "payee_iban": None if account is None else account.iban,
        "warnings": told(problems),
        **needed(statement, answers, central_limit(records.at)),
    }


@record_task("record_rejection")
def record_rejection(records: Records, _: Answers) -> Mapping[str, Json]:
    """End a rejected statement; its credit goes back."""
    statement = statement_of(records.session, records.instance_id)
    statement.state = StatementState.REJECTED
    held = credit.reservation_of(records.session, statement)
    if held is not None:
        credit.give_back(records.session, held, records.at)
    return {"rejected": True}
