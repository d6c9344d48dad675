"""Walks vouchers through the engine's commands, as the people in them would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.commands import recalling
from engine.model.person import Grant, Person
from engine.sdk import new_id
from engine.values import JalaliDate, Rial, local_date
from processes.financial_documents.records import (
    BudgetLine,
    InvoiceLine,
    InvoiceState,
    OrderKind,
    OrderLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SupplierInvoice,
    VerifiedPayee,
    Voucher,
    VoucherException,
)
from processes.financial_documents.rules.budget import CreditType
from tests.kit.walking import WalkedCase, WalkingOffice

PAYEE = "10861234508"
OTHER_PAYEE = "14007650912"
IBAN = "IR790610000000700796858044"
PAPER = str(new_id())
#: step -> who does it in the demonstration
PEOPLE: Mapping[str, str] = {
    "prepare": "fin_expert",
    "resolve_mismatch": "proc_officer",
    "settle_credit": "budget_officer",
    "check": "fin_head",
    "approve_fin_head": "fin_head",
    "approve_unit_head": "unit_head",
    "control": "treasurer",
    "answer_objection": "unit_head",
    "read_insistence": "auditor",
    "pay": "treasurer",
}


@dataclass
class Office(WalkingOffice):
    """Where vouchers are prepared, approved and paid."""

    def start(
        self,
        document_type: str = "EXPENSE",
        by: str = "fin_expert",
        process: str = "payment_voucher",
        **values: Any,
    ) -> Case:
        """Start a voucher, or a case of another process."""
        about = {"document_type": document_type} if process == "payment_voucher" else {}
        return Case(self, self.begin(process, by, {**about, **values}))

    def allocate(self, case: Case, amount: Rial) -> None:
        """Let the line of a voucher have been allocated another amount."""
        line = case.voucher.line
        assert line is not None
        with self.database.unit_of_work() as uow:
            uow.session.get_one(BudgetLine, line.id).allocated = amount
            uow.commit()

    def give(self, username: str, like: str) -> None:
        """Give somebody the roles of another."""
        uow = self.database.unit_of_work()
        with uow:
            of = {each: _person(uow.session, each) for each in (username, like)}
            for grant in uow.session.scalars(select(Grant).where(Grant.person_id == of[like])):
                uow.session.add(
                    Grant(person_id=of[username], role=grant.role, unit_code=grant.unit_code)
                )
            uow.commit()

    def exceptions(self, case: Case) -> list[VoucherException]:
        """Return what is worth a look about a voucher."""
        with self.database.reader() as session:
            return list(
                session.scalars(
                    select(VoucherException).where(VoucherException.voucher_id == case.voucher.id)
                )
            )

    def line(self, **other: Any) -> str:
        """Store a budget line of this year with ten thousand million rials; return its id."""
        year = JalaliDate.of(local_date(self.clock())).year
        known = {
            "unit": "D07",
            "fiscal_year": year,
            "code": "220105-1",
            "title": "مواد و لوازم مصرفی",
            "credit_type": CreditType.CURRENT,
            "approved": Rial(100_000_000_000),
            "allocated": Rial(100_000_000_000),
        }
        line = BudgetLine(**(known | other))
        self.add(line)
        with self.database.reader() as session:
            found = select(BudgetLine.id).where(BudgetLine.code == (known | other)["code"])
            return str(session.scalars(found).one())

    def payee(self, payee_id: str = PAYEE, **other: Any) -> None:
        """Store a verified account of a payee."""
        known = {
            "payee_id": payee_id,
            "name": "شرکت نمونه",
            "iban": IBAN,
            "entered_by": "records",
            "entered_at": self.clock(),
            "verified_by": "records2",
            "verified_at": self.clock(),
        }
        self.add(VerifiedPayee(**(known | other)))

    def order(
        self, quantity: int = 100, price: int = 5_000_000, received: int | None = 100
    ) -> UUID:
        """Store an order of one line with what came of it; return its id."""
        on = local_date(self.clock())
        order = PurchaseOrder(
            unit="D07",
            order_no=f"س-{quantity}-{received}",
            kind=OrderKind.GOODS,
            payee_id=PAYEE,
            payee_name="شرکت نمونه",
            subject="کاغذ",
            ordered_on=on,
            entered_by="proc_officer",
            entered_at=self.clock(),
        )
        line = OrderLine(
            position=1,
            title="کاغذ",
            measure="بسته",
            quantity=Decimal(quantity),
            unit_price=Rial(price),
        )
        order.lines.append(line)
        self.add(order)
        with self.database.reader() as session:
            order_id = session.scalars(select(PurchaseOrder.id).order_by(PurchaseOrder.id)).all()[
                -1
            ]
        if received is not None:
            self.receive(order_id, received)
        return order_id

    def receive(self, order_id: UUID, quantity: int, by: str = "storekeeper") -> None:
        """Store a receipt of an order's one line."""
        receipt = Receipt(
            order_id=order_id,
            receipt_no=f"ر-{quantity}",
            received_on=local_date(self.clock()),
            received_by=by,
            entered_at=self.clock(),
        )
        receipt.lines.append(
            ReceiptLine(order_line_id=self._order_line(order_id), quantity=Decimal(quantity))
        )
        self.add(receipt)

    def _order_line(self, order_id: UUID) -> UUID:
        with self.database.reader() as session:
            found = select(OrderLine.id).where(OrderLine.order_id == order_id)
            return session.scalars(found).one()

    def invoice(
        self, order_id: UUID | None, quantity: int = 100, price: int = 5_000_000, **other: Any
    ) -> str:
        """Store an invoice of one line with ten percent tax; return its id."""
        amount = Rial(price * quantity)
        on: date = local_date(self.clock())
        known = {
            "unit": "D07",
            "order_id": order_id,
            "payee_id": PAYEE,
            "payee_name": "شرکت نمونه",
            "invoice_no": f"ف-{quantity}-{price}",
            "fiscal_year": JalaliDate.of(on).year,
            "dated": on,
            "state": InvoiceState.ENTERED,
            "entered_by": "fin_expert",
            "entered_at": self.clock(),
        }
        invoice = SupplierInvoice(**(known | other))
        invoice.lines.append(
            InvoiceLine(
                order_line_id=None if order_id is None else self._order_line(order_id),
                position=1,
                title="کاغذ",
                quantity=Decimal(quantity),
                unit_price=Rial(price),
                amount=amount,
                vat=Rial(amount.amount // 10),
            )
        )
        self.add(invoice)
        with self.database.reader() as session:
            found = select(SupplierInvoice.id).order_by(SupplierInvoice.id)
            return str(session.scalars(found).all()[-1])


@dataclass
class Case(WalkedCase):
    """One voucher being walked."""

    people = PEOPLE

    office: Office

    @property
    def voucher(self) -> Voucher:
        """The voucher as stored now."""
        with self.office.database.reader() as session:
            found = session.scalars(
                select(Voucher).where(Voucher.instance_id == self.instance_id)
            ).one()
            _ = found.line, found.deductions, found.invoice
            session.expunge_all()
            return found

    def state(self) -> str:
        """Return where the voucher stands."""
        return self.voucher.state.value

    def take_back(self, step: str) -> Case:
        """Take the answer to a step back, as who gave it."""
        recalling.recall(
            self.office.database.unit_of_work(),
            self.done[step],
            actor=self.office.actor(PEOPLE[step]),
            at=self.office.clock(),
        )
        return self

    def prepare(self, line_id: str, **other: Any) -> Case:
        """Send a voucher of twelve hundred million rials, unless told otherwise."""
        known: dict[str, Any] = {
            "payee_id": PAYEE,
            "gross": 1_200_000_000,
            "budget_line_id": line_id,
            "basis": "نامهٔ ۱۲",
            "attachments": [PAPER],
        }
        return self.do("prepare", "submit", **(known | other))

    def give_back(self, step: str, reason: str = "AMOUNT", **values: Any) -> Case:
        """Return the case from a step."""
        return self.do(step, "return", return_reason=reason, **values)


def _person(session: Any, username: str) -> UUID:
    found: UUID = session.scalars(select(Person.id).where(Person.username == username)).one()
    return found
