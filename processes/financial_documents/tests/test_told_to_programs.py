"""What is refused is told to a program as to a person: code, field and words (§2.9)."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.model.document import DocumentVersion
from processes.financial_documents.tests.walking import OTHER_PAYEE, PAYEE, Office
from tests.kit import signing as kit
from tests.kit.sites import PASSWORD

AREA = "/areas/financial_documents"
JSON = {"Accept": "application/json"}
SignedIn = Callable[[str], FlaskClient]
HEAD = "کد ملی,نام,شبا,ناخالص,بیمه,مالیات,سایر کسور,خالص"
ZAHRA = "0499370899,زهرا کریمی,IR850610000000100200300400,300,20,10,0,270"
ALI = "0790419904,علی رضایی,IR840120000000000123456789,200,20,0,0,180"
KNOWN = "حقوق مرداد"  #: the title of a list that is there


def payroll(*rows: str, title: str = "حقوق شهریور") -> dict[str, Any]:
    return {"title": title, "file": "\n".join(rows).encode()}


def order(**other: str) -> dict[str, Any]:
    return {
        "order_no": "۵۵", "kind": "GOODS", "payee_id": PAYEE, "payee_name": "نمونه",
        "subject": "کاغذ", "ordered_on": "1405/05/01", "order_lines": "کاغذ; بسته; 100; 5000000",
        **other,
    }  # fmt: skip


def invoice(lines: str, number: str = "12") -> dict[str, Any]:
    return {"invoice_no": number, "dated": "1405/05/06", "invoice_lines": lines}


def account(**other: str) -> dict[str, Any]:
    known = {"payee_id": PAYEE, "name": "نو", "iban": "IR820540102680020817909002"}
    return known | other


def budget(**other: str) -> dict[str, Any]:
    return {"code": "77", "title": "سوخت", "approved": "500", "allocated": "300", **other}


#: code, who, where, and what is wrong in what is sent
ENTERED: list[tuple[str, str, str, Mapping[str, Any]]] = [
    ("PRL-001", "fin_expert", "payroll", payroll("کد ملی,نام", "0499370899,زهرا کریمی")),
    ("PRL-002", "fin_expert", "payroll", payroll(HEAD, ZAHRA.replace("270", "271"))),
    ("PRL-003", "fin_expert", "payroll", payroll(HEAD, ZAHRA, ZAHRA)),
    ("PRL-004", "fin_expert", "payroll", payroll(HEAD)),
    ("PRL-005", "fin_expert", "payroll", {"title": "x", "file": HEAD.encode("utf-16")}),
    ("PRL-006", "fin_expert", "payroll", payroll(HEAD, ALI, title=KNOWN)),
    ("PRL-009", "fin_expert", "payroll", payroll(HEAD, ZAHRA)),
    ("PAY-003", "fin_expert", "payroll", payroll(HEAD, ZAHRA.replace("IR85", "IR84"))),
    ("ID-001", "fin_expert", "payroll", payroll(HEAD, ZAHRA.replace("0499370899", "0499370898"))),
    ("GEN-REQUIRED", "fin_expert", "payroll", {"title": "x"}),
    ("GEN-CHOICE", "proc_officer", "orders", order(kind="X")),
    ("FIN-021", "proc_officer", "orders", order(order_lines="کاغذ; 100")),
    ("CAL-001", "proc_officer", "orders", order(ordered_on="1405/13/01")),
    ("FIN-006", "fin_expert", "orders/ORDER/invoices", invoice("1; 100; 5000000; 50000002")),
    ("FIN-023", "fin_expert", "orders/ORDER/invoices", invoice("7; 1; 1; 0")),
    ("FIN-004", "fin_expert", "orders/ORDER/invoices", invoice("1; 1; 1; 0", "ف-100-5000000")),
    ("FIN-022", "proc_officer", "orders", order(order_no="س-100-100")),
    ("PAY-003", "fin_expert", "payees/account", account(iban="IR820540102680020817909003")),
    ("ID-002", "fin_expert", "payees/account", account(payee_id="10861234509")),
    ("BUD-003", "budget_officer", "budget/line", budget(code="220105-1")),
    ("BUD-007", "budget_officer", "budget/line", budget(allocated="501")),
]  # fmt: skip


def test_every_page_where_something_is_entered_tells_programs_what_is_wrong(
    signed_in: SignedIn, office: Office, line_id: str
):
    order_id = office.order()
    office.invoice(order_id)
    kept = signed_in("fin_expert").post(
        f"{AREA}/payroll", data=_sent(payroll(HEAD, ZAHRA, title=KNOWN))
    )
    assert kept.status_code == 303

    silent = {
        (code, path): each.text[:200]
        for code, who, path, typed in ENTERED
        for each in [_asked(signed_in(who), path.replace("ORDER", str(order_id)), typed, code)]
        if each is not None
    }
    assert silent == {}


def _asked(
    browser: FlaskClient, path: str, typed: Mapping[str, Any], code: str
) -> TestResponse | None:
    """Send the same as a program and as a person in each language; return who is told nothing."""
    answer = browser.post(f"{AREA}/{path}", data=_sent(typed), headers=JSON)
    if answer.status_code != 422 or not answer.is_json:
        return answer
    told = [each for each in answer.get_json()["problems"] if each["code"] == code]
    if not told or any(code in told[0][each] for each in ("message", "messageFa")):
        return answer
    for locale, words in (("fa", told[0]["messageFa"]), ("en", told[0]["message"])):
        browser.post("/language", data={"locale": locale})
        page = browser.post(f"{AREA}/{path}", data=_sent(typed))
        if page.status_code != 422 or words not in unescape(page.text):
            return page
    return None


def _sent(typed: Mapping[str, Any]) -> dict[str, Any]:
    files = {name: (io.BytesIO(each), "list.csv") for name, each in typed.items() if name == "file"}
    return {**typed, **files}


#: code, field, and what is wrong in a voucher that is right without it
PREPARED: list[tuple[str, str, dict[str, Any]]] = [
    ("PAY-001", "payee_id", {"payee_id": OTHER_PAYEE}),
    ("MON-002", "gross", {"gross": 0}),
    ("GEN-CHOICE", "budget_line_id", {"budget_line_id": "of another unit"}),  # BUD-004 behind it
    ("FIN-012", "dated", {"dated": "2025-03-01"}),
    ("FIN-015", "deductions", {"deductions": [{"kind": "TAX", "amount": 10**10}]}),
    ("FIN-011", "attachments", {"attachments": []}),
]


@dataclass
class Doors:
    """Somebody's browser, and a program that works in his name."""

    app: Flask
    browser: FlaskClient
    who: str

    def told(self, code: str, field: str | None, rest: str, page: str, **values: Any) -> None:
        """Send the same over REST and in a page of each language: each says why it is refused."""
        headers, named = values.pop("headers", {}), values.pop("named", {})
        body = values.pop("body", None)
        sent = body or {"variables": {name: {"value": each} for name, each in values.items()}}
        answer = self.app.test_client().post(
            f"/engine-rest{rest}", json=sent, auth=(self.who, PASSWORD), headers=headers
        )
        problems = {each["code"]: each for each in answer.get_json()["problems"]}
        assert problems.keys() == {code}, answer.text
        assert problems[code]["field"] == field
        for locale, words in (("fa", "messageFa"), ("en", "message")):
            self.browser.post("/language", data={"locale": locale})
            shown = self.browser.post(page, data=_typed(values) | named)
            assert 400 <= shown.status_code < 500, (code, shown.location)
            assert problems[code][words] in unescape(shown.text), (code, locale)


def _typed(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as a form sends them: days of the Jalali calendar, rows by their numbers."""
    typed: dict[str, str] = {}
    for name, each in values.items():
        if isinstance(each, list) and each and isinstance(each[0], dict):
            typed[f"{name}/rows"] = str(len(each))
            for number, row in enumerate(each):
                typed |= {f"{name}/{number}/{part}": str(cell) for part, cell in row.items()}
        else:
            typed[name] = {"2025-03-01": "1403/12/11"}.get(str(each), each)
    return typed


@pytest.fixture
def doors(app: Flask, signed_in: SignedIn) -> Callable[[str], Doors]:
    return lambda who: Doors(app, signed_in(who), who)


def test_a_voucher_that_is_wrong_is_told_over_rest_and_on_its_page(
    office: Office, doors: Callable[[str], Doors], line_id: str
):
    """Each row of §2.9 that somebody who prepares a voucher can bring about."""
    named = {"of another unit": office.line(unit="D15", code="x")}
    case, clerk = office.start(), doors("fin_expert")
    task = case.waiting["prepare"].id
    assert clerk.browser.post(f"/tasks/{task}/claim").status_code == 303
    files = {"files": (io.BytesIO(b"a,b\n1,2\n"), "lines.csv")}
    clerk.browser.post(f"/cases/{case.instance_id}/documents?task={task}", data=files)
    with office.database.reader() as session:
        paper = str(session.scalars(select(DocumentVersion.document_id)).one())
    right = {
        "payee_id": PAYEE, "gross": 1_200_000_000, "budget_line_id": line_id,
        "basis": "نامهٔ ۱۲", "attachments": [paper], "outcome": "submit",
    }  # fmt: skip
    complete, page = f"/task/{task}/complete", f"/tasks/{task}"
    for code, field, other in PREPARED:
        wrong = {key: named.get(str(each), each) for key, each in other.items()}
        clerk.told(code, field, complete, page, **{**right, **wrong})
    assert case.state() == "DRAFT"
    case.prepare(line_id)
    late = clerk.browser.post(page, data=_typed(right), headers=JSON)
    assert (late.status_code, late.get_json()["code"]) == (409, "GEN-409")

    start = "/process-definition/key/payment_voucher/start"
    elsewhere = office.invoice(None, invoice_no="x", unit="D15")
    clerk.told("GEN-CHOICE", "invoice_id", start, "/start/payment_voucher",
               document_type="INVOICE", invoice_id=elsewhere)  # fmt: skip  # FIN-013 behind it


def test_who_may_not_approve_is_told_so_over_rest_and_on_the_page(
    app: Flask, office: Office, doors: Callable[[str], Doors], line_id: str
):
    """``SOD-001`` one's own voucher, ``DEL-001`` more than one's role may approve."""
    office.give("fin_expert", "fin_head")
    case = office.start().prepare(line_id)
    check = case.waiting["check"].id
    own = doors("fin_expert")
    me = {"userId": "fin_expert"}
    own.told("SOD-001", None, f"/task/{check}/claim", f"/tasks/{check}/claim", body=me)
    case.do("check")
    office.set_variables(case, delegated_amount=2_000_000_001)
    task, head = case.waiting["approve_fin_head"].id, doors("fin_head")
    kit.enrol(office.database, app.extensions["divan"].vault, "fin_head")
    assert head.browser.post(f"/tasks/{task}/claim").status_code == 303
    shown = app.test_client().get(
        f"/engine-rest/task/{task}/variables", auth=("fin_head", PASSWORD)
    )
    seen, password = shown.headers["Divan-Seen"], kit.SIGNING_PASSWORD
    head.told(
        "DEL-001", "outcome", f"/task/{task}/complete", f"/tasks/{task}", outcome="approve",
        headers={"Divan-Seen": seen, "Divan-Signing-Password": password},
        named={"_seen": seen, "password": password},
    )  # fmt: skip
    assert case.state() == "CREDIT_OK"
