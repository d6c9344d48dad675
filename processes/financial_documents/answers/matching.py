"""A mismatch of order, receipt and invoice, and how the buyer resolves it (§2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.sdk import Json, Problem, TaskAnswer, TaskRecall, task_answer, task_recall
from engine.values import Rial, local_date
from processes.financial_documents.answers import holdings
from processes.financial_documents.answers.finding import refuse, shown, stamp_of, voucher_of
from processes.financial_documents.answers.orders import match_lines, tolerances
from processes.financial_documents.records import (
    CreditNote,
    InvoiceState,
    SupplierInvoice,
    Voucher,
    VoucherState,
)
from processes.financial_documents.registry import registry
from processes.financial_documents.rules.matching import Correction, corrections, match


def mismatches(session: Session, invoice: SupplierInvoice, at: datetime) -> list[Problem]:
    """Return in what an invoice, its order and what came do not agree now."""
    return match(match_lines(session, invoice), tolerances(session, local_date(at)))


def credit_needed(session: Session, invoice: SupplierInvoice, at: datetime) -> list[Correction]:
    """Return what a credit note has to take off so that they agree."""
    on = local_date(at)
    lines, vat_rate = match_lines(session, invoice), registry.rate("vat.rate", invoice.dated)
    return corrections(lines, tolerances(session, on), vat_rate)


def credited(found: list[Correction]) -> Rial:
    """Return the sum of a credit note, tax included."""
    return Rial.total(each.amount + each.vat for each in found)


@task_answer("payment_voucher", "resolve_mismatch")
def resolve_mismatch(answer: TaskAnswer) -> dict[str, Json]:
    """Take the buyer's way out; a tolerance is not loosened inside a case (R-FIN-06).

    Raises:
        RulesBroken: ``FIN-007`` the credit note is not what has to come off, ``FIN-008`` nothing
            was supplemented that makes them agree.
    """
    voucher = voucher_of(answer.session, answer.instance_id)
    invoice = voucher.invoice
    assert invoice is not None
    if answer.outcome == "return_supplier":
        voucher.state, invoice.state = VoucherState.REJECTED, InvoiceState.RETURNED
        holdings.let_go(answer.session, voucher.id, stamp_of(answer.actor, answer.at))
        return {"resolution_note": answer.values.get("resolution_note")}
    if answer.outcome == "supplement":
        if mismatches(answer.session, invoice, answer.at):
            refuse([Problem("FIN-008", "resolution_note")])
        return {"resolution_note": answer.values.get("resolution_note")}
    _take_credit_note(answer, invoice)
    _follow(voucher, invoice)
    return shown(voucher)


def _take_credit_note(answer: TaskAnswer, invoice: SupplierInvoice) -> None:
    found = credit_needed(answer.session, invoice, answer.at)
    expected, said = credited(found), int(answer.values.get("credit_amount") or 0)
    if expected.amount != said or not found:
        refuse([Problem("FIN-007", "credit_amount", {"expected": str(expected.amount)})])
    by_position = {each.position: each for each in invoice.lines}
    for each in found:
        line = by_position[each.position]
        line.credited_quantity += each.quantity
        line.credited_price += each.price
    invoice.credit_notes.append(
        CreditNote(
            note_no=str(answer.values["credit_note_no"]),
            dated=date.fromisoformat(str(answer.values["credit_note_on"])),
            amount=Rial.total(each.amount for each in found),
            vat=Rial.total(each.vat for each in found),
            entered_by=answer.actor.username,
            entered_at=answer.at,
        )
    )


def _follow(voucher: Voucher, invoice: SupplierInvoice) -> None:
    """Bring the voucher to what the invoice asks now."""
    less = voucher.gross - invoice.total
    voucher.gross, voucher.net = invoice.total, voucher.net - less


@task_recall("payment_voucher", "resolve_mismatch")
def take_back(recall: TaskRecall) -> Mapping[str, str]:
    """The invoice is what it was: a credit note that came goes, one returned is here again."""
    voucher = voucher_of(recall.session, recall.instance_id)
    invoice, outcome = voucher.invoice, recall.answer.get("outcome")
    assert invoice is not None
    voucher.state, invoice.state = VoucherState.SUBMITTED, InvoiceState.IN_VOUCHER
    if outcome == "credit_note" and invoice.credit_notes:
        invoice.credit_notes.remove(max(invoice.credit_notes, key=lambda each: each.entered_at))
        for each in invoice.lines:
            each.credited_quantity, each.credited_price = each.credited_quantity * 0, Rial.ZERO
        recall.session.flush()
        _follow(voucher, invoice)
    return {}
