"""The area's pages: orders, entering what is to be paid, the reconciliation, reports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.model.admin_event import AdminEvent
from processes.payments import commands
from processes.payments.bank.messages import Status
from processes.payments.records import BankLine, Basis
from processes.payments.tests.outside import BankProcess
from processes.payments.tests.test_reconciling import RECONCILER, entry, lines, status, take
from processes.payments.tests.walking import Treasury
from tests.kit.languages import foreign_words

AREA = "/areas/payments"
JSON = {"Accept": "application/json"}
SignedIn = Callable[[str], FlaskClient]
BASIS = {
    "unit": "D07", "reference": "ح/۱۴۰۵/۹۹۹", "payee_id": "۱۰۳۸۰۲۸۴۷۹۰", "payee_name": "پیمانکار",
    "gross": "۱٬۰۰۰٬۰۰۰", "vat": "100000", "retention": "100000", "insurance": "50000", "tax": "",
    "net": "950000",
}  # fmt: skip


def test_what_is_to_be_paid_is_entered_and_waits_for_an_order(
    treasury: Treasury, signed_in: SignedIn
):
    browser = signed_in("fin_expert")
    assert browser.post(f"{AREA}/bases", data=BASIS).status_code == 303

    page = browser.get(f"{AREA}/").text
    assert "ح/1405/999" in page or "ح/۱۴۰۵/۹۹۹" in page
    with treasury.database.reader() as session:
        basis = session.scalars(select(Basis).where(Basis.entered_by == "fin_expert")).one()
        assert [(each.kind, each.amount.amount) for each in basis.legs] == [
            ("retention", 100_000),
            ("insurance", 50_000),
        ]
        assert f"basis_id={basis.id}" in page
    batch = browser.get("/start/payment_batch").text
    assert "D07 · شهرداری منطقه ۷ · ۴ · " in batch, "units by name, too"


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"net": "950001"}, "gross"),
        ({"payee_id": "10380284792"}, "payee_id"),
        ({"gross": "یک"}, "gross"),
        ({"reference": ""}, "reference"),
    ],
    ids=["parts", "payee", "no amount", "no number"],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    treasury: Treasury, signed_in: SignedIn, other: dict[str, str], field: str
):
    answer = signed_in("fin_expert").post(f"{AREA}/bases", data=BASIS | other)

    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert "پیمانکار" in answer.text
    told = signed_in("fin_expert").post(f"{AREA}/bases", data=BASIS | other, headers=JSON)
    assert told.status_code == 422
    [problem] = told.get_json()["problems"]
    assert problem["field"] == field
    assert problem["messageFa"] in answer.text


def test_what_is_done_on_the_pages_of_payments_stands_in_the_journal_once(
    treasury: Treasury, bank: BankProcess, signed_in: SignedIn
):
    bank.go_wrong(settles=False)
    treasury.also_give(RECONCILER, "FIN_EXPERT")
    sent = treasury.order(treasury.basis(retention=300, tax=20)).do("review").sign()
    signed_in("fin_expert").post(f"{AREA}/bases", data=BASIS)
    signed_in("fin_expert").post(f"{AREA}/bases", data=BASIS)  # known: refused
    content = lines(treasury, entry(sent), entry(sent, "L2"))
    for _ in range(2):  # the second time it has no effect
        take(treasury, content)
    for _ in range(2):
        explain_once(treasury, "L2")

    with treasury.database.reader() as session:
        of_area = select(AdminEvent).where(AdminEvent.kind == "area_act")
        acts = session.scalars(of_area.order_by(AdminEvent.number)).all()

    assert [(each.actor, each.facts["act"]) for each in acts[-3:]] == [
        ("fin_expert", "basis_entered"),
        (RECONCILER, "bank_file_taken"),
        (RECONCILER, "bank_line_explained"),
    ]
    basis, file, line = (each.facts["told"] for each in acts[-3:])
    assert "10380284790" not in str(basis)  # the payee's own number stays in the registry
    del basis["payee"]
    assert basis == {
        "number": "ح/1405/999", "unit": "D07", "gross": "1000000", "vat": "100000",
        "net": "950000", "legs": {"retention": "100000", "insurance": "50000"},
    }  # fmt: skip
    assert file == {
        "number": "ST-1", "unit": "D07", "kind": "camt.053.001.08",
        "sha256": hashlib.sha256(content).hexdigest(), "new": 2, "matched": 1, "exceptions": 1,
    }  # fmt: skip
    assert line == {
        "number": "L2", "unit": "D07", "order": sent.order.order_no,
        "amount": f"-{sent.order.amount.amount}", "was": "PAY-029", "reason": "پیگیری شد",
    }  # fmt: skip


def explain_once(treasury: Treasury, reference: str) -> None:
    """Explain a line, whether it is still an exception or not."""
    with treasury.database.reader() as session:
        line = session.scalars(select(BankLine.id).where(BankLine.reference == reference)).one()
    uow, at = treasury.database.unit_of_work(), treasury.clock()
    commands.explain_line(uow, line, "پیگیری شد", actor=treasury.actor(RECONCILER), at=at)


def test_only_finance_of_the_unit_enters_what_is_to_be_paid(
    treasury: Treasury, signed_in: SignedIn
):
    assert signed_in("treasurer").post(f"{AREA}/bases", data=BASIS).status_code == 403
    wrong_unit = BASIS | {"unit": "D15"}
    assert signed_in("fin_expert").post(f"{AREA}/bases", data=wrong_unit).status_code == 403


@pytest.mark.parametrize(("username", "status_code"), [("treasurer", 404), ("fin_expert", 200)])
def test_the_reconciliation_is_offered_to_who_may_open_it(
    treasury: Treasury, signed_in: SignedIn, username: str, status_code: int
):
    browser, path = signed_in(username), f"{AREA}/reconciliation"
    assert browser.get(path).status_code == status_code
    assert (f'href="{path}"' in browser.get(f"{AREA}/").text) is (status_code == 200)


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_the_pages_of_a_paid_and_a_doubtful_order_speak_one_language(
    treasury: Treasury, bank: BankProcess, signed_in: SignedIn, locale: str
):
    case = treasury.order(treasury.basis("V-1", retention=7))
    reviewer = signed_in("treasurer")
    reviewer.post("/language", data={"locale": locale})
    words = {"fa": "پنج میلیون ریال", "en": "five million rials"}[locale]
    assert f">{words}<" in reviewer.get(f"/tasks/{case.waiting['review'].id}").text
    case.do("review").sign().ask()
    bank.go_wrong(refuses=("AM04", ""))
    refused = treasury.order(treasury.basis("V-2")).do("review").sign().ask()
    browser = signed_in("fin_expert")
    browser.post("/language", data={"locale": locale})
    told = status(treasury, "X-1", Status.SETTLED, about=f"M-{case.order.order_no}")
    sent = {"unit": "D07", "file": (BytesIO(told), "b.xml")}
    assert browser.post(f"{AREA}/reconciliation/files", data=sent).status_code == 303

    pages = {
        name: browser.get(f"{AREA}/{name}").text
        for name in (
            "",
            f"orders/{case.order.id}",
            f"orders/{refused.order.id}",
            "reconciliation",
            "reports",
        )
    }
    why = {"fa": "AM04: موجودی کافی نیست", "en": "AM04: there is not enough money in the account"}
    assert why[locale] in pages["reports"]
    assert why[locale] in pages[f"orders/{refused.order.id}"]
    looked = browser.get(f"/tasks/{refused.waiting['look_into'].id}").text
    assert why[locale] in looked
    assert "REJECTED" not in looked

    assert "PAY-023" in pages["reconciliation"]
    assert "unit_head" not in pages[f"orders/{case.order.id}"], "who signed is called by name"
    assert ">D07<" not in "".join(pages.values()), "so are units"
    assert case.order.digest in pages[f"orders/{case.order.id}"].replace("<wbr>", "")
    known = (
        case.order.payee_name,
        "V-1",
        "V-2",
        "AM04",
        "X-1",
        "pain.002",
        "camt.053",
        "camt.054",
    )
    found = {name: list(foreign_words(text, locale, known=known)) for name, text in pages.items()}
    assert {name: words for name, words in found.items() if words} == {}

    asked = rf'action="({AREA}/reconciliation/[0-9a-f-]{{36}})"'
    explain = re.search(asked, pages["reconciliation"])
    assert explain is not None
    silent = browser.post(explain[1], data={"note": ""})
    assert (silent.status_code, 'id="note-problem"' in silent.text) == (422, True)
    assert browser.post(explain[1], data={"note": "X-1"}).status_code == 303
    assert "fin_expert" not in browser.get(f"{AREA}/reconciliation").text, "by name, too"


def test_a_file_that_is_not_true_is_refused_in_words(treasury: Treasury, signed_in: SignedIn):
    sent = {"unit": "D07", "file": (BytesIO(b"<a/>"), "b.xml")}
    answer = signed_in("fin_expert").post(f"{AREA}/reconciliation/files", data=sent)

    assert answer.status_code == 422
    assert 'id="file-problem"' in answer.text


def test_a_program_is_told_what_is_wrong_with_a_file_of_the_bank(
    treasury: Treasury, signed_in: SignedIn
):
    wrong_sum = lines(treasury).replace(b"1000000000000", b"1000000000001", 1)
    browser, url = signed_in("fin_expert"), f"{AREA}/reconciliation/files"
    files = {b"": "GEN-REQUIRED", b"<a/>": "PAY-022", b"no": "PAY-022", wrong_sum: "PAY-020"}
    for content, code in files.items():
        answers = [
            browser.post(url, data={"unit": "D07", "file": (BytesIO(content), "b.xml")}, headers=of)
            for of in (JSON, {})
        ]
        assert [each.status_code for each in answers] == [422, 422]
        [problem] = answers[0].get_json()["problems"]
        assert (problem["code"], problem["field"]) == (code, "file")
        assert problem["messageFa"] in unescape(answers[1].text)


@pytest.mark.parametrize("username", ["contractor", "admin", "bidder1"])
def test_others_see_no_payments(treasury: Treasury, signed_in: SignedIn, username: str):
    browser = signed_in(username)

    assert [
        browser.get(f"{AREA}/{name}").status_code for name in ("", "reconciliation", "reports")
    ] == [404, 404, 404]
