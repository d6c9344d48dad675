"""A payroll: from a file through one voucher and one batch to each account, and into the books."""

from __future__ import annotations

import io
import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.model.person import Actor
from engine.storage.database import Database
from engine.values import Rial
from engine.values.digits import normalise
from processes.accounting.records import LedgerEntry, LedgerLine
from processes.financial_documents.records import PayrollList, VerifiedPayee
from processes.financial_documents.tests.walking import Case, Office
from processes.payments.demo import DEBIT
from processes.payments.queries.finding import payee_known
from processes.payments.records import DebitAccount, PayeeIban
from processes.payments.tests.outside import BankProcess
from processes.payments.tests.walking import DUE, Batch, Treasury
from tests.kit.walking import codes

SignedIn = Callable[[str], FlaskClient]
AREA = "/areas/financial_documents"
TITLE = "حقوق مرداد ۱۴۰۵"
HEAD: list[Any] = ["کد ملی", "نام", "شبا", "ناخالص (ریال)", "بیمه", "مالیات", "سایر کسور", "خالص"]
ROWS: list[list[Any]] = [
    ["0499370899", "زهرا کریمی", "IR850610000000100200300400", 300_000_000,
     21_000_000, 9_000_000, 0, 270_000_000],
    ["0790419904", "علی رضایی", "IR840120000000000123456789", 200_000_000,
     14_000_000, 0, 6_000_000, 180_000_000],
    ["84575948", "سپهر نوری", "IR820540102680020817909002", 150_000_000,
     10_500_000, 0, 0, 139_500_000],
]  # fmt: skip
GROSS, NET = 650_000_000, 589_500_000


@pytest.fixture(scope="module")
def bank_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    """The simulated bank, which knows the accounts of the list."""
    with BankProcess(tmp_path_factory.mktemp("bank")) as opened:
        for identifier, name, iban, *_ in ROWS:
            opened.open(str(iban), str(identifier).zfill(10), str(name))
        yield opened


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Office:
    return Office(database, actor, run_jobs, clock)


def xlsx(rows: list[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEAD, *rows]:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def send(
    who: FlaskClient, content: bytes, title: str = TITLE, name: str = "list.xlsx", **more: str
) -> Any:
    data = {"title": title, "file": (io.BytesIO(content), name), **more}
    return who.post(f"{AREA}/payroll", data=data, content_type="multipart/form-data")


def taken(signed_in: SignedIn, database: Database) -> str:
    """Take the list and let a second person verify its accounts; return its id."""
    answer = send(signed_in("fin_expert"), xlsx(ROWS))
    assert answer.status_code == 303, answer.text
    with database.reader() as session:
        new = select(VerifiedPayee.id).where(VerifiedPayee.verified_at.is_(None))
        accounts = session.scalars(new).all()
        list_id = str(session.scalars(select(PayrollList.id)).one())
    for each in accounts:
        assert signed_in("fin_head").post(f"{AREA}/payees/account/{each}").status_code == 303
    return list_id


def start(office: Office, list_id: str, line_id: str) -> Case:
    case = office.start("PAYROLL", payroll_id=list_id)
    return case.do("prepare", "submit", budget_line_id=line_id, basis="فهرست کارکرد",
                   attachments=[list_id])  # fmt: skip


def test_a_payroll_is_one_voucher_one_batch_and_a_payment_to_each(
    office: Office, signed_in: SignedIn, bank_process: BankProcess
):
    database = office.database
    case = start(office, taken(signed_in, database), office.line())
    voucher = case.voucher
    assert (voucher.gross, voucher.net) == (Rial(GROSS), Rial(NET))
    held = {each.kind: each.amount.amount for each in voucher.deductions}
    assert held == {"INSURANCE": 45_500_000, "TAX": 9_000_000, "OTHER": 6_000_000}
    case.do("check")
    with pytest.raises(RulesBroken) as refused:  # she verified the accounts
        case.do("approve_fin_head")
    assert codes(refused) == [("SOD-012", "outcome")]
    case.do("approve_fin_head", "pass_up").do("approve_unit_head").do("control")
    assert set(case.waiting) == {"pay"}

    batch = paid_as_one(office, bank_process, str(voucher.voucher_no))
    assert [amount for _, amount in bank_process.payments()] == [
        270_000_000,
        180_000_000,
        139_500_000,
    ]
    assert batch.states == ["CLEARED"] * 3
    office.run_jobs()
    assert (case.instance.end_id, case.incidents, case.state()) == ("posted", [], "POSTED")
    with database.reader() as session:
        entries = session.scalars(
            select(LedgerEntry).where(LedgerEntry.kind == "voucher_approved")
        ).all()
        of_three = select(LedgerLine).where(LedgerLine.entry_id.in_([each.id for each in entries]))
        lines = session.scalars(of_three).all()
    assert len(entries) == 3  # each person's own
    sums: Counter[str] = Counter()
    for each in lines:
        sums[each.account] += each.credit.amount - each.debit.amount
    assert sums == {
        "5101": -GROSS,
        "2202": 45_500_000,
        "2203": 9_000_000,
        "1204": 6_000_000,
        "2101": NET,
    }
    [url] = re.findall(
        rf'href="({AREA}/payroll/[0-9a-f-]+)"', signed_in("fin_expert").get(f"{AREA}/payroll").text
    )
    assert signed_in("fin_expert").get(url).text.count("پرداخت‌شده") >= 3


def paid_as_one(office: Office, bank: BankProcess, voucher_no: str) -> Batch:
    """Pay the lines of a voucher as a batch; their accounts are known to those who pay."""
    treasury = Treasury(office.database, office.actor, office.run_jobs, office.clock)
    bank.connect(office.database, office.clock())
    with office.database.unit_of_work() as uow:
        for identifier, name, iban, *_ in ROWS:
            payee = payee_known(uow.session, str(identifier).zfill(10), str(name))
            for each in uow.session.scalars(
                select(PayeeIban).where(PayeeIban.payee_id == payee.id)
            ):
                if each.iban == iban:
                    each.approved_at = each.valid_from = office.clock()
                    each.approved_by = "records"
        account = uow.session.scalars(select(DebitAccount).where(DebitAccount.iban == DEBIT)).one()
        given = {"gathering": f"D07|payroll|{voucher_no}", "debit_account": str(account.id),
                 "due_on": DUE, "purpose": "POSA"}  # fmt: skip
        uow.commit()
    batch = Batch(treasury, treasury.begin("payment_batch", "fin_expert", given))
    assert (batch.variables["count"], batch.variables["left_out"]) == (3, [])
    return batch.do("review").sign("a", "b").ask()


def test_what_is_wrong_with_a_list_stands_beside_its_row_and_column_and_nothing_is_kept(
    signed_in: SignedIn, database: Database
):
    who = signed_in("fin_expert")
    wrong = [
        ["0499370890", "زهرا کریمی", "IR85061000000010020030040", "الف", 1, 0, 0, 1],
        ["0790419904", "", "IR840120000000000123456789", 200, 14, 0, 0, 187],
        ["0790419904", "علی رضایی", "IR840120000000000123456789", 200, 14, 0, 0, 187],
        ["0084575948", "سپهر", "IR820540102680020817909002", 100, 0, 0, 0, 100],
        ["84575948", "سپهر", "IR820540102680020817909002", 100, 0, 0, 0, 100],
    ]
    answer = send(who, xlsx(wrong))
    found = re.findall(
        r'<td class="title">([۰-۹]+)</td><td[^>]*><bdi dir="ltr">([A-H])</bdi></td>'
        r'.*?"muted">([A-Z]+-[A-Z0-9]+)<',
        answer.text,
    )
    assert (answer.status_code, found) == (422, [
        ("۲", "C", "PAY-003"), ("۲", "A", "ID-001"), ("۲", "D", "MON-001"),
        ("۳", "B", "GEN-REQUIRED"), ("۴", "H", "PRL-002"), ("۶", "A", "PRL-003"),
    ])  # fmt: skip
    for content, name, said in (
        (b"\xff\xfe\x00", "list.csv", "PRL-005"), (b"a,b\n1,2\n", "list.csv", "ستونی کم است"),
        (b"", "list.csv", "file-problem"), (b"PK\x03\x04broken", "list.xlsx", "XLSX"),
        (",".join(HEAD).encode(), "list.csv", "کسی در لیست نیست"),
    ):  # fmt: skip
        answer = send(who, content, name=name)
        assert answer.status_code == 422
        assert TITLE in answer.text  # what was typed is not lost
        assert said in answer.text or name == "list.csv", said
    with database.reader() as session:
        assert session.scalars(select(PayrollList)).all() == []
    assert send(signed_in("treasurer"), xlsx(ROWS)).status_code == 403


def test_a_csv_of_a_spreadsheet_is_the_same_list_and_its_title_is_used_once(
    signed_in: SignedIn, database: Database, office: Office
):
    text = "\n".join(";".join(map(str, row)) for row in [HEAD, *ROWS])
    who = signed_in("fin_expert")
    assert send(who, "\ufeff".encode() + text.encode(), name="list.csv").status_code == 303
    again = send(who, text.encode(), name="list.csv")
    assert (again.status_code, "title-problem" in again.text) == (422, True)
    with database.reader() as session:
        kept = session.scalars(select(PayrollList)).one()
        assert (kept.total("net"), kept.lines[2].payee_id) == (Rial(NET), "0084575948")
        list_id = str(kept.id)
    with pytest.raises(RulesBroken) as refused:  # nobody has verified the accounts
        start(office, list_id, office.line())
    assert codes(refused) == [("PRL-007", None)]
    with pytest.raises(RulesBroken) as refused:
        office.start("PAYROLL", payroll_id=list_id)
    assert codes(refused) == [("FIN-014", "payroll_id")]
    with pytest.raises(RulesBroken) as refused:
        office.start("PAYROLL")
    assert codes(refused) == [("PRL-008", "payroll_id")]


def test_the_list_of_another_title_and_file_that_pays_the_same_is_named_in_pages_and_over_rest(
    app: Flask, signed_in: SignedIn, office: Office
):
    taken(signed_in, office.database)
    who, renamed = signed_in("fin_expert"), xlsx(ROWS[::-1])

    refused = send(who, renamed, "حقوق مرداد، نوبت دوم")

    assert refused.status_code == 422
    said = re.search(r'id="again-problem"[^>]*>([^<]+)<', refused.text)
    assert said is not None
    assert f"«{TITLE}»" in said[1]
    less = [[*ROWS[0][:3], 299_000_000, *ROWS[0][4:7], 269_000_000], *ROWS[1:]]
    assert send(who, xlsx(less), "حقوق شهریور").status_code == 303

    assert send(who, renamed, "حقوق مرداد، نوبت دوم", again="1").status_code == 303
    with office.database.reader() as session:
        asked = select(PayrollList.id).where(PayrollList.title == "حقوق مرداد، نوبت دوم")
        list_id = str(session.scalars(asked).one())
    case = start(office, list_id, office.line())
    case.do("check")

    [warning] = case.variables["warnings"]
    assert (warning["code"], warning["params"]) == ("FIN-027", {"number": normalise(TITLE)})
    assert [each.kind.value for each in office.exceptions(case)] == ["DUPLICATE"]
    proof = b64encode(b"fin_head:divan").decode()
    path = f"/engine-rest/process-instance/{case.instance.id}/variables/warnings"
    told = app.test_client().get(path, headers={"Authorization": f"Basic {proof}"})
    assert normalise(TITLE) in json.dumps(told.json, ensure_ascii=False)
