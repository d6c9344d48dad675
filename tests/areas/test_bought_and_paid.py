"""What is requested, ordered and invoiced holds credit of the budget once, from step to step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from engine.model.person import Actor
from engine.storage.database import Database
from engine.values import Rial
from processes.financial_documents.records import BudgetLine, PurchaseOrder
from processes.financial_documents.tests.walking import IBAN
from processes.financial_documents.tests.walking import Office as Finance
from processes.transactions.queries.published import releases_of
from processes.transactions.tests.walking import LINE, Office

M = 1_000_000


def test_a_purchase_holds_its_credit_once_and_is_published_when_it_is_paid(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
):
    office = Office(database, actor, run_jobs, clock)
    finance = Finance(database, actor, run_jobs, clock)
    before = _held(database)

    def since() -> tuple[int, int]:
        reserved, committed = _held(database)
        return (reserved - before[0]) // M, (committed - before[1]) // M

    request = office.approved(1_500 * M)
    assert since() == (1_500, 0)
    office.buy("direct_purchase", request).find(1_200 * M, office.firm("کاغذ پارس"))
    assert since() == (0, 1_200)

    order = _order(database, "کاغذ پارس")
    assert (order.entered_by, order.total) == ("proc_officer", Rial(1_200 * M))
    finance.receive(order.id, 100)
    finance.payee(order.payee_id, name=order.payee_name, iban=IBAN)
    invoice = finance.invoice(order.id, price=12 * M, payee_id=order.payee_id)
    voucher = finance.start("INVOICE", invoice_id=invoice)
    voucher.prepare(str(_line(database).id), payee_id=None, gross=None)
    assert voucher.state() == "CREDIT_OK", voucher.incidents
    assert since() == (1_320, 0), "with its tax; the order holds nothing beside it"
    voucher.do("check", "return", return_reason="AMOUNT")
    voucher.prepare(str(_line(database).id), payee_id=None, gross=None)
    assert since() == (1_320, 0)

    voucher.do("check").do("approve_fin_head").do("control")
    voucher.do("pay", "paid", bank_reference="140512345", paid_on="2026-08-02")
    assert (voucher.state(), voucher.incidents) == ("POSTED", [])
    with database.reader() as session:
        told = releases_of(session, f"ocds-xxxxxx-{request.request.request_no}")[-1]
    [contract] = told["contracts"]
    [paid] = contract["implementation"]["transactions"]
    assert (told["tag"], contract["id"]) == (["implementation"], order.order_no)
    assert (paid["id"], paid["date"][:10]) == (voucher.voucher.voucher_no, "2026-08-02")
    assert (paid["value"]["amount"], paid["payee"]["name"]) == (1_320 * M, "کاغذ پارس")


def test_a_request_that_is_cancelled_leaves_the_budget_as_it_was(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
):
    office, before = Office(database, actor, run_jobs, clock), _held(database)
    request = office.approved(1_500 * M)
    assert _held(database) != before

    request.send("cancel", "tech_office", reason="دیگر لازم نیست")

    assert _held(database) == before


def _line(database: Database) -> BudgetLine:
    with database.reader() as session:
        return session.scalars(select(BudgetLine).where(BudgetLine.code == LINE)).one()


def _held(database: Database) -> tuple[int, int]:
    line = _line(database)
    return line.reserved.amount, line.committed.amount


def _order(database: Database, supplier: str) -> PurchaseOrder:
    with database.reader() as session:
        query = select(PurchaseOrder).where(PurchaseOrder.payee_name == supplier)
        found = session.scalars(query).one()
        _ = found.lines
        session.expunge_all()
        return found
