"""Preparing a voucher: everything wrong with it at once (§2.3, §2.9)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from engine.sdk import Json, Problem, TaskAnswer, TaskRecall, next_number, task_answer, task_recall
from engine.values import JalaliDate, Rial, local_date
from processes.financial_documents.answers import advances, claims, credit, holdings, payroll
from processes.financial_documents.answers.advances import SETTLED
from processes.financial_documents.answers.finding import (
    HEEDED,
    note_exception,
    payee_of,
    refuse,
    shown,
    stamp_of,
    told,
    uuid_of,
    voucher_of,
)
from processes.financial_documents.answers.orders import order_total
from processes.financial_documents.records import (
    ENDED,
    BudgetLine,
    DocumentType,
    ExceptionKind,
    InvoiceState,
    SecurityKind,
    Voucher,
    VoucherDeduction,
    VoucherState,
)
from processes.financial_documents.registry import registry
from processes.financial_documents.rules.duplicates import Paper, check_duplicate

#: these are paid in full
UNDEDUCTED = SETTLED | {DocumentType.PETTY_CASH}


@task_answer("payment_voucher", "prepare")
def prepare(answer: TaskAnswer) -> dict[str, Json]:
    """Take the voucher as prepared, or as withdrawn.

    Raises:
        RulesBroken: everything that is wrong with it, each beside its field.
    """
    voucher = voucher_of(answer.session, answer.instance_id)
    if answer.outcome == "withdraw":
        return _withdrawn(answer, voucher)
    problems = _write(answer, voucher)
    warnings = [] if problems else _alike(answer, voucher)
    warnings += [] if problems else payroll.check_same_before(answer.session, voucher)
    refuse(problems + warnings)
    if warnings:
        stamp = stamp_of(answer.actor, answer.at)
        note = warnings[0].params["number"]
        note_exception(answer.session, voucher, ExceptionKind.DUPLICATE, note, stamp)
    _number(answer, voucher)
    voucher.state = VoucherState.SUBMITTED
    voucher.submitted_at, voucher.prepared_by = answer.at, answer.actor.username
    digest = _digest(voucher, answer.values.get("attachments"))
    return {
        **HEEDED,
        **shown(voucher),
        "warnings": told(warnings),
        "delegated_amount": voucher.commitment.amount,
        "split_found": False,
        "digest": digest,
        "check_needed": answer.case_values.get("seen_check") != digest,
        "objection": None,
        "insistence": None,
    }


def _withdrawn(answer: TaskAnswer, voucher: Voucher) -> dict[str, Json]:
    voucher.state = VoucherState.REJECTED
    claims.let_go(answer.session, voucher)
    advances.let_go(answer.session, voucher)
    payroll.let_go(answer.session, voucher)
    if voucher.invoice is not None:
        voucher.invoice.state = InvoiceState.ENTERED
    holdings.let_go(answer.session, voucher.id, stamp_of(answer.actor, answer.at))
    return {}


def _write(answer: TaskAnswer, voucher: Voucher) -> list[Problem]:
    """Write down what was typed; return what is wrong with it, in the order of the form."""
    values = answer.values
    problems = [*_write_payee(answer, voucher), *_write_money(answer, voucher)]
    problems += _write_line(answer, voucher)
    problems += _write_days(answer, voucher)
    voucher.basis = str(values.get("basis") or "").strip() or _invoice_basis(voucher)
    voucher.description = str(values.get("description") or "").strip() or None
    if voucher.basis is None:
        problems.append(Problem("GEN-REQUIRED", "basis"))
    if not problems:
        problems += advances.check_second(answer.session, voucher, local_date(answer.at))
    attachments = values.get("attachments") or []
    voucher.attachments = len(attachments)
    if not attachments:
        problems.append(Problem("FIN-011", "attachments"))
    return problems


def _write_payee(answer: TaskAnswer, voucher: Voucher) -> list[Problem]:
    listed = payroll.list_in(answer.session, voucher)
    if listed is not None:
        voucher.payee_name = listed.title
        return payroll.check_payees(answer.session, listed)
    asked = _asked_by(answer, voucher)
    payee_id = str(answer.values.get("payee_id") or "") if asked is None else asked.payee_id
    field = "payee_id" if asked is None else None
    if not payee_id.strip():
        return [Problem("GEN-REQUIRED", field)]
    account = payee_of(answer.session, payee_id.strip())
    if account is None:
        return [Problem("PAY-001", field)]
    voucher.payee_id, voucher.payee_name = account.payee_id, account.name
    voucher.payee_iban = account.iban
    return []


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a voucher pays, where its basis says so and nobody types it."""

    payee_id: str
    amount: Rial


def _asked_by(answer: TaskAnswer, voucher: Voucher) -> _Asked | None:
    """Return what the invoice, the claim of petty cash or the list of a voucher asks for."""
    if voucher.invoice is not None:
        return _Asked(voucher.invoice.payee_id, voucher.invoice.total)
    claim = claims.claim_in(answer.session, voucher)
    if claim is not None:
        return _Asked(str(claim.cash.payee_id), claim.amount)
    listed = payroll.list_in(answer.session, voucher)
    if listed is not None:
        return _Asked("", listed.total("gross"))
    settlement = advances.excess_in(answer.session, voucher)
    return None if settlement is None else _Asked(settlement.payee_id, settlement.excess)


def _write_money(answer: TaskAnswer, voucher: Voucher) -> list[Problem]:
    values = answer.values
    rows: list[Mapping[str, Any]] = list(values.get("deductions") or [])
    voucher.deductions = [
        VoucherDeduction(position=number, kind=str(each["kind"]), amount=Rial(int(each["amount"])))
        for number, each in enumerate(rows, 1)
    ]
    listed = payroll.list_in(answer.session, voucher)
    if listed is not None:
        voucher.deductions = payroll.deductions(listed)
    deducted = Rial.total(each.amount for each in voucher.deductions)
    asked = _asked_by(answer, voucher)
    voucher.gross = Rial(int(values.get("gross") or 0)) if asked is None else asked.amount
    voucher.net = voucher.gross - deducted
    whole = Rial(int(values.get("commitment") or 0))
    voucher.commitment = max(whole, voucher.gross, order_total(answer.session, voucher.invoice))
    if voucher.gross <= Rial.ZERO:
        return [Problem("MON-002", "gross", {"value": str(voucher.gross.amount)})]
    if voucher.document_type in UNDEDUCTED and rows:
        return [Problem("FIN-024", "deductions")]
    if voucher.net <= Rial.ZERO:
        return [Problem("FIN-015", "deductions")]
    if voucher.document_type in UNDEDUCTED:
        return []
    return advances.check_deduction(answer.session, voucher, local_date(answer.at))


def _write_line(answer: TaskAnswer, voucher: Voucher) -> list[Problem]:
    line_id = uuid_of(answer.values.get("budget_line_id"))
    line = None if line_id is None else answer.session.get(BudgetLine, line_id)
    if line_id is None:
        return [Problem("GEN-REQUIRED", "budget_line_id")]
    if line is None or line.unit != voucher.unit:
        return [Problem("BUD-004", "budget_line_id")]
    voucher.line = line
    return []


def _write_days(answer: TaskAnswer, voucher: Voucher) -> list[Problem]:
    values, today = answer.values, local_date(answer.at)
    voucher.dated = _day(values.get("dated")) or voucher.dated
    year = JalaliDate.of(voucher.dated).year
    closed = credit.closed_year(answer.session, voucher.unit, year)
    problems = []
    if closed or year != JalaliDate.of(today).year:
        problems.append(Problem("FIN-012", "dated", {"year": str(year)}))
    if voucher.document_type in SETTLED:
        voucher.settle_by = _day(values.get("settle_by"))
        if voucher.settle_by is None:
            problems.append(Problem("GEN-REQUIRED", "settle_by"))
        elif voucher.settle_by <= voucher.dated:
            problems.append(Problem("FIN-017", "settle_by"))
        problems += _write_security(values, voucher)
    return problems


def _write_security(values: Mapping[str, Any], voucher: Voucher) -> list[Problem]:
    """Write down what stands behind an advance; return what is wrong with it."""
    kind = values.get("security_kind")
    voucher.security_kind = SecurityKind(str(kind)) if kind else None
    voucher.security_no = str(values.get("security_no") or "").strip() or None
    amount = values.get("security_amount")
    voucher.security_amount = Rial(int(amount)) if amount else None
    is_guarantee = voucher.security_kind is SecurityKind.GUARANTEE
    voucher.security_until = _day(values.get("security_until")) if is_guarantee else None
    return advances.check_security(voucher)


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _invoice_basis(voucher: Voucher) -> str | None:
    return None if voucher.invoice is None else f"صورتحساب {voucher.invoice.invoice_no}"


def _alike(answer: TaskAnswer, voucher: Voucher) -> list[Problem]:
    """Return ``FIN-005`` where something that looks the same was asked for these days."""
    days = int(registry.value("duplicate.days", local_date(answer.at)))
    near = timedelta(days=days)
    others = answer.session.scalars(
        select(Voucher).where(
            Voucher.payee_id == voucher.payee_id,
            Voucher.gross == voucher.gross,
            Voucher.dated.between(voucher.dated - near, voucher.dated + near),
            Voucher.id != voucher.id,
            Voucher.number.is_not(None),
            Voucher.state.not_in(ENDED),
        )
    )
    return check_duplicate(_paper(voucher), [_paper(each) for each in others], days)


def _paper(voucher: Voucher) -> Paper:
    """Return a voucher as the rule of duplicates reads it; its invoice is unique by itself."""
    number = voucher.voucher_no
    year = voucher.fiscal_year
    return Paper(str(voucher.payee_id), number, year, voucher.gross, voucher.dated)


def _number(answer: TaskAnswer, voucher: Voucher) -> None:
    """Give the voucher its number, once: unit, year and sequence without gaps."""
    if voucher.number is None:
        series = f"voucher/{voucher.unit}/{voucher.fiscal_year}"
        voucher.number = next_number(answer.session, series)


def _digest(voucher: Voucher, attachments: object) -> str:
    """Return what changes when anything changes that a reviewer looked at (R-BPM-02)."""
    parts = (
        voucher.payee_id,
        voucher.payee_iban,
        voucher.gross.amount,
        [(each.kind, each.amount.amount) for each in voucher.deductions],
        str(None if voucher.line is None else voucher.line.id),
        voucher.basis,
        voucher.description,
        attachments,
        voucher.dated.isoformat(),
        *_promises(voucher),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _promises(voucher: Voucher) -> tuple[str, ...]:
    """Return how an advance is secured and until when it is settled; nothing of other vouchers."""
    if voucher.document_type not in SETTLED:
        return ()
    parts = (voucher.settle_by, voucher.security_kind, voucher.security_no, voucher.security_until)
    return (*map(str, parts), str(voucher.security_amount))


@task_recall("payment_voucher", "prepare")
def take_back(recall: TaskRecall) -> Mapping[str, str]:
    """The voucher is a draft again, or what was returned; what it reserved goes back."""
    voucher = voucher_of(recall.session, recall.instance_id)
    holdings.let_go(recall.session, voucher.id, stamp_of(recall.actor, recall.at))
    again = recall.case_values.get("returned_by") is not None
    voucher.state = VoucherState.RETURNED if again else VoucherState.DRAFT
    if voucher.invoice is not None:
        voucher.invoice.state = InvoiceState.IN_VOUCHER
    return {}
