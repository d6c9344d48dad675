"""What the complaints board holds back is not paid until it decides (§3.9)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.values import JalaliDate, local_date
from processes.contractor_statement.records import Statement
from processes.financial_documents.records import PurchaseOrder
from processes.financial_documents.tests.walking import IBAN
from processes.financial_documents.tests.walking import Office as Finance
from processes.transactions.tests.awarded import BN, awarded
from processes.transactions.tests.test_flow_complaint import paper
from processes.transactions.tests.walking import Office
from tests.areas.contracted import Built
from tests.kit.walking import codes


def test_a_suspended_contract_is_not_paid_until_the_board_decides(built: Built):
    made, works = built.made, built.works
    waits = built.reserve(built.statement(10)).do("sign_voucher").do("approve")
    today = str(JalaliDate.of(local_date(works.clock())))
    complaint = paper(made, today).do("answer_complaint", "reject", answer_text="نه")
    complaint.do("decide_complaint", "suspend", suspension_note="تا رأی")
    with pytest.raises(RulesBroken) as refused:
        waits.do("control")
    assert codes(refused) == [("STM-058", None)]
    for process in ("interim_statement", "final_statement", "advance_payment", "retention_release"):
        with pytest.raises(RulesBroken) as refused:
            works.start(process, contract_id=built.contract_id)
        assert codes(refused)[0] == ("STM-058", "contract_id"), process
    with works.database.reader() as session:
        certified = str(session.scalars(select(Statement.id)).one())
    with pytest.raises(RulesBroken) as refused:
        works.start("price_adjustment", statement_id=certified)
    assert codes(refused)[0] == ("STM-058", "statement_id"), "adjusted prices are paid, too"
    complaint.do("decide_complaint", "reject", decision_text="وارد نیست")
    waits.do("control")
    assert built.since == (0, 19_580, 2_420)


def test_a_suspended_order_is_not_paid_until_the_board_decides(office: Office):
    finance = Finance(office.database, office.actor, office.run_jobs, office.clock)
    made = awarded(office, "GOODS", prices=(19 * BN, 20 * BN))
    signing = made.signing().take()
    line = {**signing.variables["bill"][0], "quantity": "100", "unit_price": 190_000_000}
    signing.draft(bill=[line]).firm_signed().do("sign_contract", "sign")
    with office.database.reader() as session:
        number = made.contract().number
        order = session.scalars(select(PurchaseOrder).where(PurchaseOrder.order_no == number)).one()
        _ = order.lines
        session.expunge_all()
    finance.receive(order.id, 100)
    finance.payee(order.payee_id, name=order.payee_name, iban=IBAN)
    invoice = finance.invoice(order.id, 50, 190_000_000, payee_id=order.payee_id)
    voucher = finance.start("INVOICE", invoice_id=invoice)
    voucher.prepare(finance.line(code="220105-9"), payee_id=None, gross=None)
    voucher.do("check").do("approve_unit_head")

    today = str(JalaliDate.of(local_date(office.clock())))
    complaint = paper(made, today).do("answer_complaint", "reject", answer_text="نه")
    complaint.do("decide_complaint", "suspend", suspension_note="تا رأی")
    with pytest.raises(RulesBroken) as refused:
        voucher.do("control")
    assert codes(refused) == [("FIN-026", None)]
    complaint.do("decide_complaint", "reject", decision_text="وارد نیست")
    assert voucher.do("control").state() == "ORDERED", voucher.incidents
