"""What the service tasks of the diagrams do, inside the transaction that finishes their job."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.sdk import Answers, Json, Problem, Records, RulesBroken, record_task, working_calendar
from engine.values import Rial, end_of_day, local_date
from processes.contractor_statement import registry
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.adjusting import adjust, shown
from processes.contractor_statement.answers.advancing import advance_problems, certified_gross
from processes.contractor_statement.answers.certifying import (
    certify,
    charge_of,
    figures_shown,
    on_account_parts,
    paid_on_account,
)
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.objecting import carry_to_next
from processes.contractor_statement.answers.opening import central_limit, claim_problems
from processes.contractor_statement.answers.paying import (
    as_text,
    order_payment,
    payee_account,
    payment_problems,
)
from processes.contractor_statement.answers.releasing import (
    computed,
    due_half,
    release_control,
)
from processes.contractor_statement.answers.releasing import shown as release_shown
from processes.contractor_statement.answers.returning import STATE_AT, void_acts
from processes.contractor_statement.answers.seen import digest_by, needed
from processes.contractor_statement.answers.signing import (
    control_problems,
    mark_approved,
    mark_unapproved,
)
from processes.contractor_statement.records import (
    AdvanceInstalment,
    CreditLine,
    Deduction,
    DeductionType,
    Objection,
    PaymentOrder,
    RetentionRelease,
    Statement,
    StatementKind,
    StatementState,
)
from processes.contractor_statement.rules.deadlines import employer_due, final_deadlines
from processes.contractor_statement.rules.retention import Half, retention_halves

_BEFORE_CERTIFICATE = (StatementState.OWNER_REVIEW, StatementState.CONSULTANT_REVIEW)


@record_task("check_statement")
def check_statement(records: Records, _: Answers) -> Mapping[str, Json]:
    """Check the whole claim again as records stand now, then hand it to the supervisor.

    Raises:
        RulesBroken: with every problem; the diagram gives the case back to the contractor.
    """
    statement = statement_of(records.session, records.instance_id)
    problems = claim_problems(records.session, statement, records.at)
    _refuse(problems)
    statement.state = StatementState.SUPERVISOR_REVIEW
    return {"claim_warnings": len(problems)}


@record_task("record_withdrawal")
def record_withdrawal(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Give the statement up; its number may be used again.

    Raises:
        RulesBroken: ``STM-034`` the supervisor has acted.
    """
    if answers.get("supervisor_acted"):
        raise RulesBroken([Problem("STM-034")])
    statement = statement_of(records.session, records.instance_id)
    statement.state = StatementState.WITHDRAWN
    return {"withdrawn": True}


@record_task("record_return")
def record_return(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Undo the approval of the step a return names; everything else stands (R-BPM-02)."""
    statement = statement_of(records.session, records.instance_id)
    target, by = answers.text("returned_to"), answers.text("returned_by")
    mark_unapproved(records.session, statement)
    statement.state = STATE_AT.get(target, StatementState.FINANCE_REVIEW)
    void_acts(records.session, statement, {target, by}, records.at)
    undone: dict[str, Json] = {f"seen_{target}": None, f"seen_{by}": None, "rebased": False}
    return {**undone, **needed(statement, {**answers, **undone}, central_limit(records.at))}


@record_task("notify_contractor")
def notify_contractor(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Tell the contractor what stands now, once for each change; the employer's time begins."""
    statement = statement_of(records.session, records.instance_id)
    digest = digest_by(statement, "consultant")
    if answers.get("notified_digest") == digest:
        return {}
    return {
        "notified_digest": digest,
        "notified_at": records.at.isoformat(),
        "employer_due": _employer_due(records, statement),
        **_on_account_shown(records, statement),
    }


def _employer_due(records: Records, statement: Statement) -> str:
    """Return the end of the employer's last day, counted from receipt (R-STM-21, R-STM-25)."""
    calendar, on = working_calendar(records.session), local_date(records.at)
    accepted = statement.contract.provisional_acceptance_on
    if statement.kind is StatementKind.FINAL:
        due = final_deadlines(accepted or on, calendar).employer
    else:
        due = employer_due(on, calendar, registry.review_times(on))
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


@record_task("compute_certificate")
def compute_certificate(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Compute the certificate from the latest approved statement (R-STM-18)."""
    statement = statement_of(records.session, records.instance_id)
    certify(records.session, statement, answers, local_date(records.at))
    charge = charge_of(statement)
    if answers.get("seen_check_credit"):
        credit.adjust(records.session, statement, charge)  # a lack is refused at the voucher
    if not needed(statement, answers, central_limit(records.at))["technical_needed"]:
        statement.state = StatementState.FINANCE_REVIEW
    account = payee_account(records.session, statement.contract, records.at)
    problems = payment_problems(records.session, statement, records.at)
    return {
        **figures_shown(statement),
        "credit_amount": charge.amount,
        "payee_iban": None if account is None else account.iban,
        "warnings": as_text(problems),
        **needed(statement, answers, central_limit(records.at)),
    }


@record_task("record_rejection")
def record_rejection(records: Records, _: Answers) -> Mapping[str, Json]:
    """End a rejected statement; its credit goes back."""
    statement = statement_of(records.session, records.instance_id)
    statement.state = StatementState.REJECTED
    held = credit.reservation_of(records.session, statement)
    if held is not None:
        credit.give_back(records.session, held)
    return {"rejected": True}


@record_task("issue_payment_order")
def issue_payment_order(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Issue the payment order of a certificate; a balance below nothing is carried.

    Raises:
        RulesBroken: something changed since the control; the treasurer sees it again.
    """
    session, at = records.session, records.at
    statement = statement_of(session, records.instance_id)
    if statement.kind is not StatementKind.ADJUSTMENT:
        central = ("central_review",) if answers.get("seen_central_review") else ()
        _refuse(control_problems(session, statement, at, central))
    mark_approved(session, statement, at)
    line = credit.pay(session, statement)
    amount = statement.payable or Rial.ZERO
    if amount == Rial.ZERO:
        statement.state = StatementState.PAID
        return {"amount": 0, "order_no": None}
    order = _order(records, statement, amount, line)
    statement.state = StatementState.PAYMENT_ORDERED
    return {"order_no": order.order_no, "amount": amount.amount}


def _order(
    records: Records, statement: Statement, amount: Rial, line: CreditLine | None
) -> PaymentOrder:
    account = payee_account(records.session, statement.contract, records.at)
    if account is None or account.owner_id != statement.contract.contractor_id:
        raise RulesBroken([Problem("PAY-007", "account")])
    return order_payment(records.session, statement, account, amount, line, records.at)


@record_task("pay_on_account")
def pay_on_account(records: Records, _: Answers) -> Mapping[str, Json]:
    """Order the payment on account; the next certificate nets it (R-STM-24).

    Raises:
        RulesBroken: ``STM-024`` nothing to pay, ``PAY-007`` no account, ``BUD-002``,
            ``BUD-005`` no credit.
    """
    session = records.session
    statement = statement_of(session, records.instance_id)
    paid = paid_on_account(session, statement, local_date(records.at))
    if paid.payable <= Rial.ZERO:
        raise RulesBroken([Problem("STM-024")])
    line = credit.line_for(session, statement, local_date(records.at))
    if line is None:
        raise RulesBroken([Problem("BUD-005")])
    _refuse(credit.pay_at_once(line, paid.period - paid.advance_recovery))
    order = _order(records, statement, paid.payable, line)
    if statement.state in _BEFORE_CERTIFICATE:
        statement.state = StatementState.ON_ACCOUNT_PAID
    return {
        "on_account_order_no": order.order_no,
        "on_account_paid": paid.payable.amount,
        "on_account_parts": on_account_parts(paid),
    }


@record_task("pay_advance")
def pay_advance(records: Records, _: Answers) -> Mapping[str, Json]:
    """Order an instalment of the advance; its recovery starts from the gross of today.

    Raises:
        RulesBroken: something changed since the control.
    """
    session = records.session
    statement = statement_of(session, records.instance_id)
    _refuse(advance_problems(session, statement, records.at))
    amount = statement.payable or Rial.ZERO
    line = credit.pay(session, statement)
    order = _order(records, statement, amount, line)
    session.add(
        AdvanceInstalment(
            contract_id=statement.contract_id,
            statement_id=statement.id,
            amount=amount,
            gross_at_payment=certified_gross(session, statement),
            paid_on=local_date(records.at),
        )
    )
    statement.state = StatementState.PAYMENT_ORDERED
    return {"order_no": order.order_no, "amount": amount.amount}


@record_task("compute_adjustment")
def compute_adjustment(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Compute a price adjustment from the published indices.

    Raises:
        RulesBroken: ``STM-031`` to ``STM-033``, ``STM-036``.
    """
    statement = statement_of(records.session, records.instance_id)
    days = str(answers.get("days") or "")
    _, rows = adjust(records.session, statement, days, local_date(records.at))
    statement.state = (
        StatementState.CONSULTANT_REVIEW
        if statement.contract.has_consultant
        else StatementState.OWNER_REVIEW
    )
    return shown(statement, rows)


@record_task("settle_adjustment")
def settle_adjustment(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Compute the deductions of an adjustment at the finance step."""
    statement = statement_of(records.session, records.instance_id)
    days = str(answers.get("days") or "")
    _, rows = adjust(records.session, statement, days, local_date(records.at))
    statement.state = StatementState.FINANCE_REVIEW
    return shown(statement, rows)


@record_task("compute_release")
def compute_release(records: Records, _: Answers) -> Mapping[str, Json]:
    """Show the half of the retention that comes next."""
    statement = statement_of(records.session, records.instance_id)
    half = due_half(records.session, statement.contract)
    return release_shown(records.session, statement, half)


@record_task("pay_release")
def pay_release(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Pay a release from the deposit account; the second half before the first pays both.

    Raises:
        RulesBroken: something changed since the control.
    """
    session = records.session
    statement = statement_of(session, records.instance_id)
    _refuse(release_control(session, statement, dict(answers), records.at))
    half = Half(answers.text("half"))
    result = computed(session, statement, half)
    order_no = None
    if result.payable > Rial.ZERO:
        order_no = _order(records, statement, result.payable, None).order_no
    first = min(retention_halves(result.amount)[0], result.amount)
    parts = {1: first, 2: result.amount - first} if len(result.halves) == 2 else None
    for part, amount in (parts or {1 if half is Half.FIRST else 2: result.amount}).items():
        session.add(
            RetentionRelease(
                contract_id=statement.contract_id,
                statement_id=statement.id,
                part=part,
                amount=amount,
                released_at=records.at,
            )
        )
    statement.deductions = [
        Deduction(type=DeductionType.RELEASE, amount=result.amount, position=1, legal_ref="4311/35")
    ]
    statement.net = statement.payable = result.payable
    statement.state = StatementState.PAYMENT_ORDERED
    return {"order_no": order_no, "amount": result.payable.amount}


@record_task("record_objection")
def record_objection(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Carry the lines of an accepted objection to the next statement."""
    objection = records.session.get_one(Objection, UUID(answers.text("objection_id")))
    return {"carried_lines": carry_to_next(records.session, objection)}


def _refuse(problems: list[Problem]) -> None:
    if any(each.severity == "error" for each in problems):
        raise RulesBroken(problems)
