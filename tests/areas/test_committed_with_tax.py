"""From the fiscal year 1406 a price is reserved and committed with the tax on top of it (§2.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from engine.errors import RulesBroken
from engine.storage.database import Database
from engine.values import JalaliDate, Rial, local_date
from processes.financial_documents.records import BudgetLine, InvoiceLine, PurchaseOrder
from processes.financial_documents.rules.budget import CreditType
from processes.financial_documents.tests.walking import IBAN
from processes.financial_documents.tests.walking import Office as Finance
from processes.transactions.tests.walking import LINE, Office
from tests.areas.contracted import signed
from tests.kit.credit import Figures, must_agree
from tests.kit.walking import codes

M: Final = 1_000_000
YEAR: Final = 1406


@pytest.fixture
def in_1406(office: Office) -> Office:
    """The people of the demonstration in the first year of the rule, with a line of that year."""
    days = (JalaliDate(YEAR, 2, 1).gregorian() - local_date(office.clock())).days
    office.clock.pass_time(timedelta(days=days))
    office.add(
        BudgetLine(
            unit="D07", fiscal_year=YEAR, code=LINE, title="روکش معابر",
            credit_type=CreditType.CURRENT, approved=Rial(40_000 * M), allocated=Rial(40_000 * M),
        )
    )  # fmt: skip
    return office


def _held(database: Database) -> Figures:
    """Return what is reserved, committed and paid of the line, in millions."""
    with database.reader() as session:
        reserved, committed, paid = must_agree(session)["D07", LINE, YEAR]
    return reserved // M, committed // M, paid // M


@pytest.mark.parametrize(
    ("is_taxed", "paid"), [(True, 1_320), (False, 1_200)], ids=["registered", "owes no tax"]
)
def test_an_order_commits_its_price_with_tax_and_holds_nothing_when_it_is_paid(
    in_1406: Office, run_jobs: Callable[..., int], is_taxed: bool, paid: int
):
    """1,200 million and a tenth of it; a supplier without tax leaves 120 million free again."""
    office, database = in_1406, in_1406.database
    request = office.approved(1_500 * M)
    assert _held(database) == (1_650, 0, 0)
    office.buy("direct_purchase", request).find(1_200 * M, office.firm("کاغذ پارس"))
    assert _held(database) == (0, 1_320, 0)

    finance = Finance(database, office.actor, office.run_jobs, office.clock)
    with database.reader() as session:
        order = session.scalars(
            select(PurchaseOrder).where(PurchaseOrder.payee_name == "کاغذ پارس")
        ).one()
        line = session.scalars(select(BudgetLine.id).where(BudgetLine.fiscal_year == YEAR)).one()
        session.expunge_all()
    finance.receive(order.id, 100)
    finance.payee(order.payee_id, name=order.payee_name, iban=IBAN)
    invoice = finance.invoice(order.id, price=12 * M, payee_id=order.payee_id)
    if not is_taxed:
        with database.unit_of_work() as uow:
            uow.session.execute(update(InvoiceLine).values(vat=Rial.ZERO))
            uow.commit()
    voucher = finance.start("INVOICE", invoice_id=invoice)
    voucher.prepare(str(line), payee_id=None, gross=None)
    assert _held(database) == (paid, 1_320 - paid, 0), voucher.incidents
    voucher.do("check").do("approve_fin_head").do("control")
    voucher.do("pay", "paid", bank_reference="140612345", paid_on=str(local_date(office.clock())))
    assert (voucher.state(), voucher.incidents) == ("POSTED", [])
    assert _held(database) == (0, 0, paid)


def test_a_line_has_to_have_the_tax_of_what_is_ordered(in_1406: Office):
    with in_1406.database.unit_of_work() as uow:
        uow.session.execute(
            update(BudgetLine)
            .where(BudgetLine.fiscal_year == YEAR)
            .values(allocated=Rial(1_649_999_999))
        )
        uow.commit()
    with pytest.raises(RulesBroken) as refused:
        in_1406.approved(1_500 * M)
    assert codes(refused) == [("BUD-002", "line_code")]
    assert refused.value.problems[0].params == {"exceeded": "1"}


def test_a_contract_commits_the_tax_that_its_statements_take_over(in_1406: Office):
    built: Any = signed(in_1406)
    assert _held(in_1406.database) == (0, 24_200, 0), "22 thousand million and a tenth of it"
    built.reserve(built.statement(10))
    assert _held(in_1406.database) == (2_420, 21_780, 0)
