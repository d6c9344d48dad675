"""The pages of a statement's steps: filled in and answered as the browser would send them."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from engine.values import grouped
from processes.contractor_statement.demo import sample
from processes.contractor_statement.records import Statement
from processes.contractor_statement.tests.filed import sample_contract
from processes.contractor_statement.tests.walking import (
    PEOPLE,
    Case,
    Office,
    contract_of_example,
    example_approved,
    example_claim,
)
from tests.kit.signing import signed_fields

SignIn = Callable[[str], FlaskClient]


def answer(case: Case, signed_in: SignIn, step: str, outcome: str, **fields: str) -> str:
    """Open a step's page, take it, answer it; return the page as it was shown."""
    browser = signed_in(PEOPLE[step])
    task = case.waiting[step]
    browser.post(f"/tasks/{task.id}/claim")
    shown = browser.get(f"/tasks/{task.id}")
    assert shown.status_code == 200, step
    sent = {"outcome": outcome, "password": "divan", **fields}
    sent |= signed_fields(case.office.database, browser, PEOPLE[step], shown.text)
    done = browser.post(f"/tasks/{task.id}", data=sent)
    assert done.status_code == 303, f"{step}: {done.text}"
    case.office.run_jobs()
    return str(shown.text)


def cells(lines: dict[str, dict[str, object]]) -> dict[str, str]:
    """Return lines as the inputs of the line table."""
    return {
        f"lines/{code}/{part}": str(said)
        for code, line in lines.items()
        for part, said in line.items()
        if said is not None
    }


@pytest.fixture
def opened(office: Office, signed_in: SignIn) -> Case:
    """A statement the contractor started from the start page."""
    contract_id = contract_of_example(office)
    browser = signed_in("contractor")
    page = browser.get("/start/interim_statement")
    assert contract_id in page.text
    begun = browser.post("/start/interim_statement", data={"contract_id": contract_id})
    assert begun.status_code == 303, begun.text
    with office.database.reader() as session:
        statement = session.query(Statement).one()
    assert statement.instance_id is not None
    return Case(office, statement.instance_id)


def test_a_statement_goes_from_the_start_page_to_its_payment_order(
    office: Office, opened: Case, signed_in: SignIn
):
    claim = example_claim(1)
    head = {
        "period_from": "1404/02/10",
        "period_to": "۱۴۰۴/۰۲/۳۱",
        "mobilisation_progress": "۰٫۵",
        "site_materials": "۱٬۵۰۰٬۰۰۰٬۰۰۰",
    }
    shown = answer(opened, signed_in, "enter", "submit", **head, **cells(claim["lines"]))
    assert "ثبت مقادیر تجمعی" in shown
    answer(opened, signed_in, "measure", "approve", **cells(example_approved(1)))
    answer(opened, signed_in, "check", "approve")
    answer(opened, signed_in, "technical_review", "approve")
    figures = answer(opened, signed_in, "review_deductions", "approve")
    assert "۱۰٬۹۲۱٬۳۱۱٬۰۸۴" in figures
    line = str(office.credit_line().id)
    answer(opened, signed_in, "check_credit", "approve", credit_line_id=line)
    for step in ("sign_voucher", "approve", "control"):
        answer(opened, signed_in, step, "approve")
    assert opened.instance.end_id == "paid"
    [order] = office.orders(opened)
    assert order.amount.amount == 10_921_311_084
    papers = archived(opened, signed_in("treasurer"))
    [certificate] = [text for name, text in papers.items() if "-certificate-" in name]
    [payment] = [text for name, text in papers.items() if f"payment-order-{order.order_no}" in name]
    assert "10,921,311,084" in certificate
    assert "10,921,311,084" in payment


def archived(case: Case, browser: FlaskClient) -> dict[str, str]:
    """Return what the area made, in English, as a case's archive holds it, by its name."""
    browser.post("/language", data={"locale": "en"})
    answer = browser.get(f"/cases/{case.instance_id}/documents/all.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        rows = csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig")))
        made = {each["path"]: each for each in rows if each["state"] == "generated"}
        for path, each in made.items():
            assert hashlib.sha256(archive.read(path)).hexdigest() == each["sha256"]
            assert path.startswith("generated/")
        contents = {path: PdfReader(io.BytesIO(archive.read(path))) for path in made}
        return {
            path: "".join(page.extract_text() for page in content.pages)
            for path, content in contents.items()
        }


def test_a_reviewer_is_told_beside_the_cell_what_is_missing(opened: Case, signed_in: SignIn):
    answer(
        opened,
        signed_in,
        "enter",
        "submit",
        period_from="1404/02/10",
        period_to="1404/02/31",
        mobilisation_progress="0",
        site_materials="0",
        **{"lines/080103/quantity": "100"},
    )
    browser = signed_in("supervisor")
    task = opened.waiting["measure"]
    browser.post(f"/tasks/{task.id}/claim")
    sent = {"outcome": "approve", "password": "divan", "lines/080103/quantity": "90"}
    refused = browser.post(f"/tasks/{task.id}", data=sent)
    assert refused.status_code == 422
    assert "علت تغییر را بنویسید" in refused.text
    assert set(opened.waiting) == {"measure"}


def test_who_gets_it_back_reads_why(opened: Case, signed_in: SignIn):
    head = {
        "period_from": "1404/02/10",
        "period_to": "1404/02/31",
        "mobilisation_progress": "0",
        "site_materials": "0",
        "lines/080103/quantity": "100",
    }
    answer(opened, signed_in, "enter", "submit", **head)
    answer(
        opened,
        signed_in,
        "measure",
        "return",
        return_to="enter",
        return_reason="NO_EVIDENCE",
        return_note="ریز متره پیوست نیست",
        return_lines="080103",
    )
    shown = answer(opened, signed_in, "enter", "submit", **head)
    assert "ریز متره پیوست نیست" in shown
    assert "نبود صورت‌مجلس یا مدرک" in shown
    again = answer(opened, signed_in, "measure", "approve")
    assert "ریز متره پیوست نیست" not in again


def test_the_contractor_sees_every_quantity_he_is_asked_to_sign(
    office: Office, contract_id: str, signed_in: SignIn
):
    office.minute(contract_id)
    office.clock.pass_time(timedelta(days=10))
    case = office.start("final_statement", by="consultant", contract_id=contract_id)
    claim = {**example_claim(3), "site_materials": 0}
    case.do("prepare", "submit", **claim)

    shown = answer(case, signed_in, "sign_prepared", "sign")

    assert "020401" in shown
    assert 'name="lines/' not in shown
    assert "۱۱۰٬۴۸۰٬۰۹۲٬۰۵۰" in shown


def test_an_amount_from_a_spreadsheet_is_grouped_as_one_that_was_typed(
    office: Office, signed_in: SignIn
):
    with office.database.reader() as session:
        contract = sample_contract(session)
    case = office.start("interim_statement", contract_id=str(contract.id))
    browser, task = signed_in("contractor"), case.waiting["enter"]
    browser.post(f"/tasks/{task.id}/claim")
    file = io.BytesIO(sample("statement-01.xlsx") or b"")
    sent = browser.post(f"/tasks/{task.id}/lines-upload", data={"file": (file, "01.xlsx")})
    assert sent.status_code == 303, sent.text
    assert f'value="{grouped(400_000_000, "fa")}"' in browser.get(f"/tasks/{task.id}").text
