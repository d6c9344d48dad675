"""The service tasks of a voucher: match, reserve, look for splitting, order, post."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from engine.sdk import (
    Answers,
    Json,
    Problem,
    Records,
    RulesBroken,
    Session,
    announce,
    next_number,
    record_task,
)
from engine.values import Rial, local_date
from engine.values.bookkeeping import AccountingEvent
from engine.values.facts import Basis
from engine.values.payment import PaymentLeg, PaymentOrdered
from engine.values.purchasing import OrderPaid
from processes.financial_documents.answers import advances, claims, holdings, payroll
from processes.financial_documents.answers.advances import SETTLED
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.answers.finding import (
    TITLES,
    note_exception,
    payee_of,
    refuse,
    shown,
    told,
    voucher_of,
)
from processes.financial_documents.answers.matching import (
    credit_needed,
    credited,
    mismatches,
)
from processes.financial_documents.answers.orders import is_paid, match_lines, suspended
from processes.financial_documents.answers.reviewing import authority_of, book_payment
from processes.financial_documents.answers.splitting import split_with
from processes.financial_documents.records import (
    ClaimKind,
    DocumentType,
    ExceptionKind,
    Voucher,
    VoucherState,
)
from processes.financial_documents.rules.matching import within_tolerance

#: deduction -> the part of an accounting event
_PARTS: Final[Mapping[str, str]] = {
    "TAX": "withholding_tax",
    "INSURANCE": "social_security",
    "RETENTION": "retention",
    "ADVANCE": "advance_recovery",
}


@record_task("match_invoice", replaced=True)
def match_invoice(records: Records, _: Answers) -> Mapping[str, Json]:
    """Match the invoice with its order and what came (R-FIN-01 to 03)."""
    session = records.session
    voucher = voucher_of(session, records.instance_id)
    assert voucher.invoice is not None
    problems = mismatches(session, voucher.invoice, records.at)
    if problems:
        needed = credit_needed(session, voucher.invoice, records.at)
        expected: Json = credited(needed).amount if needed else None
        return {"matches": False, "mismatches": told(problems), "credit_expected": expected}
    voucher.state = VoucherState.CHECKED
    dearer = within_tolerance(match_lines(session, voucher.invoice))
    if dearer:
        lines = ", ".join(map(str, dearer))
        note_exception(session, voucher, ExceptionKind.TOLERANCE, lines, Stamp(records.at))
    return {"matches": True, "mismatches": [], "credit_expected": None}


@record_task("reserve_credit", replaced=True)
def reserve_credit(records: Records, _: Answers) -> Mapping[str, Json]:
    """Reserve the gross of the voucher on its line, in one step with the check (R-BUD-04).

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``BUD-004``, ``FIN-012``; the budget officer
            settles it.
    """
    session = records.session
    voucher = voucher_of(session, records.instance_id)
    problems = holdings.reserve(session, voucher, Stamp(records.at, voucher.prepared_by))
    if problems:
        raise RulesBroken(problems)
    voucher.state = VoucherState.CREDIT_OK
    return {"decision_day": local_date(records.at).isoformat()}


@record_task("check_splitting", replaced=True)
def check_splitting(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Look for commitments that were split to stay below a limit (R-DEL-04)."""
    voucher = voucher_of(records.session, records.instance_id)
    authority = authority_of(answers)
    asked = Rial(answers.integer("delegated_amount"))
    total = None
    if asked == voucher.commitment:
        total = split_with(records.session, voucher, authority.limit, records.at)
    if total is None or authority.limit is None:
        return {"split_found": False}
    params = {"sum": str(total.amount), "limit": str(authority.limit.amount)}
    note_exception(
        records.session,
        voucher,
        ExceptionKind.SPLIT,
        f"{total.amount:,} > {authority.limit.amount:,}",
        Stamp(records.at),
    )
    warnings = [*(answers.get("warnings") or []), *told([Problem("DEL-005", None, params)])]
    return {"split_found": True, "delegated_amount": total.amount, "warnings": warnings}


@record_task("order_payment")
def order_payment(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Order the payment and tell whoever pays (§2.1, stage 5).

    A voucher keeps its order's number: ordered again after the bank returned it, it is the
    same thing to pay, which no two orders can pay.

    Raises:
        RulesBroken: ``PAY-001`` the payee's account changed since the approval, ``FIN-026`` the
            complaints board holds the order back, or what a hearer says; the treasurer sees it
            again.
    """
    session = records.session
    voucher = voucher_of(session, records.instance_id)
    refuse(suspended(voucher))
    order_no = str(answers.get("order_no") or "") or _next_order(session, voucher)
    if voucher.document_type is DocumentType.PAYROLL:
        payroll.order_lines(session, voucher, order_no, records.at)
        voucher.state = VoucherState.ORDERED
        return {"order_no": order_no}
    account = payee_of(session, str(voucher.payee_id))
    if account is None or account.iban != voucher.payee_iban:
        raise RulesBroken([Problem("PAY-001")])
    voucher.state = VoucherState.ORDERED
    announce(
        session,
        PaymentOrdered(
            unit=voucher.unit,
            basis=basis_of(voucher),
            at=records.at,
            by=voucher.controlled_by,
            order_no=order_no,
            amount=voucher.net,
            payee_id=account.payee_id,
            payee_name=account.name,
            payee_iban=account.iban,
            due_on=local_date(records.at),
            legs=legs_of(voucher),
        ),
    )
    return {"order_no": order_no}


def _next_order(session: Session, voucher: Voucher) -> str:
    number = next_number(session, f"voucher_order/{voucher.unit}/{voucher.fiscal_year}")
    return f"{voucher.unit}-{voucher.fiscal_year}-V{number:06d}"


def legs_of(voucher: Voucher) -> tuple[PaymentLeg, ...]:
    """Return where the parts of a voucher go; together they are its gross (R-PAY-09)."""
    held = [PaymentLeg(each.kind.lower(), each.amount) for each in voucher.deductions]
    return (PaymentLeg("payee", voucher.net), *held)


def basis_of(voucher: Voucher) -> Basis:
    """Return what other areas know a voucher by."""
    return Basis(AREA, "voucher", voucher.id, str(voucher.voucher_no), voucher.instance_id)


@record_task("post_voucher")
def post_voucher(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Post the voucher: who keeps the books is told its parts, once.

    Raises:
        RulesBroken: ``BUD-002``, ``BUD-005``, what the bank told as paid finds no credit.
    """
    voucher = voucher_of(records.session, records.instance_id)
    if voucher.state is not VoucherState.PAID:  # the bank told it, no person recorded it
        reference = answers.text("bank_reference")
        book_payment(records.session, voucher, reference, Stamp(records.at))
    voucher.state, voucher.posted_at = VoucherState.POSTED, records.at
    claims.paid(records.session, voucher, local_date(records.at))
    advances.paid(records.session, voucher)
    advances.opened(records.session, voucher, records.at)
    advances.recover(records.session, voucher, records.at)
    for event in _events(records, voucher):
        announce(records.session, event)
    _tell_of_order(records, voucher, answers)
    return shown(voucher)


def _tell_of_order(records: Records, voucher: Voucher, answers: Answers) -> None:
    """Tell the area that placed the order of a voucher that its supplier was paid.

    An order that is paid in full holds nothing any more.
    """
    order = None if voucher.invoice is None else voucher.invoice.order
    if order is None or order.credit_area is None:
        return
    if is_paid(records.session, order):
        holdings.end_order(records.session, order, Stamp(records.at))
    announce(
        records.session,
        OrderPaid(
            unit=voucher.unit,
            basis=basis_of(voucher),
            at=records.at,
            by=voucher.paid_by,
            order_no=order.order_no,
            amount=voucher.net,
            on=date.fromisoformat(answers.text("paid_on")),
        ),
    )


def _events(records: Records, voucher: Voucher) -> Iterator[AccountingEvent]:
    """Yield what the books post of a voucher: one entry, of a payroll one for each person."""
    told: dict[str, Any] = {
        "unit": voucher.unit,
        "basis": basis_of(voucher),
        "at": records.at,
        "by": voucher.paid_by,
        "on": local_date(records.at),
        "description": f"{TITLES[voucher.document_type.value]} {voucher.voucher_no}",
    }
    listed = payroll.list_in(records.session, voucher)
    if listed is not None:
        yield from payroll.events(listed, told)
        return
    kind, amounts = _event(records, voucher)
    yield AccountingEvent(**told, kind=kind, amounts=amounts, party=voucher.payee_id)


def _event(records: Records, voucher: Voucher) -> tuple[str, dict[str, Rial]]:
    """Return which event of the books a voucher is: something given before, or an expense."""
    if voucher.document_type in SETTLED:
        return "advance_granted", _given(voucher)
    claim = claims.claim_in(records.session, voucher)
    if claim is not None and claim.kind is ClaimKind.FLOAT:
        return "petty_cash_granted", {"float": voucher.gross, "payable": voucher.net}
    return "voucher_approved", _owed(records.session, voucher)


def _given(voucher: Voucher) -> dict[str, Rial]:
    return {"advance": voucher.gross, "payable": voucher.net}


def _owed(session: Session, voucher: Voucher) -> dict[str, Rial]:
    """Return the parts of what is owed: expense and tax on one side, where they go on the other."""
    vat = advances.tax_of_excess(session, voucher)
    if voucher.invoice is not None:
        vat = voucher.invoice.vat
    parts = {"gross": voucher.gross - vat, "vat": vat, "net": voucher.net}
    for each in voucher.deductions:
        name = _PARTS.get(each.kind, "other_debts")
        parts[name] = parts.get(name, Rial.ZERO) + each.amount
    return parts
