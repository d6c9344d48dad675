"""Orders and their vouchers, other vouchers, advances and the cash that comes back of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from engine.sdk import new_id
from engine.values import Rial, local_date
from engine.values.credit import CreditCommitted, CreditReserved
from engine.values.facts import Basis
from processes.financial_documents.answers import advances, credit, holdings, settling
from processes.financial_documents.answers.reviewing import book_payment, commit_credit
from processes.financial_documents.records import (
    AdvanceSettlement,
    DocumentType,
    InvoiceState,
    OrderKind,
    PurchaseOrder,
    SupplierInvoice,
    Voucher,
    VoucherState,
)
from tests.areas.credit_acts import UNIT, Acts, refuse


@dataclass
class VoucherActs(Acts):
    """What is ordered and paid by vouchers."""

    orders: list[PurchaseOrder] = field(default_factory=list, kw_only=True)
    vouchers: list[Voucher] = field(default_factory=list, kw_only=True)

    def _order(self, amount: Rial) -> None:
        basis = Basis("elsewhere", "request", new_id(), f"R{len(self.orders)}")
        self._tell(CreditReserved, amount, basis)
        self._tell(CreditCommitted, amount, basis)
        order = PurchaseOrder(
            unit=UNIT,
            order_no=basis.number,
            kind=OrderKind.GOODS,
            payee_id="1",
            payee_name="x",
            subject="x",
            ordered_on=local_date(self.at),
            entered_by="x",
            entered_at=self.at,
            credit_area=basis.area,
            credit_id=basis.id,
        )
        self.session.add(order)
        self.orders.append(order)

    def _invoice(self, amount: Rial) -> None:
        if not self.orders:
            return
        invoice = SupplierInvoice(
            unit=UNIT,
            order=self.orders[-1],
            payee_id="1",
            payee_name="x",
            invoice_no=str(len(self.vouchers)),
            fiscal_year=self.line.fiscal_year,
            dated=local_date(self.at),
            state=InvoiceState.IN_VOUCHER,
            entered_by="x",
            entered_at=self.at,
        )
        self._voucher(amount, DocumentType.INVOICE, invoice=invoice)

    def _expense(self, amount: Rial) -> None:
        self._voucher(amount, DocumentType.EXPENSE)

    def _advance(self, amount: Rial) -> None:
        self._voucher(amount, DocumentType.ADVANCE, settle_by=local_date(self.at))

    def _voucher(self, amount: Rial, document_type: DocumentType, **other: Any) -> None:
        voucher = Voucher(
            id=new_id(),
            unit=UNIT,
            fiscal_year=self.line.fiscal_year,
            document_type=document_type,
            state=VoucherState.SUBMITTED,
            line=self.kept,
            payee_id="1",
            gross=amount,
            net=amount,
            dated=local_date(self.at),
            created_at=self.at,
            **other,
        )
        self.session.add(voucher)
        self.session.flush()
        refuse(holdings.reserve(self.session, voucher, self.stamp))
        voucher.state = VoucherState.CREDIT_OK
        self.vouchers.append(voucher)

    def _at(self, *states: VoucherState) -> Voucher | None:
        return next((each for each in reversed(self.vouchers) if each.state in states), None)

    def _approve(self, _: Rial) -> None:
        if voucher := self._at(VoucherState.CREDIT_OK):
            refuse(commit_credit(self.session, voucher, self.stamp))
            voucher.state = VoucherState.APPROVED

    def _send_back(self, _: Rial) -> None:
        """Return an approved voucher, which asks for another amount then."""
        if voucher := self._at(VoucherState.APPROVED):
            held = credit.holding_of(self.session, voucher.id)
            assert held is not None
            credit.uncommit(self.session, held, self.stamp)
            voucher.gross = voucher.net = Rial(max(voucher.gross.amount // 2, 1))
            refuse(holdings.reserve(self.session, voucher, self.stamp))
            voucher.state = VoucherState.CREDIT_OK

    def _pay_voucher(self, _: Rial) -> None:
        voucher = self._at(VoucherState.APPROVED)
        if voucher is None:
            return
        book_payment(self.session, voucher, "1", self.stamp)
        advances.opened(self.session, voucher, self.at)

    def _let_go(self, _: Rial) -> None:
        if voucher := self._at(VoucherState.CREDIT_OK, VoucherState.APPROVED):
            holdings.let_go(self.session, voucher.id, self.stamp)
            voucher.state = VoucherState.REJECTED

    def _cash_back(self, amount: Rial) -> None:
        """Take cash of the oldest advance back, as its settlement does."""
        query = select(AdvanceSettlement).where(AdvanceSettlement.cash_back == Rial.ZERO)
        found = self.session.scalars(query.order_by(AdvanceSettlement.id)).first()
        if found is not None:
            found.cash_back = min(amount, found.given)
            settling.refund(self.session, found, found.cash_back, self.stamp)
