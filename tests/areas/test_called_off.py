"""What is called off from a framework is measured by its ceiling, and looks split to nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from engine.model.person import Actor
from engine.storage.database import Database
from processes.financial_documents.records import BudgetLine, PurchaseOrder
from processes.financial_documents.tests.walking import IBAN, Case
from processes.financial_documents.tests.walking import Office as Finance
from processes.transactions.tests.framing import ONE, PRICE, framed
from processes.transactions.tests.walking import LINE, Office

M = 1_000_000


def test_vouchers_of_call_offs_are_no_split_and_hide_none(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
):
    office = Office(database, actor, run_jobs, clock)
    finance = Finance(database, actor, run_jobs, clock)
    found = framed(office)
    line = str(_line(database))
    payee = _order(database, found.call(225).ordered()).payee_id
    finance.payee(payee, name=ONE, iban=IBAN)

    def voucher(buying: Any, tons: int) -> Case:
        order = _order(database, buying)
        finance.receive(order.id, tons)
        invoice = finance.invoice(order.id, tons, PRICE, payee_id=payee)
        case = finance.start("INVOICE", invoice_id=invoice)
        return case.prepare(line, payee_id=None, gross=None).do("check")

    called = [voucher(found.call(tons).ordered(), tons) for tons in (175, 200, 150)]
    for each in called:  # 700, 800 and 600 millions; the limit is two thousand
        assert list(each.waiting) == ["approve_fin_head"], each.incidents
        assert each.variables["warnings"] == []
    first, second = (
        finance.start().prepare(line, payee_id=payee, gross=amount * M).do("check")
        for amount in (1_500, 600)
    )
    assert list(first.waiting) == ["approve_fin_head"], "the call-offs are no part of its sum"
    assert [each["code"] for each in second.variables["warnings"]] == ["DEL-005"]
    assert second.variables["delegated_amount"] == 2_100 * M, "of these two, and of nothing else"


def _order(database: Database, buying: Any) -> PurchaseOrder:
    with database.reader() as session:
        query = select(PurchaseOrder).where(PurchaseOrder.order_no == buying.purchase.order_no)
        found = session.scalars(query).one()
        _ = list(found.lines)
        return found


def _line(database: Database) -> Any:
    with database.reader() as session:
        return session.scalars(select(BudgetLine.id).where(BudgetLine.code == LINE)).one()
