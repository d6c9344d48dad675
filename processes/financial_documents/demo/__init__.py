"""A small budget, payees, orders and invoices to try the vouchers with; only in demo mode."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import DemoCase, DemoOffice, Story, demo_data, demo_stories
from engine.values import JalaliDate, Rial, local_date
from engine.values.later import opening
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
)
from processes.financial_documents.rules.budget import CreditType

UNIT: Final = "D07"
_BN: Final = 1_000_000_000
#: how long before the demonstration is loaded its stories begin
_EARLIEST: Final = timedelta(days=120)
_UNIT_HEAD: Final = "approve_unit_head"
#: code, title, kind, approved and allocated in thousand million rials
_LINES: Final = (
    ("110201-7", "مواد و لوازم مصرفی", CreditType.CURRENT, 50, 30),
    ("110304-7", "نگهداشت فضای سبز", CreditType.CURRENT, 80, 60),
    ("410102-7", "خرید تجهیزات عمرانی", CreditType.CAPITAL, 120, 45),
    ("410207-7", "ساخت پل‌های عابر", CreditType.CAPITAL, 90, 60),
)
#: id, name, account; all made up, their check digits agree
PAYEES: Final = (
    ("10380284790", "شرکت کاغذ نمونه (نمایشی)", "IR500120020000004444994196"),
    ("10100456787", "شرکت فضای سبز نمونه (نمایشی)", "IR550570022080013447370101"),
)
#: order, title, measure, ordered, price, received
_ORDERS: Final = (
    ("س-۱۴۰۵-۱۱", "کاغذ A4", "بسته", 100, 5_000_000, 100),
    ("س-۱۴۰۵-۱۲", "نهال چنار", "اصله", 1000, 2_500_000, 900),
)


@demo_data
def load(session: Session, at: datetime) -> None:
    """Bring the budget, payees and orders in, once."""
    here = select(BudgetLine.id).where(BudgetLine.unit == UNIT, BudgetLine.is_demo).limit(1)
    if session.scalar(here) is not None:
        return
    _holder(session, at)
    for year in _years(local_date(at)):
        for code, title, kind, approved, allocated in _LINES:
            session.add(
                BudgetLine(
                    unit=UNIT,
                    fiscal_year=year,
                    code=code,
                    title=title,
                    credit_type=kind,
                    approved=Rial(approved * _BN),
                    allocated=Rial(allocated * _BN),
                    is_demo=True,
                )
            )
    for payee_id, name, iban in PAYEES:
        session.add(
            VerifiedPayee(
                payee_id=payee_id,
                name=name,
                iban=iban,
                entered_by="records",
                entered_at=at,
                verified_by="counter_agent",
                verified_at=at,
                is_demo=True,
            )
        )
    for number, order in enumerate(_ORDERS):
        _order(session, at, PAYEES[number], order)


def _years(today: date) -> list[int]:
    """Return the years that the stories of all areas tell of: early in one the last one, too."""
    days = (today - _EARLIEST, today)
    return sorted({JalaliDate.of(each).year for each in days})


def _order(session: Session, at: datetime, payee: tuple[str, str, str], told: Any) -> None:
    order_no, title, measure, quantity, price, came = told
    on = local_date(at)
    line = OrderLine(
        position=1, title=title, measure=measure, quantity=Decimal(quantity), unit_price=Rial(price)
    )
    order = PurchaseOrder(
        unit=UNIT,
        order_no=order_no,
        kind=OrderKind.GOODS,
        payee_id=payee[0],
        payee_name=payee[1],
        subject=title,
        ordered_on=on,
        entered_by="proc_officer",
        entered_at=at,
        is_demo=True,
        lines=[line],
    )
    session.add(order)
    session.flush()
    receipt = Receipt(
        order_id=order.id,
        receipt_no="ر-۱",
        received_on=on,
        received_by="storekeeper",
        entered_at=at,
        lines=[ReceiptLine(order_line_id=line.id, quantity=Decimal(came))],
    )
    amount = Rial(price).times(Decimal(quantity))
    invoice = SupplierInvoice(
        unit=UNIT,
        order_id=order.id,
        payee_id=payee[0],
        payee_name=payee[1],
        invoice_no=f"ف-{order_no}",
        fiscal_year=JalaliDate.of(on).year,
        dated=on,
        state=InvoiceState.ENTERED,
        entered_by="fin_expert",
        entered_at=at,
        is_demo=True,
        lines=[
            InvoiceLine(
                order_line_id=line.id,
                position=1,
                title=title,
                quantity=Decimal(quantity),
                unit_price=Rial(price),
                amount=amount,
                vat=Rial(amount.amount // 10),
            )
        ],
    )
    session.add_all([receipt, invoice])
    session.flush()


@demo_stories
def stories(office: DemoOffice) -> list[Story]:
    """Return what happened to a few vouchers; nothing where they were told before."""
    uow = office.unit_of_work()
    with uow:
        if uow.session.scalar(select(Voucher.id).limit(1)) is not None:
            return []
        lines = uow.session.scalars(
            select(BudgetLine).where(BudgetLine.is_demo).order_by(BudgetLine.code)
        )
        codes = {each.code: str(each.id) for each in lines}
        invoices = uow.session.scalars(
            select(SupplierInvoice).where(SupplierInvoice.is_demo).order_by(SupplierInvoice.id)
        )
        asked = [each.id for each in invoices]
    supplies, green = codes["110201-7"], codes["110304-7"]
    return [
        _expense(office, supplies, 1_200_000_000, 6, "pay", "approve_fin_head"),
        _expense(office, supplies, 900_000_000, 4, "control"),  # both together cross the limit
        _expense(office, green, 4_600_000_000, 3, _UNIT_HEAD),
        _expense(office, supplies, 350_000_000, 2, "check"),
        *(_invoiced(office, supplies, each) for each in asked),
        _petty_cash(office),
        _advance(office, supplies),
    ]


#: whom the float of the demonstration is paid to
_HOLDER: Final = ("0499370899", "امیر کارپرداز (نمایشی)", "IR820540102680020817909002")


def _holder(session: Session, at: datetime) -> None:
    payee_id, name, iban = _HOLDER
    session.add(
        VerifiedPayee(
            payee_id=payee_id,
            name=name,
            iban=iban,
            entered_by="records",
            entered_at=at,
            verified_by="counter_agent",
            verified_at=at,
            is_demo=True,
        )
    )


def _petty_cash(office: DemoOffice) -> Story:
    """A new float waits for the head of finance."""
    yield _ago(office, 2)
    case = office.start("petty_cash", "proc_officer", kind="FLOAT")
    amount, payee_id = 200_000_000, _HOLDER[0]
    case.answer("enter_claim", "proc_officer", "submit", amount=amount, payee_id=payee_id)
    yield _ago(office, 1)
    case.answer("check_claim", "fin_expert")


def _advance(office: DemoOffice, line_id: str) -> Story:
    """An advance that was paid waits for what it was spent on (§2.8)."""
    yield _ago(office, 9)
    case = office.start("payment_voucher", "fin_expert", document_type="ADVANCE")
    settle_by = local_date(office.now) + timedelta(days=12)
    _prepare(
        case, line_id, payee_id=PAYEES[0][0], gross=640_000_000, settle_by=settle_by.isoformat(),
        security_kind="RECEIVABLE", security_no="ط-۱۴۰۵-۳", security_amount=640_000_000,
    )  # fmt: skip
    for days, step in ((8, "check"), (7, _UNIT_HEAD), (6, "control")):
        yield _ago(office, days)
        case.answer(step, _WAY[step])
    yield _ago(office, 5)
    paid_on = local_date(_ago(office, 5)).isoformat()
    case.answer("pay", "treasurer", "paid", bank_reference="640/1405", paid_on=paid_on)


#: the way of a voucher, each step with who does it
_WAY: Final = {
    "check": "fin_head",
    "approve_fin_head": "fin_head",
    _UNIT_HEAD: "unit_head",
    "control": "treasurer",
    "pay": "treasurer",
}


def _expense(
    office: DemoOffice, line_id: str, gross: int, days: int, stands_at: str, head: str = _UNIT_HEAD
) -> Story:
    """Walk one voucher to the step where it stands."""
    yield _ago(office, days)
    case = office.start("payment_voucher", "fin_expert", document_type="EXPENSE")
    _prepare(case, line_id, payee_id=PAYEES[1][0], gross=gross)
    for step in ("check", head, "control", "pay"):
        if step == stands_at:
            break
        days -= 1
        yield _ago(office, max(days, 0))
        case.answer(step, _WAY[step])


def _invoiced(office: DemoOffice, line_id: str, invoice_id: UUID) -> Story:
    """An invoice that agrees waits for its check; one that does not, for the buyer."""
    yield _ago(office, 1)
    case = office.start(
        "payment_voucher", "fin_expert", document_type="INVOICE", invoice_id=str(invoice_id)
    )
    _prepare(case, line_id)


def _prepare(case: DemoCase, line_id: str, **known: Any) -> None:
    case.attach("prepare", "fin_expert", "صورتحساب.pdf", _PAPER)
    case.answer(
        "prepare",
        "fin_expert",
        "submit",
        budget_line_id=line_id,
        basis="درخواست خرید ۱۲",
        attachments=[str(case.instance_id)],
        **known,
    )


def _ago(office: DemoOffice, days: int) -> datetime:
    moment = opening(local_date(office.now) - timedelta(days=days)) + timedelta(minutes=50)
    return min(moment, office.now)


_PAPER: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
