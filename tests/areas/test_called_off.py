"""What is called off from a framework is measured by its ceiling, and looks split to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.model.person import Actor
from engine.sdk import announce
from engine.storage.database import Database
from engine.values import Rial, local_date
from engine.values.contracting import ContractEnded
from engine.values.facts import Basis
from processes.contractor_statement.answers.paying import guarantee_terms
from processes.contractor_statement.records import Contract, Supplement
from processes.contractor_statement.rules import check_guarantees
from processes.contractor_statement.tests.walking import Office as Works
from processes.contractor_statement.tests.walking import quantities
from processes.financial_documents.records import BudgetLine, PurchaseOrder
from processes.financial_documents.tests.walking import IBAN, Case
from processes.financial_documents.tests.walking import Office as Finance
from processes.transactions.commands import guarantees
from processes.transactions.records import PublicContract
from processes.transactions.tests.awarded import called as made_called
from processes.transactions.tests.awarded import registered
from processes.transactions.tests.framing import ONE, PRICE, framed
from processes.transactions.tests.test_flow_supplement import Supplementing
from processes.transactions.tests.walking import LINE, Office
from tests.areas.contracted import Built, held, with_line
from tests.kit import credit
from tests.kit.walking import codes

M = 1_000_000


def test_vouchers_of_call_offs_are_no_split_and_hide_none(
    database: Database,
    actor: Callable[[str], Actor],
    run_jobs: Callable[..., int],
    clock: Any,
    signed_in: Callable[[str], FlaskClient],
):
    office = Office(database, actor, run_jobs, clock)
    finance = Finance(database, actor, run_jobs, clock)
    found = framed(office)
    found.category = "SERVICES"  # received, invoiced and paid by vouchers
    line = str(_line(database))
    payee = _order(database, found.call(225).ordered()).payee_id
    finance.payee(payee, name=ONE, iban=IBAN)
    order_id = _order(database, found.call(1).ordered()).id
    page = signed_in("proc_officer").get(f"/areas/financial_documents/orders/{order_id}").text
    assert f"{found.framework.number}</bdi>" in page, "the order says what it is called off from"

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


def test_works_called_off_are_a_contract_of_statements_that_take_its_commitment_over(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
):
    office = Office(database, actor, run_jobs, clock)
    found = framed(office)
    before = held(database)
    bidder = found.framework.firms[0].contract.firm.identifier
    office.acts_for("contractor", bidder)
    buying = found.call(500).ordered()
    number = str(buying.purchase.order_no)
    built = Built(_Numbered(number), Works(database, actor, run_jobs, clock), before)
    with database.reader() as session:
        orders = select(PurchaseOrder.id).where(PurchaseOrder.order_no == number)
        assert session.scalar(orders) is None, "nothing is received of it"
        contract = session.scalars(select(Contract).where(Contract.contract_no == number)).one()
        [line] = contract.lines
        assert (line.code, line.contract_quantity, line.unit_price) == (
            "150101",
            Decimal(500),
            Rial(PRICE),
        )
        assert contract.initial_amount == Rial(500 * PRICE)
        assert contract.contractor_id == bidder
        last = contract.started_on + timedelta(days=contract.duration_days)
        assert last == found.framework.firms[0].contract.ends_on
    assert built.since == (0, 2_000, 0)

    with_line(office, number)
    case = built.works.start("interim_statement", contract_id=built.contract_id)
    done = quantities({"150101": Decimal(100)})
    case.do("enter", "submit", None, mobilisation_progress=Decimal(0), site_materials=0, lines=done)
    case.do("measure", lines=done).do("check").do("technical_review")
    built.reserve(case.do("review_deductions", penalty=0))
    assert built.since == (440, 1_560, 0), "a fifth, with its tax"

    with database.unit_of_work() as uow:
        basis = Basis("contractor_statement", "contract", contract.id, number)
        announce(
            uow.session,
            ContractEnded(
                unit="D07", basis=basis, at=clock(), by="x", contract_no=number,
                on=local_date(clock()), is_terminated=False,
            ),
        )  # fmt: skip
        uow.commit()
    assert built.since == (440, 0, 0), "what is left goes back"
    with database.reader() as session:
        credit.must_agree(session)


def test_works_called_off_are_supplemented_within_the_quarter_the_ceiling_and_the_term(
    database: Database,
    actor: Callable[[str], Actor],
    run_jobs: Callable[..., int],
    clock: Any,
    signed_in: Callable[[str], FlaskClient],
):
    office = Office(database, actor, run_jobs, clock)
    found = framed(office)
    before = held(database)
    number = str(found.call(1_000).ordered().purchase.order_no)
    built = Built(_Numbered(number), Works(database, actor, run_jobs, clock), before)
    head = signed_in("proc_officer")
    head.post("/language", data={"locale": "en"})

    def shown() -> str:
        return head.get(f"/areas/transactions/contracts/{number}").text

    assert "Call-off of a framework" in shown()
    assert f"frameworks/{found.framework.number}" in shown(), "and the framework is a step away"
    assert number in head.get("/start/contract_supplement").text

    def propose(amount: int = 0, days: int = 0) -> Supplementing:
        with database.reader() as session:
            query = select(PublicContract.id).where(PublicContract.number == number)
            contract = str(session.scalars(query).one())
        typed = {
            "contract_id": contract, "reason": "گسترش محدوده",
            "amount_change": amount, "days_added": days,
        }  # fmt: skip
        begun = office.begin("contract_supplement", "proc_officer", typed)
        return Supplementing(office, begun)

    for amount, days, code in (
        (1_000 * M + 1, 0, ("CNT-020", "amount_change")),
        (1, 1, ("FRM-002", "days_added")),  # the supplier's own term is over by then
    ):
        with pytest.raises(RulesBroken) as refused:
            propose(amount, days)
        assert codes(refused) == [code]
    signed = propose(1_000 * M).do("firm_agrees", "signed", firm_paper="ق/۱")
    rest = found.call(4_400).ordered()
    with pytest.raises(RulesBroken) as refused:
        signed.do("sign_supplement", "sign")
    assert codes(refused) == [("FRM-001", "outcome")], "called off meanwhile"
    signed.do("sign_supplement", "reject", reject_note="جا نماند")
    assert str(rest.purchase.order_no) in head.get("/areas/transactions/contracts").text
    with pytest.raises(RulesBroken) as refused:
        propose(401 * M)
    assert codes(refused) == [("FRM-001", "amount_change")]
    signed = propose(400 * M).do("firm_agrees", "signed", firm_paper="ق/۲")
    signed.do("sign_supplement", "sign")

    assert found.room().left == Rial.ZERO, "it is taken of the ceiling"
    assert built.since == (0, 4_000 + 17_600 + 400, 0), "of the line, as it was signed"
    with database.reader() as session:
        kept = session.scalars(select(Supplement)).one()
        assert (kept.amount_change, kept.supplement_no) == (Rial(400 * M), f"{number}/2")
        credit.must_agree(session)
    assert "4,400,000,000" in shown()


def test_a_frameworks_guarantee_stands_for_its_call_offs_of_works_as_far_as_it_goes(
    database: Database,
    actor: Callable[[str], Actor],
    run_jobs: Callable[..., int],
    clock: Any,
    signed_in: Callable[[str], FlaskClient],
):
    """Five percent of each call-off are needed, in the order in which they were placed."""
    office = Office(database, actor, run_jobs, clock)
    found = framed(office)
    own = found.framework.firms[0].contract.number
    head = signed_in("unit_head")
    head.post("/language", data={"locale": "en"})

    def called(tons: int) -> str:
        return str(found.call(tons).ordered().purchase.order_no)

    def refused(number: str) -> list[str]:
        with database.reader() as session:
            of = Contract.contract_no == number
            terms = guarantee_terms(session, session.scalars(select(Contract).where(of)).one())
        return [each.code for each in check_guarantees(terms, local_date(clock()), Rial.ZERO)]

    def shown(number: str) -> str:
        return head.get(f"/areas/transactions/contracts/{number}").text

    first = called(500)
    assert refused(first) == ["STM-023"], "nobody gave one"
    whole = registered(office, concerns=own, amount=f"{300 * M}")
    second, third = called(1_000), called(250)
    assert [refused(each) for each in (first, second, third)] == [[], [], ["STM-023"]]
    assert "stand for this call-off" in shown(second)
    assert "do not cover the" in shown(third)
    page = head.get(f"/areas/transactions/frameworks/{found.framework.number}").text
    assert page.count("do not cover the") == 1
    assert f"names {third}" in page, "what has to be done"
    with database.reader() as session:
        ids = dict(session.execute(select(Contract.contract_no, Contract.id)).all())
    expert = signed_in("fin_expert")
    expert.post("/language", data={"locale": "en"})
    kept = expert.get(f"/areas/contractor_statement/contracts/{ids[second]}?tab=security").text
    assert "share of a framework" in kept
    assert "200,000,000" in kept, "what of it stands for this one"

    registered(office, concerns=third, amount=f"{50 * M}")
    assert refused(third) == []
    assert "do not cover the" not in shown(third)
    extra = registered(office, concerns=own, amount=f"{60 * M}")
    uow = database.unit_of_work()
    freed = {"event": "PROVISIONAL_ACCEPTANCE", "reference": "ص/۱"}
    guarantees.release(uow, UUID(whole), freed, actor=office.actor("fin_head"), at=clock())
    assert [refused(each) for each in (first, second, third)] == [["STM-023"], ["STM-023"], []]
    registered(office, concerns=own, amount=f"{40 * M}")
    assert refused(first) == [], "both together"
    made_called(office, extra)
    assert refused(first) == [], "what is called is money that is kept"


@dataclass
class _Numbered:
    """A contract that is known by its number alone."""

    number: str

    def contract(self) -> _Numbered:
        return self


def _order(database: Database, buying: Any) -> PurchaseOrder:
    with database.reader() as session:
        query = select(PurchaseOrder).where(PurchaseOrder.order_no == buying.purchase.order_no)
        found = session.scalars(query).one()
        _ = list(found.lines)
        return found


def _line(database: Database) -> Any:
    with database.reader() as session:
        return session.scalars(select(BudgetLine.id).where(BudgetLine.code == LINE)).one()
