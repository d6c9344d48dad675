"""A payment order from its basis to the payee's account, through a real bank process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.commands import reporting, tasks
from engine.errors import DutiesNotSeparate, RulesBroken
from engine.jobs import run
from processes.payments.records import BankFile, Order
from processes.payments.tests.outside import PAYEE_ID, BankProcess
from processes.payments.tests.test_double_payment import job_that_pays
from processes.payments.tests.walking import Treasury
from tests.kit.walking import codes

SAYAD = "1234567890123456"
CHEQUE = {
    "instrument": "ECHEQUE", "sayad_id": SAYAD, "series": "الف/12", "serial": "778899",
    "book_on": "2026-01-01",
}  # fmt: skip


@pytest.mark.both_databases
def test_a_transfer_is_reviewed_signed_by_both_groups_sent_and_settled(
    treasury: Treasury, bank: BankProcess
):
    case = treasury.order(treasury.basis()).do("review")
    assert case.state == "APPROVED"
    case.do("sign_b", "sign")
    assert case.state == "PARTLY_SIGNED"
    assert bank.payments() == []
    case.do("sign_a", "sign")
    assert (case.state, bank.payments()) == ("SENT", [("D07-1405-P000001", 5_000_000)])

    case.ask()

    assert (case.state, case.incidents) == ("CLEARED", [])
    assert case.instance.state.value == "finished"
    assert {each.digest for each in case.order.signatures} == {case.order.digest}


def test_an_order_above_fifty_billion_is_signed_by_group_c_too(
    treasury: Treasury, bank: BankProcess
):
    case = treasury.order(treasury.basis(net=50_000_000_001)).do("review").sign("c", "a")
    assert bank.payments() == []

    assert case.sign("b").state == "SENT"


def test_fifty_billion_to_the_rial_needs_two_groups(treasury: Treasury, bank: BankProcess):
    case = treasury.order(treasury.basis(net=50_000_000_000)).do("review")

    assert sorted(case.waiting) == ["sign_a", "sign_b"]


def test_a_signer_who_declines_voids_all_and_the_treasurer_sees_the_order_again(
    treasury: Treasury, bank: BankProcess
):
    case = treasury.order(treasury.basis()).do("review").do("sign_a", "sign")
    case.do("sign_b", "decline", decline_note="مبلغ را دوباره ببینید")

    assert list(case.waiting) == ["review"]
    assert case.order.standing == []
    assert len(case.order.signatures) == 1
    assert case.state == "APPROVED"
    assert case.do("review").sign("b", "a").state == "SENT"
    assert len(bank.payments()) == 1


def test_what_comes_back_from_review_is_corrected_and_checked_again(treasury: Treasury):
    case = treasury.order(treasury.basis()).do("review", "return", decline_note="سررسید")
    case.do("correct_order", "submit", instrument="TRANSFER", amount=5_000_000,
            due_on="2026-08-20", purpose="GPPC")  # fmt: skip

    assert list(case.waiting) == ["review"]
    assert case.order.due_on.isoformat() == "2026-08-20"


def test_an_order_is_given_up_before_it_is_sent_and_another_is_made_for_its_basis(
    treasury: Treasury,
):
    basis = treasury.basis()
    case = treasury.order(basis).do("review", "return", decline_note="لازم نیست")
    case.do("correct_order", "withdraw", instrument="TRANSFER", amount=5_000_000,
            due_on="2026-08-20", purpose="GPPC")  # fmt: skip
    assert (case.state, case.instance.state.value) == ("DECLINED", "finished")

    other = treasury.order(basis)

    assert other.order.replaces_id == case.order.id
    assert treasury.numbers() == ["D07-1405-P000001", "D07-1405-P000002"]


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"amount": 4_999_999}, ("PAY-002", "amount")),
        ({"amount": 0}, ("PAY-002", "amount")),
        ({"due_on": "2026-07-24"}, ("PAY-005", "due_on")),
        ({"purpose": "XXXX"}, ("PAY-015", "purpose")),
        ({"bill_id": "2234322344613", "payment_id": "1070189"}, ("PAY-012", "bill_id")),
        ({"bill_id": "1117753200140", "payment_id": "1770165"}, ("PAY-013", "payment_id")),
        ({"bill_id": "0001234510165", "payment_id": "485040780"}, ("PAY-002", "payment_id")),
        ({"payment_id": "1" * 31}, ("PAY-013", "payment_id")),
        ({**CHEQUE, "sayad_id": "123456789012345"}, ("PAY-004", "sayad_id")),
        ({**CHEQUE, "book_on": "2023-07-31"}, ("PAY-005", "due_on")),
        ({**CHEQUE, "book_on": None}, ("GEN-REQUIRED", "book_on")),
    ],
    ids=[
        "amount", "nothing", "yesterday", "purpose", "bill", "pair", "amount of the bill",
        "deposit id", "sayad", "leaf", "book",
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_order_is_told_beside_its_field_and_takes_no_number(
    treasury: Treasury, other: dict[str, Any], problem: tuple[str, str]
):
    basis = treasury.basis()
    with pytest.raises(RulesBroken) as refused:
        treasury.order(basis, **other)

    assert codes(refused) == [problem]
    assert treasury.order(basis).order.order_no == "D07-1405-P000001"


def test_a_second_live_order_for_the_same_basis_is_refused(treasury: Treasury):
    basis = treasury.basis()
    treasury.order(basis)

    with pytest.raises(RulesBroken) as refused:
        treasury.order(basis)

    assert codes(refused) == [("PAY-010", "basis_id")]


def test_a_sayad_id_is_used_once(treasury: Treasury):
    treasury.order(treasury.basis("V-1"), **CHEQUE)

    with pytest.raises(RulesBroken) as refused:
        treasury.order(treasury.basis("V-2"), **CHEQUE)

    assert codes(refused) == [("PAY-004", "sayad_id")]


def test_an_account_of_somebody_else_is_corrected_by_finance(treasury: Treasury, bank: BankProcess):
    bank.open("IR500120020000004444994196", "10100456787", "دیگری")
    try:
        case = treasury.order(treasury.basis())
    finally:
        bank.open("IR500120020000004444994196", PAYEE_ID, "شرکت راه و ساختمان نمونه")

    assert list(case.waiting) == ["correct_order"]
    assert [each["code"] for each in case.instance.variables["problems"]] == ["PAY-007"]


def test_who_made_the_order_neither_reviews_nor_signs_it(treasury: Treasury):
    case = treasury.order(treasury.basis())
    treasury.change_maker(case, "treasurer")
    with pytest.raises(RulesBroken) as refused:
        case.do("review")
    assert codes(refused) == [("SOD-001", None)]


def test_nobody_signs_for_two_groups(treasury: Treasury):
    case = treasury.order(treasury.basis()).do("review").do("sign_a", "sign")
    treasury.also_give("unit_head", "FIN_HEAD")

    with pytest.raises(DutiesNotSeparate) as refused:
        case.do("sign_b", "sign", by="unit_head")

    assert refused.value.code == "SOD-004"


def test_a_rejected_payment_is_looked_into_and_paid_by_another_order(
    treasury: Treasury, bank: BankProcess
):
    basis = treasury.basis(net=10**15 + 1)  # more than there is
    case = treasury.order(basis).do("review").sign("a", "b", "c").ask()
    assert (case.state, case.order.status_reason) == ("REJECTED", "AM04")
    case.do("look_into", "close", look_note="موجودی کافی نبود")
    assert case.instance.state.value == "finished"

    again = treasury.order(basis)

    assert again.order.replaces_id == case.order.id


def test_a_code_nobody_knows_is_said_to_be_unknown_beside_the_text_of_the_bank(
    treasury: Treasury, bank: BankProcess, signed_in: Callable[[str], FlaskClient]
):
    text = "شعبه تا پایان هفته بسته است " * 6  # longer than one AddtlInf holds
    bank.go_wrong(refuses=("XY9", text))
    case = treasury.order(treasury.basis()).do("review").sign().ask()

    told = case.variables["status_reason"]
    assert told["en"].startswith("XY9: a code that is not in our list")
    assert told["fa"].endswith(f"متن بانک: «{text.strip()}»")
    assert case.variables["advice"]["en"] == "Ask the bank why, then decide."
    browser = signed_in("fin_expert")
    for page in (
        f"/tasks/{case.waiting['look_into'].id}",
        f"/areas/payments/orders/{case.order.id}",
    ):
        shown = browser.get(page).text
        assert told["fa"] in shown
        assert case.variables["advice"]["fa"] in shown


def test_an_order_the_bank_does_not_take_is_rejected(treasury: Treasury, bank: BankProcess):
    bank.go_wrong(reject=1)
    case = treasury.order(treasury.basis()).do("review").sign()

    assert (case.state, list(case.waiting)) == ("REJECTED", ["look_into"])
    assert (
        case.variables["status_reason"]["en"] == "The bank did not take the message and did nothing"
    )
    assert bank.payments() == []


def test_an_order_that_has_not_settled_is_cancelled_at_the_bank(
    treasury: Treasury, bank: BankProcess
):
    bank.go_wrong(settles=False)
    case = treasury.order(treasury.basis()).do("review").sign().cancel()

    assert (case.state, case.instance.state.value) == ("CANCELLED", "finished")
    assert bank.payments() == []


def test_an_order_that_settled_meanwhile_cannot_be_cancelled(treasury: Treasury, bank: BankProcess):
    bank.go_wrong(settles=False)
    case = treasury.order(treasury.basis()).do("review").sign()
    bank.call("POST", f"/orders/{case.order.order_no}/settle")

    case.cancel().ask()

    assert case.state == "CLEARED"


def test_another_order_is_neither_asked_about_nor_cancelled_whatever_the_case_says(
    treasury: Treasury, bank: BankProcess
):
    bank.go_wrong(settles=False)
    one = treasury.order(treasury.basis("V-1")).do("review").sign()
    other = treasury.order(treasury.basis("V-2")).do("review").sign()
    number = other.order.order_no
    treasury.set_variables(one, order_no=number, status_path=f"/orders/{number}")

    one.cancel()

    assert (one.state, one.instance.state.value) == ("CANCELLED", "finished")
    bank.call("POST", f"/orders/{number}/settle")
    assert other.ask().state == "CLEARED"


def test_the_status_is_that_of_the_order_whatever_the_case_says(
    treasury: Treasury, bank: BankProcess
):
    bank.go_wrong(settles=False)
    case = treasury.order(treasury.basis()).do("review").sign()
    treasury.set_variables(case, status_path="/orders/D07-1405-P999999")
    bank.call("POST", f"/orders/{case.order.order_no}/settle")

    assert case.ask().state == "CLEARED"


def test_a_lost_answer_is_an_incident_for_a_person_and_never_a_second_payment(
    treasury: Treasury, bank: BankProcess
):
    bank.go_wrong(lose=1, forgets=True)
    case = treasury.order(treasury.basis()).do("review").sign()
    bank.go_wrong(forgets=True)
    for _ in range(3):
        case.ask()

    assert len(bank.payments()) == 1
    assert len(case.incidents) == 1
    assert case.state == "SIGNED"


@pytest.mark.parametrize(
    "change",
    [
        update(BankFile).values(content=BankFile.content + " "),
        update(Order).values(payee_iban="IR550570022080013447370101"),
    ],
    ids=["another file", "another account"],
)
def test_what_is_not_what_was_signed_does_not_go_out_and_is_an_incident(
    treasury: Treasury, bank: BankProcess, monkeypatch: pytest.MonkeyPatch, change: Any
):
    case = treasury.order(treasury.basis()).do("review")
    with monkeypatch.context() as patched:
        patched.setattr(treasury, "run_jobs", lambda: 0)
        case.sign()
    job = job_that_pays(treasury, case)
    with treasury.database.unit_of_work() as uow:
        uow.session.execute(change, execution_options={"synchronize_session": False})
        uow.commit()

    run(treasury.database, job, treasury.clock)

    assert (case.state, bank.payments(), len(case.incidents)) == ("SIGNED", [], 1)


def test_a_cheque_is_registered_confirmed_by_its_payee_and_cashed(
    treasury: Treasury, bank: BankProcess
):
    case = treasury.order(treasury.basis(), **CHEQUE).do("review").sign()
    assert (case.state, case.ask().state) == ("REGISTERED", "WAIT_PAYEE_CONFIRM")
    bank.call("POST", f"/cheques/{SAYAD}/confirm")
    assert case.ask().state == "CONFIRMED"
    bank.call("POST", f"/cheques/{SAYAD}/present")

    assert case.ask().state == "CLEARED"


def test_a_cheque_nobody_confirms_is_reminded_of_and_then_cancelled(
    treasury: Treasury, bank: BankProcess
):
    case = treasury.order(treasury.basis(), **CHEQUE).do("review").sign()
    case.ask(timedelta(days=6))
    assert "unconfirmed" not in case.waiting
    case.ask(timedelta(days=4))
    case.do("unconfirmed", "wait", confirm_note="تلفن شد")
    case.ask(timedelta(days=10))
    case.do("unconfirmed", "cancel")

    assert (case.state, bank.call("GET", f"/cheques/{SAYAD}")[1]["chequeStatus"]) == (
        "CANCELLED",
        3,
    )


def test_a_bounced_cheque_stands_in_the_way_of_the_next_one(treasury: Treasury, bank: BankProcess):
    case = treasury.order(treasury.basis("V-1"), **CHEQUE).do("review").sign()
    for act in ("confirm", "bounce"):
        bank.call("POST", f"/cheques/{SAYAD}/{act}")
    assert case.ask().state == "BOUNCED"
    assert list(case.waiting) == ["look_into"]

    with pytest.raises(RulesBroken) as refused:
        treasury.order(treasury.basis("V-2"), **{**CHEQUE, "sayad_id": "9" * 16})

    assert codes(refused) == [("PAY-009", "debit_account")]


@pytest.mark.usefixtures("bank")
def test_a_signer_declines_by_the_signed_answer_alone(treasury: Treasury):
    case = treasury.order(treasury.basis()).do("review")
    task, uow, who = case.waiting["sign_a"], treasury.database.unit_of_work, treasury.actor
    signer, at = who(case.people["sign_a"]), treasury.clock()
    tasks.claim(uow(), task.id, actor=signer, at=at)

    assert reporting.reportable(uow(), task.id) == ()
    with pytest.raises(reporting.NothingCatches):
        reporting.report(uow(), task.id, "error", "DECLINED", actor=signer, at=at)

    assert sorted(case.waiting) == ["sign_a", "sign_b"]
