"""Starting a voucher."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import CaseFacts, Json, Problem, StartRequest, case_start, unit_of, units_of
from engine.values import JalaliDate, local_date
from processes.financial_documents.answers import payroll
from processes.financial_documents.answers.advances import approved_excess
from processes.financial_documents.answers.claims import approved_claim
from processes.financial_documents.answers.finding import TITLES, refuse, uuid_of
from processes.financial_documents.records import (
    ENDED,
    AdvanceSettlement,
    ClaimState,
    DocumentType,
    InvoiceState,
    PayrollList,
    PettyCashClaim,
    SettlementState,
    SupplierInvoice,
    Voucher,
    VoucherState,
)


@case_start("payment_voucher")
def open_voucher(request: StartRequest) -> CaseFacts:
    """Open a draft; one that pays an invoice belongs to the invoice's unit.

    Raises:
        RulesBroken: ``FIN-016`` no invoice is chosen, ``FIN-013`` it is another unit's,
            ``FIN-014`` it has a voucher; ``PCH-013``, ``PCH-014`` so for a claim of petty cash,
            ``ADV-010``, ``ADV-011`` for the excess of a settlement, ``PRL-008`` for a payroll;
            ``GEN-REQUIRED`` the actor makes vouchers for several units and names none.
    """
    kind = DocumentType(str(request.values["document_type"]))
    session, invoice, claim, settlement, paid = request.session, None, None, None, None
    units = units_of(request.actor, "FIN_EXPERT")
    if kind is DocumentType.INVOICE:
        invoice = _invoice(session, request.values.get("invoice_id"), units)
        invoice.state = InvoiceState.IN_VOUCHER
    if kind is DocumentType.PETTY_CASH:
        claim = approved_claim(session, request.values.get("claim_id"), units)
    if kind is DocumentType.SETTLEMENT:
        settlement = approved_excess(session, request.values.get("settlement_id"), units)
    if kind is DocumentType.PAYROLL:
        paid = payroll.list_to_pay(session, request.values.get("payroll_id"), units)
    unit = paid.unit if paid else _unit(request, invoice, claim, settlement)
    voucher = Voucher(
        instance_id=request.instance_id,
        unit=unit,
        fiscal_year=JalaliDate.of(local_date(request.at)).year,
        document_type=kind,
        state=VoucherState.DRAFT,
        invoice=invoice,
        dated=local_date(request.at),
        created_at=request.at,
    )
    session.add(voucher)
    session.flush()
    facts = facts_of(voucher)
    if paid is not None:
        return _listing(facts, voucher, paid)
    if settlement is not None:
        return _settling(facts, voucher, settlement)
    return facts if claim is None else _paying(facts, voucher, claim)


def _unit(
    request: StartRequest,
    invoice: SupplierInvoice | None,
    claim: PettyCashClaim | None,
    settlement: AdvanceSettlement | None,
) -> str:
    """Return whose voucher it is: that of what it pays, else the one that its maker names."""
    if invoice is not None:
        return invoice.unit
    if claim is not None:
        return claim.cash.unit
    if settlement is not None:
        return settlement.unit
    return unit_of(request.actor, "FIN_EXPERT", named=str(request.values.get("unit") or ""))


def _paying(facts: CaseFacts, voucher: Voucher, claim: PettyCashClaim) -> CaseFacts:
    """Join a claim to the voucher that pays it."""
    claim.state, claim.voucher_id = ClaimState.IN_VOUCHER, voucher.id
    known: dict[str, Json] = {"amount": claim.amount.amount, "claim_no": claim.number}
    title = f"{facts.title} · {claim.number}"
    return replace(facts, title=title, values={**facts.values, **known})


def _listing(facts: CaseFacts, voucher: Voucher, paid: PayrollList) -> CaseFacts:
    """Join a payroll list to the voucher that pays it."""
    paid.voucher_id = voucher.id
    known: dict[str, Json] = {
        "amount": paid.total("gross").amount,
        "payroll_title": paid.title,
        "payroll": payroll.shown_lines(paid),
    }
    title = f"{facts.title} · {paid.title}"
    return replace(facts, title=title, values={**facts.values, **known})


def _settling(facts: CaseFacts, voucher: Voucher, settlement: AdvanceSettlement) -> CaseFacts:
    """Join the excess of a settlement to the voucher that pays it."""
    settlement.state, settlement.excess_voucher_id = SettlementState.IN_VOUCHER, voucher.id
    known: dict[str, Json] = {"amount": settlement.excess.amount}
    title = f"{facts.title} · {settlement.number}"
    return replace(facts, title=title, values={**facts.values, **known})


def _invoice(session: Session, chosen: object, units: list[str]) -> SupplierInvoice:
    invoice_id = uuid_of(chosen)
    invoice = None if invoice_id is None else session.get(SupplierInvoice, invoice_id)
    if invoice is None:
        refuse([Problem("FIN-016", "invoice_id")])
    assert invoice is not None
    problems = []
    order_unit = invoice.unit if invoice.order is None else invoice.order.unit
    if invoice.unit not in units or order_unit != invoice.unit:
        problems.append(Problem("FIN-013", "invoice_id"))
    in_use = select(Voucher.id).where(Voucher.invoice_id == invoice.id, Voucher.state.not_in(ENDED))
    if session.scalar(in_use) is not None:
        problems.append(Problem("FIN-014", "invoice_id"))
    refuse(problems)
    return invoice


def facts_of(voucher: Voucher) -> CaseFacts:
    """Return what a new voucher is about."""
    invoice = voucher.invoice
    kind = TITLES[voucher.document_type.value]
    values: dict[str, Json] = {
        "voucher_id": str(voucher.id),
        "document_type": voucher.document_type.value,
        "document_type_name": kind,
        "unit_code": voucher.unit,
        "has_invoice": invoice is not None,
        "has_order": invoice is not None and invoice.order_id is not None,
        "invoice_no": None if invoice is None else invoice.invoice_no,
        "invoice_total": None if invoice is None else invoice.total.amount,
        "payee": None if invoice is None else invoice.payee_name,
        "amount": None if invoice is None else invoice.total.amount,
        "dated": voucher.dated.isoformat(),
        "deductions": [],
        "voucher_no": None,
        "returned_by": None,
        "check_needed": True,
        "split_found": False,
        "matches": True,
        "warnings": [],
        "payroll": [],
    }
    party = None if invoice is None else invoice.payee_name
    return CaseFacts(
        None, kind if party is None else f"{kind} · {party}", voucher.unit, None, values
    )
