"""Reports and what people enter, as pages: who sees what, and what is said of bad input."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.model.admin_event import AdminEvent
from engine.model.person import Grant
from engine.sdk import Database, Person
from engine.values import JalaliDate, local_date
from processes.financial_documents.answers.orders import tolerances
from processes.financial_documents.queries.reports import REPORTS
from processes.financial_documents.records import (
    BudgetLine,
    PurchaseOrder,
    SupplierInvoice,
    VerifiedPayee,
)
from processes.financial_documents.tests.walking import Office

AREA = "/areas/financial_documents"
SignedIn = Callable[[str], FlaskClient]


def told(database: Database) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the area's acts in the journal, in their order: who, what, and the facts."""
    of_area = select(AdminEvent).where(AdminEvent.kind == "area_act").order_by(AdminEvent.number)
    with database.reader() as session:
        return [
            (each.actor, each.facts["act"], each.facts["told"])
            for each in session.scalars(of_area)
            if each.facts["area"] == "financial_documents"
        ]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_a_page_and_a_file(signed_in: SignedIn, office: Office, name: str):
    office.start().prepare(office.line()).do("check").do("approve_fin_head")
    browser = signed_in("fin_head")

    assert browser.get(f"{AREA}/reports/{name}").status_code == 200
    sent = browser.get(f"{AREA}/reports/{name}.csv")
    assert sent.mimetype == "text/csv"
    if name == "encumbrances":
        assert "D07-1405-000001" in sent.text
        assert "1200000000" in sent.text


def test_who_has_no_business_with_money_sees_no_report(signed_in: SignedIn):
    for username in ("contractor", "admin", "citizen"):
        assert signed_in(username).get(f"{AREA}/").status_code == 404


def test_another_unit_sees_none_of_it(signed_in: SignedIn, office: Office):
    office.start().prepare(office.line())
    page = signed_in("unit_head15").get(f"{AREA}/reports/vouchers").text
    assert "D07-1405-000001" not in page


class TestBudget:
    def line(self, database: Database, code: str = "77") -> BudgetLine:
        with database.reader() as session:
            return session.scalars(select(BudgetLine).where(BudgetLine.code == code)).one()

    def enter(self, browser: FlaskClient, **other: str) -> int:
        known = {"code": "77", "title": "سوخت", "approved": "۵۰۰", "allocated": "۳۰۰"}
        return browser.post(f"{AREA}/budget/line", data=known | other).status_code

    def test_a_line_is_entered_allocated_and_transferred_from(
        self, signed_in: SignedIn, database: Database
    ):
        browser = signed_in("budget_officer")
        assert self.enter(browser) == 303
        assert self.enter(browser) == 422  # BUD-003
        assert self.enter(browser, code="78", credit_type="CAPITAL") == 303
        first, second = self.line(database), self.line(database, "78")
        more = {"line_id": str(first.id), "amount": "200"}
        assert browser.post(f"{AREA}/budget/allocation", data=more).status_code == 303
        assert browser.post(f"{AREA}/budget/allocation", data=more).status_code == 422  # BUD-007
        moved = {"source_id": str(first.id), "target_id": str(second.id), "transfer_amount": "100"}
        refused = browser.post(f"{AREA}/budget/transfer", data=moved)
        assert (refused.status_code, 'id="council_minute-problem"' in refused.text) == (422, True)
        minuted = moved | {"council_minute": "م/۱۴"}
        assert browser.post(f"{AREA}/budget/transfer", data=minuted).status_code == 303
        line = self.line(database)
        assert (line.approved.amount, line.allocated.amount) == (400, 400)
        added, other, allocated, transferred = told(database)  # what was refused is not told
        of_line = {"number": "77", "unit": "D07", "year": line.fiscal_year}
        entered = {"approved": "500", "allocated": "300"}
        kind = {"title": "سوخت", "credit_type": "CURRENT", "strict": True}
        assert added == ("budget_officer", "budget_line_added", of_line | kind | entered)
        assert other[2]["number"] == "78"
        whole = {"approved": "500", "allocated": "500"}
        more_of_it = {"amount": "200", "before": entered, "after": whole}
        assert allocated == ("budget_officer", "credit_allocated", of_line | more_of_it)
        left, grown = ({"approved": each, "allocated": "400"} for each in ("400", "600"))
        to = of_line | {"number": "78", "before": entered, "after": grown}
        given = {"amount": "100", "minute": "م/۱۴", "before": whole, "after": left, "to": to}
        assert transferred == ("budget_officer", "credit_transferred", of_line | given)

    def test_more_allocated_than_approved_is_said_beside_the_field(self, signed_in: SignedIn):
        browser = signed_in("budget_officer")
        data = {"code": "9", "title": "x", "approved": "1", "allocated": "2"}
        answer = browser.post(f"{AREA}/budget/line", data=data)
        assert (answer.status_code, 'id="allocated-problem"' in answer.text) == (422, True)

    def test_only_who_keeps_the_budget_enters_it(self, signed_in: SignedIn):
        assert self.enter(signed_in("fin_expert")) == 403

    def test_another_kind_than_those_offered_is_said_beside_the_field(self, signed_in: SignedIn):
        data = {"code": "9", "title": "x", "approved": "2", "allocated": "1", "credit_type": "X"}
        answer = signed_in("budget_officer").post(f"{AREA}/budget/line", data=data)
        assert (answer.status_code, 'id="credit_type-problem"' in answer.text) == (422, True)

    def test_a_year_is_closed_and_reopened_and_the_auditor_reads_why(
        self, signed_in: SignedIn, office: Office
    ):
        last_year = JalaliDate.of(local_date(office.clock())).year - 1
        office.line(code="991", fiscal_year=last_year)
        choice = {"year": f"D07/{last_year}"}
        keeper, head = signed_in("budget_officer"), signed_in("fin_head")
        assert f'value="D07/{last_year}"' in head.get(f"{AREA}/").text
        assert keeper.post(f"{AREA}/budget/closing", data=choice).status_code == 303
        again = keeper.post(f"{AREA}/budget/closing", data=choice)
        assert (again.status_code, "BUD-010" in again.text) == (422, False)
        because = choice | {"because": "سند جامانده"}
        assert keeper.post(f"{AREA}/budget/reopening", data=because).status_code == 403
        assert head.post(f"{AREA}/budget/reopening", data=choice).status_code == 422
        assert head.post(f"{AREA}/budget/reopening", data=because).status_code == 303
        assert "سند جامانده" in signed_in("auditor").get(f"{AREA}/").text
        assert head.post(f"{AREA}/budget/closing", data={"year": "D07"}).status_code == 422
        of_year = {"number": str(last_year), "unit": "D07", "year": last_year}
        why = {"reason": "سند جامانده", "closed_by": "budget_officer"}
        assert told(office.database) == [
            ("budget_officer", "budget_year_closed", of_year | {"lapsed": 0, "carried": 0}),
            ("fin_head", "budget_year_reopened", of_year | why),
        ]
        page = signed_in("auditor").get("/access/log").text
        assert "سال بودجه بسته شد" in page
        assert "سال بودجه دوباره باز شد" in page


class TestOrders:
    ORDER: ClassVar = {
        "order_no": "۵۵",
        "kind": "GOODS",
        "payee_id": "10861234508",
        "payee_name": "نمونه",
        "subject": "کاغذ",
        "ordered_on": "1405/05/01",
        "order_lines": "کاغذ; بسته; 100; 5000000",
    }

    def test_an_order_its_receipt_and_its_invoice_are_entered_by_three_people(
        self, signed_in: SignedIn, database: Database
    ):
        buyer = signed_in("proc_officer")
        assert buyer.post(f"{AREA}/orders", data=self.ORDER).status_code == 303
        assert "<th>سفارش</th>" in buyer.get(f"{AREA}/orders").text, "no order of payment"
        with database.reader() as session:
            found = select(PurchaseOrder.id).where(PurchaseOrder.payee_id == "10861234508")
            order_id = session.scalars(found).one()
        url = f"{AREA}/orders/{order_id}"
        receipt = {"receipt_no": "1", "received_on": "1405/05/05", "receipt_lines": "۱; 100"}
        assert signed_in("storekeeper").post(f"{url}/receipts", data=receipt).status_code == 303
        invoice = {"invoice_no": "۱۲", "dated": "1405/05/06"}
        right = invoice | {"invoice_lines": "1; 100; 5000000; 50000000"}
        browser = signed_in("fin_expert")
        wrong = invoice | {"invoice_lines": "1; 100; 5000000; 50000002"}
        for data in (wrong, invoice | {"invoice_lines": "7; 1; 1; 0"}):
            answer = browser.post(f"{url}/invoices", data=data)
            assert answer.status_code == 422
            assert 'id="invoice_lines-problem"' in answer.text
        assert browser.post(f"{url}/invoices", data=right).status_code == 303
        again = browser.post(f"{url}/invoices", data=right)
        assert (again.status_code, 'id="invoice_no-problem"' in again.text) == (422, True)
        with database.reader() as session:
            kept = session.scalars(
                select(SupplierInvoice).where(SupplierInvoice.order_id == order_id)
            ).one()
            assert kept.total.amount == 550_000_000
        assert "۵۵۰" in browser.get(url).text
        of_order = {"unit": "D07", "order": "55"}
        ordered = {"number": "55", "unit": "D07", "kind": "GOODS", "payee": "10861234508",
                   "on": "2026-07-23", "amount": "500000000", "lines": 1}  # fmt: skip
        came = {"number": "1", "on": "2026-07-27", "lines": [{"line": 1, "quantity": "100"}]}
        billed = {"number": "12", "payee": "10861234508", "on": "2026-07-28",
                  "amount": "550000000", "vat": "50000000", "lines": 1}  # fmt: skip
        assert told(database) == [
            ("proc_officer", "order_entered", ordered),
            ("storekeeper", "receipt_entered", of_order | came),
            ("fin_expert", "invoice_entered", of_order | billed),
        ]

    def test_who_works_in_two_units_works_in_either(
        self, signed_in: SignedIn, office: Office, database: Database
    ):
        for username, role in (("proc_officer", "PROC_OFFICER"), ("storekeeper", "STOREKEEPER")):
            with database.reader() as session:
                whose = session.scalars(select(Person.id).where(Person.username == username)).one()
            office.add(Grant(person_id=whose, role=role, unit_code="D15"))
        buyer = signed_in("proc_officer")
        unnamed = buyer.post(f"{AREA}/orders", data=self.ORDER)
        assert (unnamed.status_code, 'id="unit-problem"' in unnamed.text) == (422, True)
        assert buyer.post(f"{AREA}/orders", data=self.ORDER | {"unit": "D01"}).status_code == 403
        assert buyer.post(f"{AREA}/orders", data=self.ORDER | {"unit": "D15"}).status_code == 303
        with database.reader() as session:
            order_id = session.scalars(
                select(PurchaseOrder.id).where(PurchaseOrder.unit == "D15")
            ).one()
        receipt = {"receipt_no": "1", "received_on": "1405/05/05", "receipt_lines": "۱; 100"}
        url = f"{AREA}/orders/{order_id}"
        assert signed_in("storekeeper").post(f"{url}/receipts", data=receipt).status_code == 303
        invoice = {"invoice_no": "1", "dated": "1405/05/06", "invoice_lines": "1; 1; 1; 0"}
        assert signed_in("fin_expert").post(f"{url}/invoices", data=invoice).status_code == 403

    def test_a_kind_that_is_not_offered_is_said_beside_the_field(self, signed_in: SignedIn):
        answer = signed_in("proc_officer").post(f"{AREA}/orders", data=self.ORDER | {"kind": "X"})
        assert (answer.status_code, 'id="kind-problem"' in answer.text) == (422, True)

    def test_a_row_of_another_shape_is_said_with_its_number(self, signed_in: SignedIn):
        bad = self.ORDER | {"order_lines": "کاغذ; 100"}
        answer = signed_in("proc_officer").post(f"{AREA}/orders", data=bad)
        assert (answer.status_code, 'id="order_lines-problem"' in answer.text) == (422, True)

    def test_who_bought_does_not_receive(self, office: Office, signed_in: SignedIn):
        office.give("proc_officer", "storekeeper")
        order_id = office.order(received=None)
        receipt = {"receipt_no": "1", "received_on": "1405/05/05", "receipt_lines": "1; 100"}
        answer = signed_in("proc_officer").post(f"{AREA}/orders/{order_id}/receipts", data=receipt)
        assert answer.status_code == 422
        assert 'id="receipt_no-problem"' in answer.text


class TestTwoPeople:
    def test_an_account_is_verified_by_somebody_else(self, signed_in: SignedIn, database: Database):
        data = {"payee_id": "10861234508", "name": "نو", "iban": "IR820540102680020817909002"}
        first = signed_in("fin_expert")
        assert first.post(f"{AREA}/payees/account", data=data).status_code == 303
        with database.reader() as session:
            found = select(VerifiedPayee.id).where(VerifiedPayee.name == "نو")
            payee_id = session.scalars(found).one()
        url = f"{AREA}/payees/account/{payee_id}"
        assert first.post(url).status_code == 422
        second = signed_in("fin_head")
        assert second.post(url).status_code == 303
        assert second.post(url).status_code == 422
        account = {"number": data["payee_id"], "name": data["name"], "iban": data["iban"]}
        assert told(database) == [
            ("fin_expert", "payee_entered", account),
            ("fin_head", "payee_verified", account | {"entered_by": "fin_expert"}),
        ]

    def test_bad_identifiers_are_said_beside_their_fields(self, signed_in: SignedIn):
        data = {"payee_id": "1234567890", "name": "", "iban": "IR00"}
        answer = signed_in("fin_expert").post(f"{AREA}/payees/account", data=data)
        found = set(re.findall(r'id="(\w+)-problem"', answer.text))
        assert (answer.status_code, found) == (422, {"payee_id", "name", "iban"})

    def test_a_tolerance_is_in_force_when_the_other_says_so(
        self, signed_in: SignedIn, database: Database, office: Office
    ):
        on = office.clock().date()
        first = signed_in("fin_head")
        data = {"key": "match.price.tolerance", "value": "0.05", "reason": "تورم"}
        assert first.post(f"{AREA}/payees/tolerance", data=data).status_code == 303
        page = first.get(f"{AREA}/payees").text
        assert "payees/tolerance/" not in page  # not by himself
        other = signed_in("admin").get(f"{AREA}/payees").text
        [url] = re.findall(rf'action="({AREA}/payees/tolerance/[^"]+)"', other)
        assert first.post(url).status_code == 422
        with database.reader() as session:
            assert tolerances(session, on).price.percent == 2
        assert signed_in("admin").post(url).status_code == 303
        with database.reader() as session:
            assert tolerances(session, on).price.percent == 5
        change = {"number": data["key"], "before": "0.02", "after": "0.05", "reason": "تورم"}
        assert told(database) == [
            ("fin_head", "tolerance_proposed", change),
            ("admin", "tolerance_confirmed", change | {"proposed_by": "fin_head"}),
        ]

    def test_two_heads_of_finance_change_no_tolerance_and_one_person_is_not_two(
        self, signed_in: SignedIn, database: Database, office: Office
    ):
        office.give("treasurer", "fin_head")
        data = {"key": "match.price.tolerance", "value": "0.05", "reason": "تورم"}
        assert signed_in("fin_head").post(f"{AREA}/payees/tolerance", data=data).status_code == 303
        page = signed_in("treasurer").get(f"{AREA}/payees").text
        [url] = re.findall(rf'action="({AREA}/payees/tolerance/[^"]+)"', page)

        same_role = signed_in("treasurer").post(url)
        with database.unit_of_work() as uow:
            for username in ("admin", "fin_head"):
                query = select(Person).where(Person.username == username)
                uow.session.scalars(query).one().national_code = "0013542419"
            uow.commit()
        same_person = signed_in("admin").post(url)

        assert [each.status_code for each in (same_role, same_person)] == [422, 422]
        assert "آن دیگری باید تأیید کند" in same_role.text
        with database.reader() as session:
            assert tolerances(session, office.clock().date()).price.percent == 2


def test_a_payroll_is_one_act_with_the_hash_of_its_file(signed_in: SignedIn, database: Database):
    content = (
        "کد ملی,نام,شبا,ناخالص,بیمه,مالیات,سایر کسور,خالص\n"
        "0499370899,زهرا کریمی,IR850610000000100200300400,300,20,10,0,270\n"
        "0790419904,علی رضایی,IR840120000000000123456789,200,20,0,0,180\n"
    ).encode()
    browser = signed_in("fin_expert")
    answers = [
        browser.post(
            f"{AREA}/payroll",
            data={"title": "حقوق مرداد", "file": (io.BytesIO(content), "list.csv")},
            content_type="multipart/form-data",
        )
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [303, 422]
    [(who, act, facts)] = told(database)
    assert (who, act) == ("fin_expert", "payroll_entered")
    known = {"number": "حقوق مرداد", "unit": "D07", "sha256": hashlib.sha256(content).hexdigest()}
    assert facts == known | {"count": 2, "gross": "500", "net": "450", "new_accounts": 2}
