"""Check, approval, control, objection and payment: the people between a voucher and the money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.sdk import (
    Json,
    Problem,
    Session,
    TaskAnswer,
    TaskRecall,
    is_one_of,
    task_answer,
    task_recall,
)
from engine.values import Rial, local_date
from processes.financial_documents.answers import credit, holdings, payroll
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.answers.finding import (
    HEEDED,
    note_exception,
    payee_of,
    refuse,
    returned,
    shown,
    stamp_of,
    uuid_of,
    voucher_of,
)
from processes.financial_documents.answers.orders import receivers, suspended
from processes.financial_documents.records import (
    BudgetLine,
    ExceptionKind,
    HoldingState,
    InvoiceState,
    Voucher,
    VoucherState,
)
from processes.financial_documents.rules.delegation import Authority, check_authority


@task_answer("payment_voucher", "settle_credit")
def settle_credit(answer: TaskAnswer) -> dict[str, Json]:
    """Take another line, or the same after a transfer; the reservation is tried again.

    Raises:
        RulesBroken: ``BUD-004`` the line is another unit's.
    """
    voucher = voucher_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, voucher)
    line_id = uuid_of(answer.values.get("budget_line_id"))
    line = None if line_id is None else answer.session.get(BudgetLine, line_id)
    if line is None or line.unit != voucher.unit:
        refuse([Problem("BUD-004", "budget_line_id")])
    voucher.line = line
    answer.session.flush()
    return shown(voucher)


@task_answer("payment_voucher", "check")
def check(answer: TaskAnswer) -> dict[str, Json]:
    """Take the word of the head of finance; what was seen is not asked again (R-BPM-02)."""
    voucher = voucher_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, voucher)
    voucher.checked_by, voucher.checked_at = answer.actor.username, answer.at
    return {
        **HEEDED,
        "seen_check": answer.case_values.get("digest"),
        "check_note": answer.values.get("note"),
    }


@task_answer("payment_voucher", "approve_fin_head")
@task_answer("payment_voucher", "approve_unit_head")
@task_answer("payment_voucher", "approve_deputy")
@task_answer("payment_voucher", "approve_mayor")
def approve(answer: TaskAnswer) -> dict[str, Json]:
    """Approve within the limit of delegation, and commit the credit.

    Raises:
        RulesBroken: ``DEL-001``, ``DEL-002``, ``SOD-007`` the actor received the goods,
            ``SOD-012`` edited the payee, ``PAY-001`` the payee's account is gone, ``BUD-005``
            and the other codes of the budget where the reservation lapsed.
    """
    voucher = voucher_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, voucher)
    authority = authority_of(answer.case_values)
    if answer.outcome == "pass_up":
        return _passed_up(authority)
    whole = Rial(int(answer.case_values["delegated_amount"]))
    problems = check_authority(authority, whole, local_date(answer.at))
    problems += _own_hand(answer, voucher)
    refuse(problems or commit_credit(answer.session, voucher, stamp_of(answer.actor, answer.at)))
    voucher.state, voucher.approved_as = VoucherState.APPROVED, authority.role
    voucher.approved_by, voucher.approved_at = answer.actor.username, answer.at
    return {**HEEDED, "approved_by_name": answer.actor.username, "error_problems": None}


def authority_of(values: Mapping[str, Any]) -> Authority:
    """Return what the delegation table said of a case."""
    found = values["delegation"]
    limit, until = found.get("limit"), found.get("valid_until")
    return Authority(
        str(found["approver"]),
        None if limit is None else Rial(int(limit)),
        None if until is None else date.fromisoformat(str(until)),
    )


def _passed_up(authority: Authority) -> dict[str, Json]:
    if authority.limit is None:
        refuse([Problem("GEN-CHOICE", "outcome")])
    assert authority.limit is not None
    return {"delegated_amount": authority.limit.amount + 1}


def _own_hand(answer: TaskAnswer, voucher: Voucher) -> list[Problem]:
    """Return why this person may not approve: he received, or edited whom it pays."""
    who, session = answer.actor, answer.session
    problems = []
    if is_one_of(session, who, receivers(session, voucher.invoice)):
        problems.append(Problem("SOD-007", "outcome"))
    listed = payroll.list_in(session, voucher)
    if listed is not None:
        problems += payroll.check_payees(session, listed)
        if is_one_of(session, who, payroll.editors(session, listed)):
            problems.append(Problem("SOD-012", "outcome"))
        return problems
    account = payee_of(session, str(voucher.payee_id))
    if account is None or account.iban != voucher.payee_iban:
        problems.append(Problem("PAY-001"))
    elif is_one_of(session, who, (account.entered_by, account.verified_by)):
        problems.append(Problem("SOD-012", "outcome"))
    return problems


def commit_credit(session: Session, voucher: Voucher, stamp: Stamp) -> list[Problem]:
    """Commit what is reserved; what lapsed meanwhile is reserved again, if it still can be.

    Returns ``BUD-005`` and the codes of the budget where it cannot.
    """
    assert voucher.line is not None
    credit.expire(session, voucher.line.id, stamp.at)
    held = credit.holding_of(session, voucher.id)
    if held is None:
        problems = holdings.reserve(session, voucher, stamp)
        if problems:
            return [Problem("BUD-005"), *problems]
        held = credit.holding_of(session, voucher.id)
    done = held is not None and credit.commit(session, held, stamp)
    return [] if done else [Problem("BUD-005")]


@task_answer("payment_voucher", "control")
def control(answer: TaskAnswer) -> dict[str, Json]:
    """Take the treasurer's control: agreement, a written objection, or a return.

    Raises:
        RulesBroken: ``FIN-026`` the complaints board holds the order back.
    """
    voucher = voucher_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, voucher)
    if answer.outcome == "object":
        return {"objection": str(answer.values["objection"]).strip()}
    refuse(suspended(voucher))
    voucher.state = VoucherState.CONTROLLED
    voucher.controlled_by, voucher.controlled_at = answer.actor.username, answer.at
    return {"control_note": answer.values.get("note"), "error_problems": None}


@task_answer("payment_voucher", "answer_objection")
def answer_objection(answer: TaskAnswer) -> dict[str, Json]:
    """Accept the treasurer's objection, or insist: it is paid then, and the auditor is told."""
    voucher = voucher_of(answer.session, answer.instance_id)
    if answer.outcome == "accept":
        return _sent_back(answer, voucher)
    said = str(answer.values["insistence"]).strip()
    stamp = stamp_of(answer.actor, answer.at)
    note_exception(answer.session, voucher, ExceptionKind.INSISTED, said, stamp)
    voucher.state = VoucherState.CONTROLLED
    return {"insistence": said}


@task_answer("payment_voucher", "pay")
def pay(answer: TaskAnswer) -> dict[str, Json]:
    """Book what the bank has paid.

    Raises:
        RulesBroken: ``BUD-002`` more would be paid than is allocated, ``FIN-012``.
    """
    voucher = voucher_of(answer.session, answer.instance_id)
    if answer.outcome == "failed":
        voucher.state = VoucherState.APPROVED
        problem: Json = [{"code": "PAY-009", "params": {"why": str(answer.values["failure"])}}]
        return {"error_problems": problem}
    reference = str(answer.values["bank_reference"]).strip()
    book_payment(answer.session, voucher, reference, stamp_of(answer.actor, answer.at))
    return {"bank_reference": voucher.bank_reference, "paid_on": answer.values["paid_on"]}


def book_payment(session: Session, voucher: Voucher, reference: str, stamp: Stamp) -> None:
    """Note that the bank has paid a voucher, and spend its credit.

    Raises:
        RulesBroken: ``BUD-002`` more would be paid than is allocated, ``BUD-005`` nothing is
            committed.
    """
    held = credit.holding_of(session, voucher.id)
    if held is None or held.state is not HoldingState.COMMITTED:
        refuse([Problem("BUD-005")])
    assert held is not None
    refuse(credit.pay(session, held, stamp))
    voucher.state, voucher.bank_reference = VoucherState.PAID, reference
    voucher.paid_by, voucher.paid_at = stamp.by, stamp.at
    payroll.paid_by_hand(session, voucher, reference, stamp.at)
    if voucher.invoice is not None:
        voucher.invoice.state = InvoiceState.PAID


def _sent_back(answer: TaskAnswer, voucher: Voucher) -> dict[str, Json]:
    """Return a voucher to who prepared it; what was committed is only reserved again."""
    said = returned(answer.element_id, answer.values)
    held = credit.holding_of(answer.session, voucher.id)
    if held is not None:
        credit.uncommit(answer.session, held, stamp_of(answer.actor, answer.at))
    voucher.state = VoucherState.RETURNED
    voucher.approved_by = voucher.approved_at = voucher.approved_as = None
    voucher.controlled_by = voucher.controlled_at = None
    return said


@task_recall("payment_voucher", "settle_credit")
@task_recall("payment_voucher", "check")
def take_back(recall: TaskRecall) -> Mapping[str, str]:
    """The voucher lies with who answered again, where it was before."""
    voucher = voucher_of(recall.session, recall.instance_id)
    credit_ok = recall.element_id == "check"
    voucher.state = VoucherState.CREDIT_OK if credit_ok else VoucherState.SUBMITTED
    voucher.checked_by = voucher.checked_at = None
    return {}
