"""What is wrong with an order is told to a machine as to a person: code, field, words (§4.10)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from processes.payments.records import DebitAccount
from processes.payments.tests.outside import DEBIT, BankProcess
from processes.payments.tests.test_flow_order import CHEQUE, SAYAD
from processes.payments.tests.walking import DUE, Treasury
from processes.payments.texts import AreaTexts
from tests.kit.sites import PASSWORD

SignedIn = Callable[[str], FlaskClient]
ACCOUNT = {"payee_id": "10380284790", "payee_name": "پیمانکار", "payee_iban": DEBIT}
OTHER_LEAF = {**CHEQUE, "sayad_id": "9" * 16}
OF_ANOTHER_BILL = {"bill_id": "1117753200140", "payment_id": "1770165"}
#: code, process, field, and what is wrong in an order or an account that is right without it
WRONG: list[tuple[str, str, str, dict[str, Any]]] = [
    ("PAY-001", "payment_order", "basis_id", {"basis_id": "of a payee without an account"}),
    ("PAY-001", "payee_account", "payee_id", {"payee_id": "10380284792"}),
    ("PAY-002", "payment_order", "amount", {"amount": 0}),
    ("PAY-002", "payment_order", "amount", {"amount": 4_999_999}),
    ("PAY-003", "payee_account", "payee_iban", {"payee_iban": "IR820540102680020817909003"}),
    ("PAY-004", "payment_order", "sayad_id", {**CHEQUE, "sayad_id": "123"}),
    ("PAY-004", "payment_order", "sayad_id", {**CHEQUE, "sayad_id": SAYAD}),  # used
    ("PAY-005", "payment_order", "due_on", {"due_on": "2026-07-01"}),
    ("PAY-005", "payment_order", "due_on", {**OTHER_LEAF, "book_on": "2023-07-31"}),
    ("GEN-REQUIRED", "payee_account", "payee_name", {"payee_name": " "}),  # PAY-006 behind it
    ("GEN-CHOICE", "payment_order", "basis_id", {"basis_id": "paid already"}),  # PAY-010 in a race
    ("GEN-CHOICE", "payment_order", "purpose", {"purpose": "XXXX"}),
    ("PAY-012", "payment_order", "bill_id", {"bill_id": "2234322344613", "payment_id": "1070189"}),
    ("PAY-013", "payment_order", "payment_id", OF_ANOTHER_BILL),
]  # fmt: skip


def test_each_row_of_bad_input_is_answered_with_its_code_and_words_to_machines_and_on_pages(
    app: Flask, treasury: Treasury, signed_in: SignedIn
):
    machine, browser = app.test_client(), signed_in("fin_expert")
    right = _right(treasury)
    paid = treasury.order(treasury.basis("V-0"), **CHEQUE)
    stranger = treasury.basis("V-2", payee="0499370899")
    named = {"of a payee without an account": stranger, "paid already": str(paid.order.basis_id)}
    before = treasury.numbers()

    for code, process, field, other in WRONG:
        values = {**(right if process == "payment_order" else ACCOUNT), **other}
        values = {name: named.get(str(each), each) for name, each in values.items()}
        sent = {"variables": {name: {"value": each} for name, each in values.items()}}
        start = f"/engine-rest/process-definition/key/{process}/start"
        answer = machine.post(start, json=sent, auth=("fin_expert", PASSWORD))

        assert answer.status_code == 400, (code, answer.text)
        [problem] = json.loads(answer.text)["problems"]
        assert (problem["code"], problem["field"]) == (code, field)
        typed = {name: _typed(name, each) for name, each in values.items()}
        for locale, words in (("fa", problem["messageFa"]), ("en", problem["message"])):
            assert words
            assert code not in words, "a code is no word"
            browser.post("/language", data={"locale": locale})
            page = browser.post(f"/start/{process}", data=typed)
            assert page.status_code == 422, (code, page.location)
            assert f'id="{field}-problem"' in page.text, (code, locale)
            assert words in page.text.replace("&#39;", "'"), (code, words)
    assert treasury.numbers() == before, "nothing that was refused took a number"


def test_what_only_the_bank_or_a_signer_finds_is_told_over_rest_too(
    app: Flask, treasury: Treasury, bank: BankProcess
):
    """``PAY-007`` the owner is another, ``PAY-008`` who signs is in no group."""
    machine = app.test_client()
    case = treasury.order(treasury.basis("V-1")).do("review")
    sign = {"variables": {"outcome": {"value": "sign"}}}
    task = f"/engine-rest/task/{case.waiting['sign_a'].id}/complete"

    outside = machine.post(task, json=sign, auth=("fin_expert", PASSWORD))

    assert outside.status_code in (400, 403)
    assert json.loads(outside.text)["message"], "it is said why"
    assert case.state == "APPROVED"
    bank.open(case.order.payee_iban, "10861234508", "دیگری")
    other = treasury.order(treasury.basis("V-2"))
    shown = machine.get(
        f"/engine-rest/task/{other.waiting['correct_order'].id}/variables",
        auth=("fin_expert", PASSWORD),
    )
    assert "PAY-007" in shown.text
    for locale in ("fa", "en"):
        said = {code: AreaTexts(locale).error(code) for code in ("PAY-007", "PAY-008", "PAY-009")}
        assert all(said.values()), said


def _right(treasury: Treasury) -> dict[str, Any]:
    with treasury.database.reader() as session:
        account = session.scalars(select(DebitAccount).where(DebitAccount.iban == DEBIT)).one()
    return {
        "basis_id": treasury.basis("V-1"), "debit_account": str(account.id),
        "instrument": "TRANSFER", "amount": 5_000_000, "due_on": DUE, "purpose": "SPAC",
    }  # fmt: skip


def _typed(name: str, value: Any) -> str:
    """Return a value as somebody types it: a day in the Jalali calendar."""
    days = {DUE: "1405/05/10", "2026-07-01": "1405/04/10", "2026-01-01": "1404/10/11"}
    days["2023-07-31"] = "1402/05/09"
    return days.get(str(value), str(value)) if name.endswith("_on") else str(value)
