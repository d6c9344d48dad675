"""What is requested, ordered and invoiced holds credit of the budget once, from step to step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.commands.instances import cancel
from engine.errors import RulesBroken
from engine.model.person import Actor
from engine.storage.database import Database
from engine.values import TEHRAN, JalaliDate, Rial
from processes.financial_documents.answers.credit import expire
from processes.financial_documents.commands.budgeting import close_year
from processes.financial_documents.records import BudgetLine, PurchaseOrder
from processes.financial_documents.tests.walking import IBAN, Case
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


@dataclass
class Billed:
    """A purchase of 1,200 million that is ordered, and its invoice of 1,320 million with tax."""

    finance: Finance
    before: tuple[int, int]  #: of the order's line
    invoice: str

    def voucher(self, line_id: str) -> Case:
        """Send a voucher for the invoice, on a line."""
        case = self.finance.start("INVOICE", invoice_id=self.invoice)
        return case.prepare(line_id, payee_id=None, gross=None)

    @property
    def of_order(self) -> tuple[int, int]:
        """What the order's line has reserved and committed since, in millions."""
        reserved, committed = _held(self.finance.database)
        return (reserved - self.before[0]) // M, (committed - self.before[1]) // M


@pytest.fixture
def billed(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Billed:
    office = Office(database, actor, run_jobs, clock)
    finance, before = Finance(database, actor, run_jobs, clock), _held(database)
    request = office.approved(1_500 * M)
    office.buy("direct_purchase", request).find(1_200 * M, office.firm("کاغذ پارس"))
    order = _order(database, "کاغذ پارس")
    finance.receive(order.id, 100)
    finance.payee(order.payee_id, name=order.payee_name, iban=IBAN)
    invoice = finance.invoice(order.id, price=12 * M, payee_id=order.payee_id)
    return Billed(finance, before, invoice)


def test_a_voucher_on_another_line_leaves_its_order_nothing_beside_it(billed: Billed):
    voucher = billed.voucher(billed.finance.line(code="220105-9"))

    assert voucher.state() == "CREDIT_OK", voucher.incidents
    assert billed.of_order == (0, 0)
    assert _other(voucher) == (1_320, 0)


@pytest.mark.parametrize("of_order", [True, False], ids=["its line", "another line"])
@pytest.mark.parametrize("given_up", ["withdrawn", "cancelled", "taken back"])
def test_an_order_holds_its_credit_again_when_its_voucher_is_given_up(
    billed: Billed, given_up: str, of_order: bool
):
    finance = billed.finance
    line = str(_line(finance.database).id) if of_order else finance.line(code="220105-9")
    voucher = billed.voucher(line)

    match given_up:
        case "withdrawn":
            voucher.give_back("check").do("prepare", "withdraw")
        case "cancelled":
            uow, at = finance.database.unit_of_work(), finance.clock()
            cancel(uow, voucher.instance_id, "تکراری", actor=finance.actor("admin"), at=at)
        case _:
            voucher.take_back("prepare")

    assert billed.of_order == (0, 1_200)
    assert of_order or _other(voucher) == (0, 0)
    again = (
        billed.voucher(line)
        if given_up != "taken back"
        else voucher.prepare(line, payee_id=None, gross=None)
    )
    assert again.state() == "CREDIT_OK", again.incidents
    assert billed.of_order == ((1_320, 0) if of_order else (0, 0))


def test_a_voucher_is_not_given_up_where_its_order_finds_no_credit_any_more(billed: Billed):
    finance = billed.finance
    voucher = billed.voucher(finance.line(code="220105-9")).give_back("check")
    with finance.database.unit_of_work() as uow:
        line = uow.session.get_one(BudgetLine, _line(finance.database).id)
        line.allocated = Rial(line.credit.used.amount + 1_199 * M)
        uow.commit()

    with pytest.raises(RulesBroken) as refused:
        voucher.do("prepare", "withdraw")

    [problem] = refused.value.problems
    assert (problem.code, problem.params["exceeded"]) == ("BUD-002", str(M))
    assert voucher.state() == "RETURNED"


def test_credit_taken_over_from_an_order_does_not_lapse(billed: Billed):
    finance = billed.finance
    voucher = billed.voucher(str(_line(finance.database).id))

    with finance.database.unit_of_work() as uow:
        expire(uow.session, _line(finance.database).id, finance.clock() + timedelta(days=400))
        uow.commit()

    assert billed.of_order == (1_320, 0)
    assert voucher.do("check").do("approve_fin_head").state() == "APPROVED"


def test_a_year_that_closes_over_a_voucher_leaves_its_order_committed(billed: Billed):
    finance, database = billed.finance, billed.finance.database
    billed.voucher(str(_line(database).id))
    year = _line(database).fiscal_year
    over = JalaliDate(year + 1, 1, 10).gregorian()
    at = datetime.combine(over, time(9), TEHRAN)

    close_year(database.unit_of_work(), year, actor=finance.actor("fin_head"), at=at, unit="D07")

    assert billed.of_order == (0, 1_200)


def test_a_year_in_which_an_order_finds_no_credit_again_is_not_closed_and_says_which(
    billed: Billed,
):
    """All of it is said at once, with the record and the line; nothing is closed or given back."""
    finance, database = billed.finance, billed.finance.database
    voucher = billed.voucher(finance.line(code="220105-9"))
    with database.unit_of_work() as uow:
        line = uow.session.get_one(BudgetLine, _line(database).id)
        line.allocated = Rial(line.credit.used.amount + 1_199 * M)
        uow.commit()
    year, head = _line(database).fiscal_year, finance.actor("fin_head")
    at = datetime.combine(JalaliDate(year + 1, 1, 10).gregorian(), time(9), TEHRAN)

    with pytest.raises(RulesBroken) as refused:
        close_year(database.unit_of_work(), year, actor=head, at=at, unit="D07")

    [problem] = refused.value.problems
    assert (problem.code, problem.field) == ("BUD-012", "year")
    told = {"number": voucher.voucher.voucher_no, "line": LINE, "exceeded": str(M)}
    assert problem.params == told
    assert _other(voucher) == (1_320, 0), "as before"


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


def _other(voucher: Case) -> tuple[int, int]:
    """Return what a voucher's own line has reserved and committed, in millions."""
    line = voucher.voucher.line
    assert line is not None
    return line.reserved.amount // M, line.committed.amount // M


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
