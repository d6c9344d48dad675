"""The simulated bank over HTTP: what it pays, what it refuses, how it goes wrong."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from engine.values import Rial
from processes.payments.bank.messages import Batch, PaymentFile, Status, Transfer
from processes.payments.bank.reading import read_account, read_status
from processes.payments.bank.writing import write_payments
from processes.payments.tests.outside import (
    DEBIT,
    PAYEE_IBAN,
    PAYEE_ID,
    PAYEE_NAME,
    BankProcess,
)

CHEQUE = {
    "sayad_id": "1234567890123456",
    "end_to_end_id": "D07-1405-000900",
    "series": "الف/12",
    "serial": "778899",
    "amount": 5_000,
    "due_on": "2026-12-01",
    "debit": DEBIT,
    "holder_id": PAYEE_ID,
    "holder_name": PAYEE_NAME,
    "reason": "SPAC",
}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    with BankProcess(tmp_path_factory.mktemp("bank")) as opened:
        yield opened


@pytest.fixture
def bank(process: BankProcess) -> Iterator[BankProcess]:
    process.go_wrong()
    yield process
    process.go_wrong()


def message(number: str, amount: int = 1_000, **other: str) -> dict[str, str]:
    told = {"payee_id": PAYEE_ID, "payee_iban": PAYEE_IBAN} | other
    transfer = Transfer(number, Rial(amount), PAYEE_NAME, purpose="SPAC", **told)
    batch = Batch(f"B-{number}", "شهرداری منطقه ۷", DEBIT, date(2026, 11, 22), (transfer,))
    file = PaymentFile(f"M-{number}", datetime(2026, 11, 21, tzinfo=UTC), "منطقه ۷", (batch,))
    return {"message": write_payments(file).decode()}


def told_of(answer: tuple[int, dict[str, str]]) -> tuple[Status, str]:
    [only] = read_status(answer[1]["message"].encode()).transfers
    return only.status, only.reason


def times_paid(bank: BankProcess, number: str) -> int:
    return [each for each, _ in bank.payments()].count(number)


def test_a_payment_is_settled_and_stands_in_the_lines_of_the_account(bank: BankProcess):
    assert told_of(bank.call("POST", "/messages", message("S-1"), "k-1"))[0] is Status.IN_SETTLEMENT
    assert told_of(bank.call("GET", "/orders/S-1")) == (Status.SETTLED, "")

    _, answer = bank.call("GET", f"/accounts/{DEBIT}/lines")
    [report] = read_account(answer["message"].encode())
    assert ("S-1", Rial(1_000), False) in [
        (each.end_to_end_id, each.amount, each.is_credit) for each in report.entries
    ]


@pytest.mark.parametrize(
    ("other", "amount", "reason"),
    [
        ({"payee_iban": "IR840120000000000123456789"}, 1, "AC01"),
        ({"payee_id": "10100456787"}, 1, "BE01"),
        ({}, 10**16, "AM04"),
    ],
    ids=["no such account", "somebody else's", "no funds"],
)
def test_what_cannot_be_paid_is_rejected_with_its_reason(
    bank: BankProcess, other: dict[str, str], amount: int, reason: str
):
    answer = bank.call("POST", "/messages", message(f"R-{reason}", amount, **other))

    assert told_of(answer) == (Status.REJECTED, reason)


def test_a_closed_account_is_told(bank: BankProcess):
    closed = "IR950180000000000987654321"
    bank.open(closed, PAYEE_ID, PAYEE_NAME, is_open=False)

    answer = bank.call("POST", "/messages", message("R-AC04", payee_iban=closed))

    assert told_of(answer) == (Status.REJECTED, "AC04")


def test_a_file_whose_sum_is_not_true_pays_nobody(bank: BankProcess):
    wrong = {"message": message("W-1")["message"].replace(">1000<", ">1001<", 1)}

    status, told = bank.call("POST", "/messages", wrong)

    assert (status, told["code"], times_paid(bank, "W-1")) == (422, "PAY-020", 0)


def test_the_same_key_is_paid_once_and_another_key_for_the_same_order_is_a_duplicate(
    bank: BankProcess,
):
    first = bank.call("POST", "/messages", message("K-1"), "key")
    again = bank.call("POST", "/messages", message("K-1"), "key")
    other = bank.call("POST", "/messages", message("K-1"), "another key")

    assert first == again
    assert told_of(other) == (Status.REJECTED, "AM05")
    assert times_paid(bank, "K-1") == 1
    assert bank.call("GET", "/messages/key") == first


def test_a_bank_that_forgets_pays_as_often_as_it_is_told(bank: BankProcess):
    bank.go_wrong(forgets=True)
    for _ in range(2):
        bank.call("POST", "/messages", message("F-1"), "one key")

    assert times_paid(bank, "F-1") == 2


def test_a_lost_answer_is_a_payment_all_the_same(bank: BankProcess):
    bank.go_wrong(lose=1)
    with pytest.raises(http.client.RemoteDisconnected):
        bank.call("POST", "/messages", message("L-1"), "lost")

    assert times_paid(bank, "L-1") == 1


def test_a_rejected_call_pays_nobody_and_a_repeated_one_pays_once(bank: BankProcess):
    bank.go_wrong(reject=1)
    assert bank.call("POST", "/messages", message("X-1"), "x")[0] == 422
    bank.go_wrong(duplicate=1)
    assert bank.call("POST", "/messages", message("D-1"), "d")[0] == 202

    assert (times_paid(bank, "X-1"), times_paid(bank, "D-1")) == (0, 1)


def test_an_order_is_called_back_until_it_is_settled(bank: BankProcess):
    bank.go_wrong(settles=False)
    bank.call("POST", "/messages", message("C-1"))
    bank.call("POST", "/messages", message("C-2"))
    bank.call("POST", "/orders/C-2/settle")

    assert bank.call("POST", "/orders/C-1/cancel")[0] == 200
    assert bank.call("POST", "/orders/C-2/cancel")[0] == 409
    assert told_of(bank.call("GET", "/orders/C-1")) == (Status.CANCELLED, "")


def test_a_cheque_is_registered_confirmed_and_cashed(bank: BankProcess):
    assert bank.call("POST", "/cheques", CHEQUE)[0] == 201
    assert bank.call("GET", "/cheques/1234567890123456")[1]["chequeStatus"] == 7
    assert bank.call("POST", "/cheques/1234567890123456/confirm")[1] == {"status": 1}
    assert bank.call("POST", "/cheques/1234567890123456/present")[1] == {"status": 2}
    assert bank.call("POST", "/cheques", CHEQUE)[1]["code"] == "PAY-004"
    assert bank.call("GET", "/cheques/1234567890123457")[0] == 404


def test_an_issuer_with_a_bounced_cheque_registers_no_other(bank: BankProcess):
    others = {**CHEQUE, "debit": "IR840120000000000123456789", "sayad_id": "2" * 16}
    bank.call("POST", "/cheques", others)
    bank.call("POST", f"/cheques/{'2' * 16}/confirm")
    bank.call("POST", f"/cheques/{'2' * 16}/bounce")

    status, told = bank.call("POST", "/cheques", {**others, "sayad_id": "3" * 16})

    assert (status, told["code"]) == (422, "PAY-009")


def test_the_owner_of_an_account_is_told(bank: BankProcess):
    assert bank.call("GET", f"/accounts/{PAYEE_IBAN}")[1]["owner_id"] == PAYEE_ID
    assert bank.call("GET", "/accounts/IR840120000000000123456789")[0] == 404
